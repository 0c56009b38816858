from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

from sqlalchemy import Engine, func, select

from hotline.tickets.vocabulary import TimerKind
from streams.batches.commit import commit_batch
from streams.database import tables
from streams.database.engine import reading
from streams.log.store import history
from streams.timers.firing import fire_all_due, fire_due, next_due, overdue
from streams.verification.verify import verify
from tests.contract import toy

WIRING = toy.wiring()


def register(engine: Engine, count: int) -> None:
    envelopes = [toy.register(f"m{n}", stream=f"ticket/{n:04}") for n in range(count)]
    commit_batch(engine, envelopes, toy.CONTEXT, WIRING, toy.START)


def fired_of(engine: Engine, stream: str) -> list[TimerKind]:
    with reading(engine) as connection:
        return [line.fact.event.timer for line in history(connection, stream, after=1)]


def test_nothing_fires_before_its_time(engine: Engine) -> None:
    register(engine, 1)

    assert fire_due(engine, toy.CONTEXT, WIRING, toy.START + timedelta(minutes=119)) == 0
    assert fire_due(engine, toy.CONTEXT, WIRING, toy.START + timedelta(minutes=120)) == 1


def test_all_due_timers_fire_once_oldest_first(engine: Engine) -> None:
    register(engine, 30)
    with reading(engine) as connection:
        assert overdue(connection, toy.LATER) > timedelta(days=39)

    assert fire_all_due(engine, toy.CONTEXT, WIRING, toy.LATER) == 60
    assert fire_all_due(engine, toy.CONTEXT, WIRING, toy.LATER) == 0

    assert fired_of(engine, "ticket/0007") == [TimerKind.STAGE, TimerKind.CITIZEN]
    with reading(engine) as connection:
        assert next_due(connection) is None
        assert overdue(connection, toy.LATER) == timedelta(0)
    assert verify(engine, WIRING).faults == []


def test_two_claimers_fire_each_timer_once(engine: Engine) -> None:
    register(engine, 150)
    barrier = Barrier(2)
    fired: list[int] = []

    def claim() -> None:
        barrier.wait()
        fired.extend(fire_due(engine, toy.CONTEXT, WIRING, toy.LATER, claim=10) for _ in range(40))

    threads = [Thread(target=claim) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fire_all_due(engine, toy.CONTEXT, WIRING, toy.LATER)

    with reading(engine) as connection:
        events = tables.events
        total = connection.execute(select(func.count()).select_from(events)).scalar_one()
    assert total == 150 * 3
    assert verify(engine, WIRING).faults == []


def test_a_timer_whose_command_dies_does_not_block_the_others(engine: Engine) -> None:
    register(engine, 5)

    def dies(envelope: object, records: object, context: object) -> object:
        if getattr(envelope, "stream", "") == "ticket/0002":
            raise RuntimeError
        return toy.handle(envelope, records, context)  # type: ignore[arg-type]

    wiring = replace(WIRING, handle=dies)  # type: ignore[arg-type]

    assert fire_all_due(engine, toy.CONTEXT, wiring, toy.LATER) == 10
    assert fired_of(engine, "ticket/0002") == []
    assert fired_of(engine, "ticket/0003") == [TimerKind.STAGE, TimerKind.CITIZEN]
    with reading(engine) as connection:
        assert next_due(connection) is None
