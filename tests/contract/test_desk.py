"""What the desks ask of a database, on each that is supported: notes, and what moved."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from projections.audit import queries as audit
from projections.audit.line import EventLine
from projections.audit.rows import LIVE
from streams.accounts.desk_notes import DeskNotes

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_a_note_is_replaced_and_drafts_of_yesterday_go_with_the_next(engine: Engine) -> None:
    notes = DeskNotes(engine, bytes, bytes)
    notes.keep("s-1", "draft/answer-1", "old", NOW - timedelta(hours=25))
    notes.keep("s-1", "list/mine", "light=red", NOW - timedelta(hours=25))
    notes.keep("s-1", "draft/call", "first", NOW)
    notes.keep("s-1", "draft/call", "second", NOW)
    notes.keep("s-2", "draft/call", "other", NOW)

    assert notes.read("s-1", "draft/call", NOW) == ("second", NOW)
    assert notes.listed("s-1", "") == (("draft/call", "second"), ("list/mine", "light=red"))
    notes.drop("s-1", "draft/call")
    assert notes.read("s-1", "draft/call", NOW) is None
    assert notes.read("s-2", "draft/call", NOW) == ("other", NOW)


def test_what_moved_behind_a_position_is_named_once(engine: Engine) -> None:
    with engine.begin() as connection:
        rows = [
            EventLine(part, position, stream, 1, "TicketRegistered", "", "", "", 1, 1, "", "")
            for part, position, stream in (
                *((0, 1, "ticket/1"), (0, 2, "ticket/2"), (0, 3, "ticket/2")),
                (1, 1, "ticket/3"),
            )
        ]
        LIVE.save(connection, rows)
        assert audit.streams_after(connection, {0: 1}) == ("ticket/2",)
        assert audit.streams_after(connection, {0: 2, 1: 0}) == ("ticket/2", "ticket/3")
        assert audit.streams_after(connection, {0: 0}, limit=1) == ("ticket/1",)
        assert audit.streams_after(connection, {}) == ()
