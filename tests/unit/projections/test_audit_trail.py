from sqlalchemy import Connection

from hotline.people.actors import Actor, Role
from hotline.tickets import events as e
from projections.apply import apply_page
from projections.audit.queries import EventFilter, events
from tests.unit.projections.story import DAY, START, Log, Story, number

OTHER = Actor("zhang", Role.SHIFT_LEAD, "12345")


def fill(connection: Connection, log: Log) -> None:
    for n in range(1, 4):
        story = Story(log, number(n), START + n * DAY).register()
        story.tell(e.TicketUrged(reason=""), actor=OTHER)
    for page in log.pages():
        apply_page(connection, page)


def test_the_trail_is_found_by_person_type_stream_and_time(
    connection: Connection, log: Log
) -> None:
    fill(connection, log)
    urged = events(connection, EventFilter(person="zhang"))
    assert {line.type for line in urged.lines} == {"TicketUrged"}
    of_one = events(connection, EventFilter(stream=f"ticket/{number(2)}"))
    assert [line.version for line in of_one.lines] == [2, 1]
    registered = events(connection, EventFilter(type="TicketRegistered", until=START + 2 * DAY))
    assert [line.stream for line in registered.lines] == [f"ticket/{number(1)}"]


def test_the_trail_pages_without_gap_or_repeat(connection: Connection, log: Log) -> None:
    fill(connection, log)
    seen: list[int] = []
    cursor = ""
    while True:
        page = events(connection, EventFilter(), cursor=cursor, limit=2)
        seen += [line.position for line in page.lines]
        cursor = page.cursor
        if not cursor:
            break
    assert seen == [6, 5, 4, 3, 2, 1]


def test_a_row_keeps_who_and_in_which_role(connection: Connection, log: Log) -> None:
    fill(connection, log)
    line = events(connection, EventFilter(role="shift_lead", since=START + 3 * DAY)).lines[0]
    assert (line.person, line.department, line.correlation) == ("zhang", "12345", "c")
