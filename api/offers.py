"""Offers 可办事项: which commands this member may send to this ticket now.

Nothing is listed twice: the permission table names the candidates and the rules themselves are
asked, with a form filled in as well as a form can be. A "no" that a better form could turn into a
yes (a wrong department, a missing text) still offers the form.
"""

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from api.json.commands import HOUSE_REGION, command_routes
from api.ports import Faces
from api.problems import status_of
from handlers.envelope import Envelope
from hotline.people.actors import Actor
from hotline.people.command_table import COMMANDS, AnyCommand
from hotline.people.staff import StaffMember
from hotline.refusal import Refusal

__all__ = ["HOUSE_REGION", "declined", "offers", "sample"]

_TICKET: Final = "/tickets/{number}/"
_FORM_DEPENDENT: Final = frozenset({404, 422})
_COULD_BE_BETTER: Final = frozenset(
    {
        *("checklist-incomplete", "closure-code", "extension-days", "until-in-the-past"),
        *("departments-not-heard", "department-duty", "finding-missing", "supervision-level"),
        *("supervision-not-higher", "merge-into-itself", "nothing-to-correct", "contact-way"),
        *("mark-out-of-range", "return-ground-forbidden", "revisit-incomplete", "assist-repeated"),
        *("in-the-past", "beyond-ceiling", "solved-missing", "not-assisting", "merge-kind"),
    }
)


def offers(
    house: Faces, member: StaffMember, stream: str, *, at: datetime
) -> tuple[type[AnyCommand], ...]:
    """List what may be sent, in the order of the permission table."""
    found: list[type[AnyCommand]] = []
    for route in command_routes():
        if not route.path.startswith(_TICKET):
            continue
        actor = member.acting_as(COMMANDS[route.command])
        if actor is not None and _would_pass(house, actor, stream, route.command, at):
            found.append(route.command)
    return tuple(found)


def declined(
    house: Faces,
    member: StaffMember,
    stream: str,
    commands: Iterable[type[AnyCommand]],
    *,
    at: datetime,
) -> tuple[tuple[type[AnyCommand], Refusal], ...]:
    """Tell of commands that this member may send in general why they would be refused now."""
    found: list[tuple[type[AnyCommand], Refusal]] = []
    for command in commands:
        actor = member.acting_as(COMMANDS[command])
        if actor is not None and (refusal := _refusal(house, actor, stream, command, at)):
            found.append((command, refusal))
    return tuple(found)


def _refusal(
    house: Faces, actor: Actor, stream: str, command: type[AnyCommand], at: datetime
) -> Refusal | None:
    """Give the rules' no, unless a better form could turn it into a yes."""
    envelope = Envelope(
        message_id="rehearsal", stream=stream, command=sample(command, at), actor=actor, at=at
    )
    refusal = house.archive.rehearse(envelope)
    if refusal is None:
        return None
    better = status_of(refusal.code) in _FORM_DEPENDENT or refusal.code in _COULD_BE_BETTER
    return None if better else refusal


def _would_pass(
    house: Faces, actor: Actor, stream: str, command: type[AnyCommand], at: datetime
) -> bool:
    return _refusal(house, actor, stream, command, at) is None


def sample(command: type[AnyCommand], at: datetime) -> AnyCommand:
    """Fill in a command with something of the right kind."""
    hints = get_type_hints(command)
    values = {
        field.name: _something(hints[field.name], at)
        for field in dataclasses.fields(command)
        if field.default is dataclasses.MISSING
    }
    return command(**values)


def _something(hint: Any, at: datetime) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _something(get_args(hint)[0], at)
    if origin is tuple:
        return (_something(get_args(hint)[0], at),)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if hint is datetime:
        return at + timedelta(days=1)
    return {str: "x", bool: True, int: 1, float: 0.0}.get(hint)
