"""The read models answer alike on SQLite and PostgreSQL."""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Engine

from hotline.people.sight import EVERYTHING
from hotline.tickets.events import TicketCorrected
from projections.apply import apply_page
from projections.audit.queries import EventFilter, events
from projections.create import create_tables
from projections.cursors import Page
from projections.evaluations.queries import statistics
from projections.kpis.definition import Period
from projections.kpis.formulas import KPIS
from projections.kpis.queries import DENOMINATOR, drill, evaluate
from projections.log import LogPage
from projections.rebuild import compare, rebuild
from projections.tickets.boards import deadlines, inbox, ping_pong, revisits
from projections.tickets.line import TicketLine
from projections.tickets.queries import TicketFilter, citizen_history, tickets
from tests.unit.projections.story import DAY, START, Log, ServiceStory, Story, city, number

PERIOD = Period(START - DAY, START + 40 * DAY)


def fed(engine: Engine) -> Log:
    log = city(Log(partitions=3), 60)
    Story(log, number(900, day="20260401")).register(title="甲乙丙，路灯", caller="c-9").assign()
    ServiceStory(log, "P1/1").serve().rate(2)
    with engine.begin() as connection:
        create_tables(connection)
    for page in log.pages(50):
        with engine.begin() as connection:
            apply_page(connection, page)
    return log


def source(log: Log, after: Mapping[int, int]) -> Iterable[LogPage]:
    for page in log.pages(70):
        if lines := page.after(after.get(page.partition, 0)):
            yield LogPage(page.partition, lines)


def test_text_and_filters_meet(engine: Engine) -> None:
    log = fed(engine)
    with engine.connect() as connection:

        def found(**wanted: object) -> int:
            page = tickets(connection, TicketFilter(**wanted), sight=EVERYTHING, limit=500)  # type: ignore[arg-type] # filters by name
            return len(page.lines)

        assert found() == 61
        assert found(text="某小区") == 61
        assert found(text="甲乙丙") == found(text="灯", caller="c-9") == 1
        assert found(text="甲丙") == 0
        assert found(text="o'x \\ & | ! \"") == 0
        assert found(department="water", open=True) <= found(department="water")
        assert found(region="5118", category="0") + found(region="5118", category="1") == 61
        first = tickets(connection, TicketFilter(text="小区"), sight=EVERYTHING, limit=7)
        rest = tickets(
            connection, TicketFilter(text="小区"), sight=EVERYTHING, cursor=first.cursor, limit=500
        )
        assert len({line.number for line in (*first.lines, *rest.lines)}) == 61
    change = TicketCorrected(reason="", before={}, after={"title": "井盖"})
    log.add(f"ticket/{number(900, day='20260401')}", change, START + 30 * DAY)
    with engine.begin() as connection:
        for page in source(log, {}):
            apply_page(connection, page)
        assert not tickets(connection, TicketFilter(text="甲乙丙")).lines
        assert len(tickets(connection, TicketFilter(text="井盖", caller="c-9")).lines) == 1


def test_boards_and_trail_page_through(engine: Engine) -> None:
    log = fed(engine)
    with engine.connect() as connection:
        boards: tuple[Callable[[str], Page[TicketLine]], ...] = (
            lambda cursor: inbox(connection, "water", cursor=cursor, limit=2, sight=EVERYTHING),
            lambda cursor: revisits(connection, cursor=cursor, limit=2, sight=EVERYTHING),
            lambda cursor: deadlines(connection, cursor=cursor, limit=2, sight=EVERYTHING),
            lambda cursor: ping_pong(connection, cursor=cursor, limit=2, sight=EVERYTHING),
        )
        for ask in boards:
            seen: list[str] = []
            cursor = ""
            while True:
                page = ask(cursor)
                seen += [line.number for line in page.lines]
                if not (cursor := page.cursor):
                    break
            assert len(seen) == len(set(seen))
        assert len(citizen_history(connection, "c-9").lines) == 1
        trail = events(connection, EventFilter(type="TicketRegistered"), limit=500)
        assert len(trail.lines) == sum(line.version == 1 for line in log.lines) - 1
        assert statistics(connection, START - DAY, START + DAY).levels == (0, 1, 0, 0, 0)


def test_every_figure_and_its_rows_agree(engine: Engine) -> None:
    fed(engine)
    with engine.connect() as connection:
        for code in KPIS:
            (kpi,) = evaluate(connection, PERIOD, codes=[code])
            page = drill(connection, code, DENOMINATOR, PERIOD, limit=500)
            assert len(page.lines) == kpi.denominator, code


def test_a_rebuild_equals_the_live_tables_and_takes_their_place(engine: Engine) -> None:
    log = fed(engine)
    with engine.connect() as connection:
        assert compare(connection, lambda after: source(log, after)) == ()
        connection.rollback()
    for _ in range(2):
        done = rebuild(engine, lambda after: source(log, after))
        assert (done.differences, done.compared, done.swapped) == ((), True, True)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE assignment_lines SET department = 'x'")
        (damaged,) = compare(connection, lambda after: source(log, after))
        assert damaged.changed_count > 20
