"""Neither commands nor events have a place for a name, a number or an address of a person."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_args

import pytest

from hotline.calls.commands import CallCommand
from hotline.calls.events import CallEvent
from hotline.correspondence.commands import CorrespondenceCommand
from hotline.correspondence.events import CorrespondenceEvent
from hotline.evaluations.commands import ServiceCommand
from hotline.evaluations.events import ServiceEvent
from hotline.knowledge.commands import KnowledgeCommand
from hotline.knowledge.events import KnowledgeEvent
from hotline.people.commands import ChangeDutyPhone, StaffCommand
from hotline.people.events import (
    DutyPhoneChanged,
    InvitationAccepted,
    StaffAppointed,
    StaffDisabled,
    StaffDismissed,
    StaffEnabled,
    StaffInvited,
)
from hotline.tickets.commands import TicketCommand
from hotline.tickets.events import TicketEvent

PERSONAL: Final = frozenset(
    {"name", "phone", "mobile", "address", "email", "mail", "birthday", "passport", "id", "body"}
)
HARMLESS: Final = {
    "real_name": "whether somebody gave one",
    "item_name": "the name of an administrative item",
    "phone_told": "the public number of another body",
    "call_id": "the identity of a call in the telephone system",
    "line_id": "the identity of a line in the telephone system",
    "text_id": "the identity of a received text, ours",
    "intent_id": "the identity of a planned text, a hash",
    "external_id": "the number of the ticket in another system",
}
EVENTS: Final = (TicketEvent, ServiceEvent, CorrespondenceEvent, KnowledgeEvent, CallEvent)
COMMANDS: Final = (
    *(TicketCommand, ServiceCommand, CorrespondenceCommand),
    *(KnowledgeCommand, CallCommand),
)
STORED: Final = (
    *(one for union in (*EVENTS, *COMMANDS) for one in get_args(union)),
    *get_args(StaffCommand),
    *(StaffAppointed, StaffDismissed, StaffInvited, InvitationAccepted),
    *(StaffDisabled, StaffEnabled, ChangeDutyPhone, DutyPhoneChanged),
)


def personal_fields(thing: Any) -> Iterator[str]:
    for field in fields(thing):
        if PERSONAL & set(field.name.split("_")) and field.name not in HARMLESS:
            yield field.name
        for inner in (field.type, *get_args(field.type)):
            if isinstance(inner, type) and is_dataclass(inner):
                yield from personal_fields(inner)


@pytest.mark.parametrize("thing", STORED, ids=lambda thing: str(thing.__name__))
def test_there_is_no_place_for_personal_data(thing: type) -> None:
    assert list(personal_fields(thing)) == []


def test_every_exception_is_needed() -> None:
    present = {field.name for thing in STORED for field in fields(thing)}
    assert set(HARMLESS) <= present
