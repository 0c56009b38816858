"""What workers do by themselves: publishing the log, firing what is due; and bare beginnings."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import text

from bench.cluster import sending
from bench.cluster.house import House
from bench.cluster.parts import LETTERS, SHOWN, Size, flow
from bench.cluster.preset import CONTACT
from bench.cluster.watching import Meter, count, events, settle, until
from bench.figures import PER_SECOND, SECONDS
from bench.table import Measured, Target
from streams.cluster.member import stop_all
from streams.database.engine import writing
from streams.database.moments import microseconds
from streams.database.partitions import PARTITIONS_COUNT
from streams.messages.topics import CALLS

RELAYED: Final = Target(10_000, PER_SECOND)
FIRED: Final = Target(5, SECONDS, at_most=True)
NONE: Final = Target(0, PER_SECOND)

_PUBLISHED: Final = "SELECT sum(last_position) FROM subscriptions WHERE name = 'relay'"
_AGAIN: Final = "UPDATE subscriptions SET last_position = 0 WHERE name = 'relay'"
_DUE: Final = "SELECT count(*) FROM timers WHERE due_at <= :due"
_OVERDUE: Final = "SELECT count(DISTINCT stream) FROM events WHERE type = 'ContactBecameOverdue'"
_OVERDUES: Final = "SELECT count(*) FROM events WHERE type = 'ContactBecameOverdue'"
_ROWS: Final = 200
_SECONDS_A_TICKET: Final = 1 / 150
"""How fast tickets are registered at the very least, in front of the moment that all wait for."""


def relay(house: House, size: Size, workers: int) -> Iterator[Measured]:
    """Publish a log that nobody has published: the bookmarks go back to its beginning."""
    house.work(workers)
    while events(house) < size.events:
        flow(house, max(1000, (size.events - events(house)) // 5), "a log to publish")
    settle(house)
    stop_all(house.cluster.workers)
    with writing(house.store.engine) as connection:
        connection.execute(text(_AGAIN))
    whole = events(house)
    house.work(workers)
    meter = None
    first = at = 0
    end = time.monotonic() + 120
    began = last = time.time()
    while at < whole and time.monotonic() < end:
        at = count(house, _PUBLISHED)
        if at and meter is None:
            meter, first, began = Meter.started(house), at, time.time()
        last = time.time()
        time.sleep(0.02)
    if meter is None or at < whole:
        raise RuntimeError(f"the relay stands at {at:,} of {whole:,}")
    moved = whole - first
    work = f"relay: the log to its topic, {workers} workers"
    detail = f"{moved:,} events; {meter.each(moved)}"
    yield Measured("cluster-relay", work, RELAYED, (moved / (last - began),), detail)


def deadlines(house: House, size: Size, workers: int) -> Iterator[Measured]:
    """Have thousands of first contacts fall due at one moment."""
    house.work(workers)
    settle(house)
    lead = 20 + size.timers * _SECONDS_A_TICKET
    due = (datetime.now(UTC) + timedelta(seconds=lead)).replace(microsecond=0)
    shown, letters, fired = (count(house, one) for one in (SHOWN, LETTERS, _OVERDUES))
    calls = house.composer("due").calls(size.timers, due - CONTACT)
    flow_ = sending.send(house.bootstrap, calls)
    until(house, lambda: count(house, SHOWN), "registered", wanted=shown + size.timers)
    flow_.finish()
    waiting = count(house, _DUE, due=microseconds(due))
    left = (due - datetime.now(UTC)).total_seconds()
    if left < 0:
        raise RuntimeError(f"the tickets were not ready in time: {-left:.0f} s late")
    house.say(f"{waiting:,} timers wait for {due:%H:%M:%S}")
    time.sleep(max(0.0, left - 0.5))
    meter = Meter.started(house)
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    end = until(house, lambda: count(house, _DUE, due=microseconds(due)), "left to fire", left=True)
    told, streams = count(house, _OVERDUES) - fired, count(house, _OVERDUE)
    if told != waiting or count(house, _OVERDUES) != streams or count(house, LETTERS) != letters:
        raise RuntimeError(f"{waiting} were due, {told} events tell of it")
    work = f"{waiting:,} deadlines due at one moment, all fired, none twice"
    seconds = end - due.timestamp()
    yield Measured("cluster-deadlines", work, FIRED, (seconds,), meter.each(waiting))


def raw(house: House, size: Size) -> Iterator[Measured]:
    """Do what every house on Kafka and PostgreSQL does at the least, in the same run."""
    house.work(1)
    if count(house, SHOWN) < size.tickets // 2:
        flow(house, size.tickets // 2, "something to read")
    settle(house)
    stop_all(house.cluster.workers)
    read, seconds, cpu = asyncio.run(_consumed(house.bootstrap))
    yield Measured(
        "cluster-raw-kafka",
        "bare aiokafka: read the calls and throw them away",
        NONE,
        (read / seconds,),
        f"{read:,} messages; our CPU {cpu / read * 1e6:.0f} µs each",
    )
    rows, seconds, cpu = _inserted(house, size.tickets // 2)
    yield Measured(
        "cluster-raw-postgresql",
        f"bare PostgreSQL: insert an event, {_ROWS} a durable transaction",
        NONE,
        (rows / seconds,),
        f"{rows:,} rows; our CPU {cpu / rows * 1e6:.0f} µs each",
    )


async def _consumed(bootstrap: str) -> tuple[int, float, float]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(CALLS, number) for number in range(PARTITIONS_COUNT)]
        consumer.assign(places)
        end = sum((await consumer.end_offsets(places)).values())
        began, cpu, read = time.perf_counter(), time.process_time(), 0
        while read < end:
            found = await consumer.getmany(timeout_ms=1000, max_records=500)
            read += sum(map(len, found.values()))
        return read, time.perf_counter() - began, time.process_time() - cpu
    finally:
        await consumer.stop()


def _inserted(house: House, wanted: int) -> tuple[int, float, float]:
    """Insert copies of events that are there into a table like theirs."""
    with writing(house.store.engine) as connection:
        connection.execute(text("DROP TABLE IF EXISTS bench_events"))
        connection.execute(text("CREATE TABLE bench_events (LIKE events INCLUDING ALL)"))
        found = connection.execute(text("SELECT * FROM events LIMIT :n"), {"n": wanted}).all()
    insert = f"INSERT INTO bench_events VALUES ({', '.join(['%s'] * len(found[0]))})"  # noqa: S608
    raw_connection = house.store.engine.raw_connection()
    try:
        driver = raw_connection.driver_connection
        if driver is None:
            raise RuntimeError("no connection")
        began, cpu = time.perf_counter(), time.process_time()
        for start in range(0, len(found), _ROWS):
            with driver.cursor() as cursor:
                cursor.executemany(insert, [tuple(row) for row in found[start : start + _ROWS]])
            driver.commit()
        return len(found), time.perf_counter() - began, time.process_time() - cpu
    finally:
        raw_connection.close()
