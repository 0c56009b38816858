"""A small synthetic city: its read models agree with its states, and with themselves rebuilt."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from cli.house import open_house
from cli.play import play_city
from hotline.clocks.calendar import SHANGHAI
from hotline.evaluations.state import Service
from hotline.people.sight import EVERYTHING
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind
from projections.evaluations.queries import evaluation
from projections.kpis.definition import Period
from projections.kpis.formulas import KPIS
from projections.kpis.queries import DENOMINATOR, NUMERATOR, drill, evaluate
from projections.rebuild import rebuild
from projections.tickets.queries import ticket
from streams.database.engine import reading
from streams.feed.subscriptions import READ_MODELS, feed, whole_log
from streams.log.store import history, records, stream_names
from streams.processes.opening import Store
from tests.unit.projections.agreement import (
    disagreements,
    held,
    held_service,
    shown,
    shown_service,
)

START = datetime(2026, 3, 2, tzinfo=SHANGHAI)
PERIOD = Period(START, START + timedelta(days=90))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    data: Path = tmp_path_factory.mktemp("city")
    made = open_house(data, create=True, as_json=False, durable=False)
    play_city(
        made,
        tickets=400,
        start=START,
        until=START + timedelta(days=12),
        seed=3,
        aftermath=True,
        progress=lambda _: None,
    )
    feed(made.engine, READ_MODELS)
    yield made
    made.engine.dispose()


def names(house: Store, prefix: str) -> list[str]:
    with reading(house.engine) as connection:
        return list(stream_names(connection, prefix))


def test_every_line_agrees_with_its_state_after_every_fact(house: Store) -> None:
    with reading(house.engine) as connection:
        for stream in (*names(house, "ticket/"), *names(house, "service/")):
            facts = [log.fact for log in history(connection, stream)]
            assert disagreements(stream, facts) == []


def test_every_stored_line_agrees_with_the_stored_state(house: Store) -> None:
    kinds: set[Kind] = set()
    streams = [*names(house, "ticket/"), *names(house, "service/")]
    with reading(house.engine) as connection:
        for stream, record in records(connection, streams, house.wiring).items():
            match record.state:
                case Ticket() as state:
                    line = ticket(connection, state.number, sight=EVERYTHING)
                    assert line is not None
                    assert (line.version, shown(line)) == (record.version, held(state))
                    kinds.add(state.kind)
                case Service() as state:
                    rated = evaluation(connection, stream)
                    assert rated is not None
                    told = (rated.version, shown_service(rated))
                    assert told == (record.version, held_service(state))
                case other:
                    pytest.fail(f"{stream} is no ticket and no service: {type(other)}")
    assert kinds == set(Kind)


def test_every_figure_opens_as_many_rows_as_it_counts(house: Store) -> None:
    counted = 0
    with reading(house.engine) as connection:
        for code in KPIS:
            (kpi,) = evaluate(connection, PERIOD, codes=[code])
            for side, count in (
                (NUMERATOR, kpi.numerator),
                (DENOMINATOR, kpi.denominator),
                *kpi.excluded.items(),
            ):
                assert (code, side, opened(connection, code, side)) == (code, side, count)
                counted += count
    assert counted > 2000


def opened(connection: Connection, code: str, side: str) -> int:
    """Walk through all pages behind one side of a figure."""
    found: list[tuple[str, int, str]] = []
    cursor = ""
    while True:
        page = drill(connection, code, side, PERIOD, cursor=cursor, limit=97, sight=EVERYTHING)
        found += [(entry.number, entry.sequence, entry.service) for entry in page.lines]
        if not (cursor := page.cursor):
            assert len(found) == len(set(found))
            return len(found)


def test_a_rebuild_finds_the_live_read_models_right(house: Store) -> None:
    done = rebuild(house.engine, whole_log(house.engine))
    assert (done.compared, done.differences, done.swapped) == (True, (), True)
