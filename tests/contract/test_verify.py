import pytest
from sqlalchemy import Column, Engine, LargeBinary, Table, Text, select, update

from streams.batches.commit import commit_batch
from streams.database import tables
from streams.database.engine import reading, writing
from streams.verification.verify import verify
from tests.contract import toy

WIRING = toy.wiring()
WATCHED = [tables.events, tables.streams, tables.timers, tables.log_partitions]
COLUMNS = [column for table in WATCHED for column in table.columns]


def damaged(column: Column[object], value: object) -> object:
    """Change one byte, or flip a bit of a number."""
    if isinstance(column.type, LargeBinary):
        assert isinstance(value, bytes)
        middle = len(value) // 2
        return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]
    if isinstance(column.type, Text):
        assert isinstance(value, str)
        return value[:-1] + chr(ord(value[-1]) ^ 16) if value else "x"
    assert isinstance(value, int)
    return value + 256


@pytest.fixture
def filled(engine: Engine) -> Engine:
    envelopes = [toy.register(f"m{n}", stream=f"ticket/{n}") for n in range(3)]
    envelopes += [toy.urge(f"u{n}", "ticket/1", causation="call") for n in range(3)]
    commit_batch(engine, envelopes, toy.CONTEXT, WIRING, toy.START)
    return engine


def test_what_was_written_is_clean(filled: Engine) -> None:
    report = verify(filled, WIRING)

    assert report.faults == []
    assert (report.events_count, report.streams_count) == (6, 3)


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_changed_byte_is_found(filled: Engine, column: Column[object]) -> None:
    table: Table = column.table
    with writing(filled) as connection:
        key = list(table.primary_key.columns)
        query = select(*key, column).order_by(*key)
        if "stream" in table.columns:
            query = query.where(table.c.stream == "ticket/1")
        row = tuple(connection.execute(query).first() or ())
        same = [one == value for one, value in zip(key, row, strict=False)]
        change = update(table).where(*same).values({column: damaged(column, row[-1])})
        assert connection.execute(change).rowcount == 1

    assert not verify(filled, WIRING).clean


@pytest.mark.parametrize("table", [tables.events, tables.streams, tables.timers], ids=str)
def test_a_missing_row_is_found(filled: Engine, table: Table) -> None:
    with writing(filled) as connection:
        last = table.c.position if table is tables.events else table.c.stream
        newest = connection.execute(
            select(last).where(table.c.stream == "ticket/1").order_by(last.desc())
        ).scalar()
        connection.execute(table.delete().where(table.c.stream == "ticket/1", last == newest))

    assert not verify(filled, WIRING).clean


def test_the_place_of_the_first_fault_is_told(filled: Engine) -> None:
    events = tables.events
    with writing(filled) as connection:
        payload = b'{"reason":"\xe5\x86\x8d\xe9\x97\xae\xe4\xb8\x80\xe6\xac\xa0"}'
        where = (events.c.stream == "ticket/1", events.c.version == 3)
        connection.execute(update(events).where(*where).values(payload=payload))

    fault = verify(filled, WIRING).faults[0]

    assert fault.code == "hash-differs"
    assert fault.place.startswith("ticket/1 version 3 (partition ")


def test_a_hook_is_asked(filled: Engine) -> None:
    report = verify(filled, WIRING, hooks=[lambda _connection: ["ticket_lines ticket/1"]])

    assert [fault.place for fault in report.faults] == ["ticket_lines ticket/1"]


def test_readers_see_one_snapshot(filled: Engine) -> None:
    with reading(filled) as connection:
        before = connection.execute(select(tables.streams.c.version)).all()
        commit_batch(filled, [toy.urge("x", "ticket/0")], toy.CONTEXT, WIRING, toy.START)
        assert connection.execute(select(tables.streams.c.version)).all() == before
