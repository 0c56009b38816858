"""Calls 来电: who may be calling, what they asked before, and what looks like the same matter.

The call desk sees callers masked, as everywhere: enough to ask "is this Mr Zhang?". A person is
named on the page by a token that only this house can turn back into a reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from api import reading
from api.messages import Language
from api.ports import Faces
from api.proposals import Proposal, Told, duplicates, proposed, told_proposal
from handlers.envelope import Personal
from hotline.people.actors import Actor
from hotline.people.masking import mask_address, mask_name
from hotline.people.sight import listed_for
from hotline.tickets.vocabulary import TicketType
from projections.tickets import queries as tickets
from projections.tickets.line import TicketLine

HISTORY_LINES: Final = 5
TITLE_LENGTH_MAX: Final = 30
RECENT: Final = timedelta(days=90)
"""A closed ticket of this age makes the same matter a repeat (handbook, section 2)."""
_TOKEN_LENGTH: Final = 16
_SENTENCE_ENDS: Final = "。！？；\n!?;，,"
_TITLE_LENGTH_MIN: Final = 4


@dataclass(frozen=True, slots=True)
class Caller:
    """来电人: one of those who gave this number, masked, with the tickets they had."""

    token: str
    name: str
    address: str
    lines: tuple[TicketLine, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """相似工单. `own`: open and of the chosen caller, so that it can be added to."""

    line: TicketLine
    own: bool
    main: str  # the mass incident that it belongs to, "" for none


@dataclass(frozen=True, slots=True)
class Check:
    """核对: the proposal for what was typed so far, and tickets that look alike."""

    told: Told
    proposal: Proposal
    alike: tuple[Alike, ...]


def token_of(house: Faces, citizen: str) -> str:
    """Name a person on a page, without giving their reference away."""
    return house.token_of(f"caller/{citizen}")[:_TOKEN_LENGTH]


def callers(house: Faces, actor: Actor, phone: str) -> tuple[Caller, ...]:
    """Recognise who may be calling from a number. Blocks on the vault.

    Of whom neither a name nor a ticket is known, nothing is recognised.
    """
    found = (_caller(house, actor, person) for person in _sharing(house, phone))
    return tuple(one for one in found if one.name or one.lines)


def chosen(house: Faces, phone: str, token: str) -> str:
    """Give the reference of the caller that was chosen; "" for somebody new."""
    found = (one.citizen for one in _sharing(house, phone) if token_of(house, one.citizen) == token)
    return next(found, "") if token else ""


def checked(
    house: Faces, actor: Actor, given: Mapping[str, str], language: Language, category: str
) -> Check | None:
    """Ask rule, model and list for what was typed; None while there is nothing to ask for."""
    title, text, region = (given.get(name, "").strip() for name in ("title", "text", "region"))
    if not (title or text or category):
        return None
    kind = given.get("type", "")
    proposal = proposed(
        house,
        region=region,
        category=category,
        type_=TicketType(kind) if kind in set(TicketType) else TicketType.COMPLAINT,
        text=f"{title}\n{text}",
    )
    citizen = chosen(house, given.get("phone", ""), given.get("caller", ""))
    lines = duplicates(
        house, actor, region=region, title=title or title_of(text), route=proposal.route
    )
    alike = [_alike(line, citizen) for line in lines]
    return Check(
        told_proposal(house, proposal, region, language),
        proposal,
        tuple(sorted(alike, key=lambda one: (not one.own, not one.main))),
    )


def title_of(text: str) -> str:
    """Take the first clause of what was said for a title, where nobody wrote one."""
    first = text.strip()
    for place, character in enumerate(first):
        if character in _SENTENCE_ENDS and place >= _TITLE_LENGTH_MIN:
            first = first[:place]
            break
    return first[:TITLE_LENGTH_MAX].strip()


def _sharing(house: Faces, phone: str) -> list[Personal]:
    return list(house.vault.sharing(phone.strip())) if phone.strip() else []


def _caller(house: Faces, actor: Actor, person: Personal) -> Caller:
    page = reading.ask(
        house,
        lambda connection: tickets.citizen_history(
            connection, person.citizen, limit=HISTORY_LINES, sight=listed_for(actor)
        ),
    )
    return Caller(
        token_of(house, person.citizen),
        mask_name(person.name),
        mask_address(person.address) if person.address else "",
        tuple(sorted(page.lines, key=lambda line: not line.open)),
    )


def _alike(line: TicketLine, citizen: str) -> Alike:
    own = bool(citizen) and line.caller == citizen and line.open
    return Alike(line, own, line.main or (line.number if line.children_count else ""))
