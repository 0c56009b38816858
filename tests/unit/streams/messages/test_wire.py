from dataclasses import fields
from datetime import datetime
from typing import Any

import pytest

from handlers.envelope import Envelope, Personal, Source
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import UrgeTicket
from hotline.tickets.events import TicketUrged
from hotline.tickets.state import Hands, Ticket
from hotline.tickets.vocabulary import Channel, Kind, Stage, TicketType
from streams.messages.wire import (
    COMMAND_TYPES,
    EVENT_TYPES,
    UnreadableError,
    decode_actor,
    decode_envelope,
    decode_event,
    decoder,
    encode,
    encode_actor,
    encode_envelope,
    encode_state,
    names_of,
    older_forms,
)

AT = datetime(2026, 2, 13, 16, 40, 0, 123456, tzinfo=SHANGHAI)


def test_every_type_can_be_decoded() -> None:
    for type_ in (*EVENT_TYPES.values(), *COMMAND_TYPES.values()):
        assert callable(decoder(type_))


def test_an_event_comes_back_as_it_was() -> None:
    event = TicketUrged(reason="“三天”没有回音")

    assert decode_event("TicketUrged", encode(event)) == event


def test_an_envelope_comes_back_as_it_was() -> None:
    envelope = Envelope(
        message_id="m",
        stream="ticket/1",
        command=UrgeTicket(reason="催"),
        actor=Actor("staff-1", Role.OPERATOR, "hotline"),
        at=AT,
        expected_version=3,
        source=Source("bihuan.calls.v1", 1, 2),
        personal=(Personal(citizen="c", name="某某"),),
    )

    assert decode_envelope(encode_envelope(envelope)) == envelope


def test_an_actor_comes_back_as_it_was() -> None:
    actor = Actor('odd "name"', Role.CALLER, "")

    assert decode_actor(encode_actor(actor)) == actor


@pytest.mark.parametrize("payload", [b"", b"{", b"{}", b'{"reason": 1}', b'{"reason": "\xff"}'])
def test_unreadable_bytes_say_so_without_their_words(payload: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"^TicketUrged: "):
        decode_event("TicketUrged", payload)


def test_an_unknown_type_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="unknown event type"):
        decode_event("NeverHeardOf", b"{}")


def test_an_upcaster_turns_an_old_event_into_its_successor() -> None:
    def first(fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "TicketUrgedV2", {"why": fields["text"]}

    def second(fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "TicketUrged", {"reason": fields["why"]}

    upcasters = {"TicketUrgedV1": first, "TicketUrgedV2": second}

    event = decode_event("TicketUrgedV1", b'{"text": "old"}', upcasters)

    assert event == TicketUrged(reason="old")


def test_two_classes_of_one_name_are_refused() -> None:
    other = type("TicketUrged", (), {})

    with pytest.raises(TypeError, match="two classes are called TicketUrged"):
        names_of(TicketUrged | other)


def test_a_state_is_stored_without_what_stands_at_its_default() -> None:
    ticket = stored_ticket()
    assert b"drafted_by" not in encode_state(ticket)
    assert decoder(Ticket)(encode_state(ticket)) == ticket


def test_a_state_that_an_earlier_release_stored_is_known_again() -> None:
    ticket = stored_ticket()
    whole = {field.name: getattr(ticket.hands, field.name) for field in fields(ticket.hands)}
    earlier = encode({**decoder(dict[str, Any])(encode_state(ticket)), "hands": whole})
    assert earlier != encode_state(ticket)
    assert earlier in older_forms(decoder(Ticket)(earlier))


def stored_ticket() -> Ticket:
    at = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    return Ticket(
        number="1",
        kind=Kind.HOTLINE,
        type=TicketType.HELP,
        channel=Channel.PHONE,
        stage=Stage.REGISTERED,
        region="341902",
        registered_at=at,
        last_at=at,
        hands=Hands(registered_by="operator"),
    )
