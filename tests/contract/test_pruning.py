"""Forgetting old messages keeps what says how far the intake was handled."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, text

from handlers.envelope import Source
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.processes.pruning import Pruning
from tests.contract import toy

WIRING = toy.wiring()


def ids(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return {id_ for (id_,) in connection.execute(text("SELECT message_id FROM inbox"))}


def test_the_newest_message_of_each_place_stays_however_old(engine: Engine) -> None:
    placed = [
        replace(toy.register(f"{topic}{part}-{offset}"), source=Source(topic, part, offset))
        for topic in ("a", "b")
        for part in (0, 1)
        for offset in (7, 9, 8)
    ]
    commit_batch(engine, [*placed, toy.register("api")], toy.CONTEXT, WIRING, toy.START)
    commit_batch(engine, [toy.register("young")], toy.CONTEXT, WIRING, toy.LATER)

    Pruning(engine, days=30)(toy.LATER)

    assert ids(engine) == {"a0-9", "a1-9", "b0-9", "b1-9", "young"}


def test_it_is_done_once_a_day(engine: Engine) -> None:
    pruning = Pruning(engine, days=1)
    pruning(toy.START)
    commit_batch(engine, [toy.register("a")], toy.CONTEXT, WIRING, toy.START - timedelta(days=3))

    pruning(toy.START + timedelta(hours=23))
    assert ids(engine) == {"a"}

    pruning(toy.START + timedelta(hours=24))
    assert ids(engine) == set()
