from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from hotline.people.sight import EVERYTHING, WITHOUT_SECRETS, Sight
from hotline.tickets.events import TicketCorrected
from hotline.tickets.vocabulary import Secrecy, TicketType
from projections.apply import apply_page
from projections.cursors import CursorError
from projections.tickets.boards import deadlines, inbox, ping_pong, revisits, stage_deadlines
from projections.tickets.queries import TicketFilter, citizen_history, ticket, tickets
from tests.unit.projections.story import DAY, START, Log, Story, number


def feed(connection: Connection, log: Log) -> None:
    for page in log.pages():
        apply_page(connection, page)


@pytest.fixture
def found(connection: Connection, log: Log) -> Callable[..., list[int]]:
    Story(log, number(1)).register()
    Story(log, number(2)).register(
        title="公交改线",
        summary="101路不停靠，甲乙、乙丙",
        category="030101",
        type=TicketType.CONSULT,
    ).assign("transport")
    Story(log, number(3, day="20260310", region="511823"), START + 8 * DAY).register(
        title="停电", summary="小区里常停，水电都停", region="511823", caller="c9"
    ).assign("power", 5, "water").become_overdue()
    Story(log, number(4)).register(title="举报", secrecy=Secrecy.SECRET)
    feed(connection, log)

    def ask(*, sight: Sight = WITHOUT_SECRETS, **wanted: Any) -> list[int]:
        page = tickets(connection, TicketFilter(**wanted), sight=sight)
        return [int(line.number[-2:]) for line in page.lines]

    return ask


def test_a_list_shows_the_newest_first_and_no_secret(found: Callable[..., list[int]]) -> None:
    assert found() == [3, 2, 1]
    assert found(sight=EVERYTHING) == [3, 4, 2, 1]


def test_words_of_two_characters_are_found(found: Callable[..., list[int]]) -> None:
    assert found(text="停水") == [1]
    assert found(text="小区") == [3, 1]
    assert found(text="改线 101") == [2]


def test_a_word_whose_pairs_stand_apart_is_not_found(found: Callable[..., list[int]]) -> None:
    assert found(text="甲乙") == found(text="乙丙") == [2]
    assert found(text="甲乙丙") == []
    assert found(text="小区连续停水") == [1]


def test_one_character_finds_wherever_it_stands(found: Callable[..., list[int]]) -> None:
    assert found(text="靠") == [2]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"type": "consult"}, [2]),
        ({"category": "01"}, [3, 1]),
        ({"category": "0102"}, [3, 1]),
        ({"category": "010"}, [3, 1]),
        ({"region": "511823"}, [3]),
        ({"region": "5118"}, [3, 2, 1]),
        ({"department": "water"}, [3]),
        ({"department": "transport", "text": "公交"}, [2]),
        ({"stages": ("AwaitingAcknowledgement",)}, [3, 2]),
        ({"stages": ("AwaitingAcknowledgement",), "text": "停电"}, [3]),
        ({"open": False}, []),
        ({"open": True}, [3, 2, 1]),
        ({"stages": ("Registered", "AwaitingAcknowledgement")}, [3, 2, 1]),
        ({"stages": ("Registered", "Archived")}, [1]),
        ({"light": "red"}, [3]),
        ({"overdue": True}, [3]),
        ({"overdue": False, "kind": "hotline"}, [2, 1]),
        ({"caller": "c9"}, [3]),
        ({"number": number(2)}, [2]),
        ({"number": "51182320260310"}, [3]),
        ({"since": START + DAY}, [3]),
        ({"until": START + DAY}, [2, 1]),
        ({"until": START + DAY, "text": "区"}, [1]),
        ({"since": START + DAY, "text": "小区"}, [3]),
        ({"since": START + 8 * DAY, "until": START + 9 * DAY, "text": "停"}, [3]),
        ({"since": START + DAY, "until": START + 7 * DAY, "text": "停"}, []),
        ({"urgency": 2}, []),
        ({"channel": "01", "supervised": True}, []),
    ],
)
def test_filters(
    found: Callable[..., list[int]], wanted: dict[str, Any], numbers: list[int]
) -> None:
    assert found(**wanted) == numbers


def test_a_corrected_text_is_found_anew_and_no_longer_by_the_old(
    connection: Connection, log: Log
) -> None:
    story = Story(log, number(1)).register()
    feed(connection, log)
    change = {"title": "路灯不亮", "summary": "西街"}
    story.tell(TicketCorrected(reason="", before={}, after=change))
    feed(connection, log)
    assert tickets(connection, TicketFilter(text="停水")).lines == ()
    assert len(tickets(connection, TicketFilter(text="路灯")).lines) == 1


def test_pages_follow_without_gap_or_repeat(connection: Connection, log: Log) -> None:
    for n in range(1, 8):
        Story(log, number(n)).register()
    feed(connection, log)
    for wanted in (TicketFilter(), TicketFilter(text="停水")):
        seen: list[str] = []
        cursor = ""
        while True:
            page = tickets(connection, wanted, cursor=cursor, limit=3)
            seen += [line.number for line in page.lines]
            if not (cursor := page.cursor):
                break
        assert seen == [number(n) for n in range(7, 0, -1)]


@pytest.mark.parametrize("cursor", ["x", "bm9uZQ", "WzEsMl0", "WyJhIl0", "WzFlOTld", "\u6c34"])
def test_a_made_up_cursor_is_refused(connection: Connection, cursor: str) -> None:
    with pytest.raises(CursorError):
        tickets(connection, TicketFilter(), cursor=cursor)


def test_an_inbox_is_sorted_by_light_and_due_time(connection: Connection, log: Log) -> None:
    Story(log, number(1)).register().assign("water", 9)
    Story(log, number(2)).register().assign("water", 3)
    Story(log, number(3)).register().assign("water", 5).become_overdue()
    Story(log, number(4)).register().assign("roads", 1)
    Story(log, number(5)).register().assign("water", 1).acknowledge().submit().approve().close()
    feed(connection, log)
    first = inbox(connection, "water", limit=2)
    rest = inbox(connection, "water", limit=2, cursor=first.cursor)
    numbers = [int(line.number[-2:]) for line in (*first.lines, *rest.lines)]
    assert numbers == [3, 2, 1]


def test_revisits_wait_in_the_order_of_their_limit(connection: Connection, log: Log) -> None:
    for n, days in ((1, 3), (2, 1)):
        told = Story(log, number(n)).register().assign().acknowledge().wait(days * DAY)
        told.submit().approve()
    Story(log, number(3)).register().assign()
    feed(connection, log)
    assert [int(line.number[-2:]) for line in revisits(connection).lines] == [2, 1]


def test_the_deadline_board_shows_what_falls_due(connection: Connection, log: Log) -> None:
    for n, days in ((1, 4), (2, 2), (3, 9)):
        Story(log, number(n)).register().assign("water", days)
    feed(connection, log)
    page = deadlines(connection, before=START + 5 * DAY)
    assert [int(line.number[-2:]) for line in page.lines] == [2, 1]


def test_ping_pong_shows_the_most_returned_first(connection: Connection, log: Log) -> None:
    Story(log, number(1)).register().assign().hand_back().accept_return().assign("roads")
    twice = Story(log, number(2)).register().assign().hand_back().accept_return()
    twice.assign("roads").hand_back("roads").accept_return("roads").assign("town")
    Story(log, number(3)).register().assign()
    feed(connection, log)
    lines = ping_pong(connection).lines
    assert [(line.returns_count, line.departments) for line in lines] == [
        (2, "water,roads,town"),
        (1, "water,roads"),
    ]
    assert [line.number for line in ping_pong(connection, department="town").lines] == [number(2)]
    assert ping_pong(connection, returns_min=2).lines == lines[:1]


def test_a_citizens_history_needs_a_citizen(connection: Connection, log: Log) -> None:
    Story(log, number(1)).register(caller="c1")
    Story(log, number(2)).register()
    feed(connection, log)
    assert [line.number for line in citizen_history(connection, "c1").lines] == [number(1)]
    assert citizen_history(connection, "").lines == ()


def test_a_secret_ticket_does_not_exist_for_others(connection: Connection, log: Log) -> None:
    Story(log, number(1)).register(secrecy=Secrecy.SECRET)
    feed(connection, log)
    assert ticket(connection, number(1)) is None
    assert ticket(connection, number(1), sight=EVERYTHING) is not None


def test_lists_read_an_index_and_sort_nothing(connection: Connection) -> None:
    plans: list[str] = []

    def explain(statement: str, parameters: Any) -> None:
        for row in connection.connection.cursor().execute(
            f"EXPLAIN QUERY PLAN {statement}", parameters
        ):
            plans.append(str(row[3]))  # noqa: PERF401 - a cursor

    def watch(*args: Any) -> None:
        explain(args[2], args[3])

    event.listen(connection, "before_cursor_execute", watch)
    tickets(connection, TicketFilter(text="停水", department="water", open=True))
    tickets(connection, TicketFilter(stages=("InHandling",)))
    tickets(connection, TicketFilter(since=START, until=START + timedelta(days=3)))
    tickets(connection, TicketFilter(stages=("InHandling", "Suspended")))
    tickets(connection, TicketFilter(stages=("InHandling", "Archived")))
    citizen_history(connection, "c1")
    inbox(connection, "water")
    revisits(connection)
    deadlines(connection)
    ping_pong(connection)
    stage_deadlines(connection, ("InTriage", "AwaitingAssignment"))
    event.remove(connection, "before_cursor_execute", watch)
    assert not [plan for plan in plans if "TEMP B-TREE" in plan]
    assert any("ix_ticket_lines_inbox" in plan for plan in plans)
    assert any("ix_ticket_lines_revisit" in plan for plan in plans)
    assert any("ix_ticket_lines_caller" in plan for plan in plans)
    assert any("ix_ticket_lines_stage_due" in plan and "stage=?" in plan for plan in plans)
