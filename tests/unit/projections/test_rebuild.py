from collections.abc import Iterable, Mapping

import pytest
from sqlalchemy import Connection, Engine, select, text

from hotline.evaluations.vocabulary import Mark
from hotline.people.sight import EVERYTHING
from projections.apply import apply_page
from projections.assignments import rows as assignments_rows
from projections.audit import rows as audit_rows
from projections.bookmarks import bookmarks
from projections.builder import Builder
from projections.comparison import compare_tables
from projections.evaluations import rows as evaluations_rows
from projections.log import LogPage
from projections.rebuild import compare, rebuild
from projections.schema import METADATA
from projections.tickets import rows as tickets_rows
from projections.tickets.queries import TicketFilter, tickets
from tests.unit.projections.story import Log, ServiceStory, Story, city, number


def a_city() -> Log:
    log = city(Log(partitions=3), 40)
    ServiceStory(log, "P1/1").serve().rate(1).mark(Mark.MISTAKEN)
    return log


def source_of(log: Log, size: int = 50) -> "Source":
    return Source(log, size)


class Source:
    def __init__(self, log: Log, size: int) -> None:
        self.log, self.size = log, size

    def __call__(self, after: Mapping[int, int]) -> Iterable[LogPage]:
        for page in self.log.pages(self.size):
            lines = page.after(after.get(page.partition, 0))
            if lines:
                yield LogPage(page.partition, lines)


def live(engine: Engine, log: Log) -> None:
    for page in log.pages(37):
        with engine.begin() as connection:
            apply_page(connection, page)


def contents(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = ("ticket_lines", "assignment_lines", "evaluation_lines", "call_lines", "event_lines")
    return {
        name: sorted(
            (tuple(row) for row in connection.execute(select(METADATA.tables[name]))), key=repr
        )
        for name in tables
    }


def schema(connection: Connection) -> set[tuple[object, ...]]:
    return {tuple(row) for row in connection.execute(text("SELECT type, name FROM sqlite_master"))}


def test_a_rebuild_of_nothing_fills_the_tables(engine: Engine) -> None:
    log = a_city()
    done = rebuild(engine, source_of(log))
    assert (done.events_count, done.compared, done.swapped) == (len(log.lines), False, True)
    with engine.connect() as connection:
        assert len(tickets(connection, TicketFilter(), sight=EVERYTHING).lines) == 40
        assert len(tickets(connection, TicketFilter(text="某小区"), sight=EVERYTHING).lines) == 40


def test_a_rebuild_equals_the_live_tables(engine: Engine) -> None:
    log = a_city()
    live(engine, log)
    with engine.connect() as connection:
        before = contents(connection)
        shape = schema(connection)
    done = rebuild(engine, source_of(log))
    assert (done.compared, done.differences, done.swapped) == (True, (), True)
    with engine.connect() as connection:
        assert contents(connection) == before
        assert schema(connection) == shape


def test_a_builder_with_little_memory_writes_the_same_rows(engine: Engine) -> None:
    log = a_city()
    live(engine, log)
    with engine.connect() as connection:
        builder = Builder(connection, "_small", lines_max=5, folded_lines=20)
        builder.begin()
        folded = [builder.feed([page]) for page in log.pages(7)]
        builder.finish()
        assert 10 < sum(folded) < len(folded)
        for here, there in (
            (tickets_rows.LIVE, builder.tickets),
            (assignments_rows.LIVE, builder.assignments),
            (evaluations_rows.LIVE, builder.evaluations),
            (audit_rows.LIVE, builder.events),
        ):
            assert compare_tables(connection, here.table, there.table) is None


def test_subscriptions_go_on_where_the_rebuild_ended(engine: Engine) -> None:
    log = a_city()
    live(engine, log)
    rebuild(engine, source_of(log))
    Story(log, number(900)).register()
    live(engine, log)
    with engine.connect() as connection:
        assert sum(bookmarks(connection, "ticket_lines").values()) == len(log.lines)
        assert len(tickets(connection, TicketFilter(number=number(900))).lines) == 1


def test_facts_that_come_during_the_rebuild_are_not_lost(engine: Engine) -> None:
    log = a_city()
    live(engine, log)
    source = source_of(log)

    def busy(step: str, _events: int) -> None:
        if step == "fold" and not any(number(901) in line.stream for line in log.lines):
            Story(log, number(901)).register()
            live(engine, log)

    done = rebuild(engine, source, progress=busy)
    assert (done.differences, done.swapped) == ((), True)
    with engine.connect() as connection:
        assert len(tickets(connection, TicketFilter(number=number(901))).lines) == 1


@pytest.mark.parametrize(
    ("damage", "table"),
    [
        ("UPDATE ticket_lines SET title = 'x' WHERE id = (SELECT max(id) FROM ticket_lines)",
         "ticket_lines"),
        ("DELETE FROM assignment_lines WHERE sequence = 1", "assignment_lines"),
        ("UPDATE evaluation_lines SET mark = 'none'", "evaluation_lines"),
        ("UPDATE event_lines SET person = 'somebody' WHERE position = 3", "event_lines"),
        ("INSERT INTO ticket_search(rowid, words) VALUES (77, '停水')", "ticket_search"),
    ],
)  # fmt: skip
def test_a_damaged_row_is_named_and_nothing_is_swapped(
    engine: Engine, damage: str, table: str
) -> None:
    log = a_city()
    live(engine, log)
    with engine.begin() as connection:
        connection.execute(text(damage))
        before = contents(connection)
    with engine.connect() as connection:
        (found,) = compare(connection, source_of(log))
        assert (found.table, found.total > 0) == (table, True)
        assert found.examples
        connection.rollback()
    done = rebuild(engine, source_of(log))
    assert (done.swapped, [each.table for each in done.differences]) == (False, [table])
    with engine.connect() as connection:
        assert contents(connection) == before
    assert rebuild(engine, source_of(log), accept_differences=True).swapped
    with engine.connect() as connection:
        assert compare(connection, source_of(log)) == ()


def test_a_comparison_looks_no_further_than_the_live_tables_have_read(engine: Engine) -> None:
    log = a_city()
    live(engine, log)
    Story(log, number(902)).register()
    with engine.connect() as connection:
        assert compare(connection, source_of(log)) == ()
