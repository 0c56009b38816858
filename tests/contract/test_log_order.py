"""A reader that has seen a position has seen everything before it."""

from threading import Event, Thread

from sqlalchemy import Engine, select

from handlers.outcome import Context
from projections.log import LogLine
from streams.batches.batch import run_batch
from streams.batches.commit import commit_batch
from streams.database.engine import reading, writing
from streams.database.partitions import PARTITIONS_COUNT, partition_of
from streams.database.tables import events
from streams.feed.subscriptions import whole_log
from streams.log.store import heads, page
from tests.contract import toy

WIRING = toy.wiring()
CONTEXT: Context = toy.CONTEXT


def read_all(engine: Engine, seen: dict[int, int]) -> list[LogLine]:
    lines: list[LogLine] = []
    with reading(engine) as connection:
        for partition in range(PARTITIONS_COUNT):
            found = page(connection, partition, seen.get(partition, 0)).lines
            lines.extend(found)
            if found:
                seen[partition] = found[-1].position
    return lines


def test_an_insert_held_open_is_never_skipped(engine: Engine) -> None:
    written, let_go = Event(), Event()

    def hold() -> None:
        with writing(engine) as connection:
            run_batch(
                connection, [toy.register("held", stream="ticket/held")], CONTEXT, WIRING, toy.START
            )
            written.set()
            let_go.wait(1)

    def others(first: int) -> None:
        for number in range(first, first + 20):
            envelope = toy.register(f"m{number}", stream=f"ticket/{number}")
            commit_batch(engine, [envelope], CONTEXT, WIRING, toy.START)

    threads = [Thread(target=hold)]
    threads[0].start()
    written.wait()
    threads += [Thread(target=others, args=(first,)) for first in (100, 200, 300)]
    for thread in threads[1:]:
        thread.start()
    seen: dict[int, int] = {}
    lines: list[LogLine] = []
    while any(thread.is_alive() for thread in threads):
        lines += read_all(engine, seen)
    lines += read_all(engine, seen)

    assert len(lines) == 61
    for partition in range(PARTITIONS_COUNT):
        positions = [line.position for line in lines if line.partition == partition]
        assert positions == list(range(1, len(positions) + 1))
    assert {line.stream for line in lines} >= {"ticket/held", "ticket/100", "ticket/319"}


def test_heads_tell_the_newest_position(engine: Engine) -> None:
    commit_batch(engine, [toy.register("a", stream="ticket/a")], CONTEXT, WIRING, toy.START)

    with reading(engine) as connection:
        found = heads(connection)

    assert found[partition_of("ticket/a")] == 1
    assert sum(found.values()) == 1


def test_the_whole_log_comes_in_order_however_its_rows_lie_on_the_disk(engine: Engine) -> None:
    for number in range(60):
        stream = f"ticket/{number % 7}"
        tell = toy.register if number < 7 else toy.urge
        commit_batch(engine, [tell(f"m{number}", stream=stream)], CONTEXT, WIRING, toy.START)
    as_it_was = _walked(engine)

    with writing(engine) as connection:
        moved = select(events).order_by(events.c.partition, events.c.position).limit(1)
        row = connection.execute(moved).one()
        place = (events.c.partition == row.partition) & (events.c.position == row.position)
        connection.execute(events.delete().where(place))
        connection.execute(events.insert().values(row._asdict()))

    assert _walked(engine) == as_it_was
    assert sum(len(positions) for positions in as_it_was.values()) == 60
    for positions in as_it_was.values():
        assert positions == list(range(1, len(positions) + 1))


def _walked(engine: Engine) -> dict[int, list[int]]:
    """Read the whole log as a rebuild does; give the positions of each partition as they came."""
    positions: dict[int, list[int]] = {}
    for read in whole_log(engine, 20)({}):
        positions.setdefault(read.partition, []).extend(line.position for line in read.lines)
    return positions
