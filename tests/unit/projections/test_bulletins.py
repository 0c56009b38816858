"""The bulletin: its columns add up, open their tickets, and never move once the month is over."""

from sqlalchemy import Connection

from hotline.people.sight import EVERYTHING
from projections.apply import apply_page
from projections.bulletins import CODES, bulletin
from projections.kpis.definition import Period, Scope
from projections.kpis.formulas import ALL, KPIS
from projections.kpis.grouped import areas, departments, grouped, none_of
from projections.kpis.queries import NUMERATOR, drill, evaluate
from tests.unit.projections.story import DAY, HOUR, START, Log, Story, city, number

MONTH = Period(START - DAY, START + 20 * DAY)
GROUPS = {"water": "department", "housing": "department", "town-1": "town"}


def feed(connection: Connection, log: Log) -> None:
    for page in log.pages():
        apply_page(connection, page)


def test_cases_are_on_time_late_open_or_otherwise_closed(connection: Connection, log: Log) -> None:
    def handled(n: int) -> Story:
        return Story(log, number(n)).register().assign().wait(HOUR).acknowledge().wait(DAY)

    handled(1).submit().approve()
    handled(2).submit(on_time=False).approve()
    handled(3)
    handled(4).hand_back().accept_return()
    feed(connection, log)
    (row,) = bulletin(connection, MONTH, GROUPS).rows
    told = {code: (kpi.numerator, kpi.denominator) for code, kpi in row.figures.items()}
    assert told["bulletin_on_time"] == (1, 3)
    assert told["bulletin_late"] == (1, 3)
    assert told["bulletin_open"] == (1, 3)
    assert told["bulletin_closed"] == (2, 3)
    assert told["returned"] == (1, 4)


def test_what_comes_after_the_month_changes_no_number(connection: Connection, log: Log) -> None:
    feed(connection, city(log, 200, seed=3))
    early = Period(START - DAY, START + 12 * DAY)
    later = [line for line in log.lines if line.occurred_micros >= 0]
    assert later
    before = bulletin(connection, early, GROUPS)
    log.lines.clear()
    for n in range(900, 930):
        story = Story(log, number(n, day="20260325"), START + 30 * DAY)
        story.register().assign().wait(DAY).acknowledge().submit().approve().wait(DAY).revisit()
    feed(connection, log)
    after = bulletin(connection, early, GROUPS)
    assert after.digest == before.digest
    assert bulletin(connection, Period(early.since, START + 60 * DAY), GROUPS).digest != (
        before.digest
    )


def test_every_number_opens_exactly_its_tickets(connection: Connection, log: Log) -> None:
    feed(connection, city(log, 150, seed=5))
    found = bulletin(connection, MONTH, GROUPS)
    assert len(found.rows) > 3
    for row in found.rows:
        for code in CODES:
            scope = Scope(department=row.department)
            page = drill(connection, code, NUMERATOR, MONTH, scope, limit=500, sight=EVERYTHING)
            assert len(page.lines) == row.figures[code].numerator, (row.department, code)
    for code, kpi in found.total.items():
        assert kpi.numerator == sum(row.figures[code].numerator for row in found.rows)


def test_groups_are_the_same_figures_as_one_by_one(connection: Connection, log: Log) -> None:
    feed(connection, city(log, 150, seed=6))
    codes = ("closed", "on_time", "satisfied", "returned")
    by_place = grouped(connection, MONTH, areas(6), codes)
    assert len(by_place) > 5
    for region, figures in by_place.items():
        alone = evaluate(connection, MONTH, Scope(region=region), codes)
        assert [figures.get(kpi.code, none_of(kpi.code)) for kpi in alone] == list(alone)
    whole = evaluate(connection, MONTH, codes=codes)
    told = {
        code: sum(figures[code].numerator for figures in by_place.values() if code in figures)
        for code in codes
    }
    assert told == {kpi.code: kpi.numerator for kpi in whole}
    assert grouped(connection, MONTH, departments, ("on_time",)).keys() >= {"water", "housing"}


def test_few_cases_are_listed_apart(connection: Connection, log: Log) -> None:
    for department, cases in (("water", 40), ("roads", 35), ("parks", 29)):
        for n in range(cases):
            story = Story(log, number(len(log.lines))).register().assign(department)
            story.wait(HOUR).acknowledge().wait(DAY).submit(on_time=n % 5 != 0 or n > 20).approve()
    feed(connection, log)
    found = bulletin(connection, MONTH, GROUPS)
    assert [row.department for row in found.listed(best=True)] == ["water"]
    assert [row.department for row in found.listed(best=False)] == ["roads"]
    assert {row.department for row in found.rows if not row.is_ranked} == {"parks"}
    assert found.overdue[0].figures["bulletin_late"].numerator == 5


def test_the_columns_of_the_bulletin_are_no_figures_of_the_report() -> None:
    assert not {code for code in KPIS if code.startswith("bulletin")}
    assert set(CODES) <= ALL.keys()
