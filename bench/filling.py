"""A big store, quickly: tickets copied from the histories that a played city left behind.

Every copy is what the rules made of its pattern, under a number, a caller and message ids of its
own, chained by hash and dense by position; `bihuan verify` accepts the whole. The read models are
then built from that log by the product's own rebuild. Personal fields are not copied: to the vault
the callers of copies are persons who were erased.
"""

import json
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

from cli.play import play_city
from hotline.clocks.calendar import SHANGHAI
from projections.rebuild import rebuild
from streams.database.engine import DATABASE_FILE, forget_traces
from streams.database.partitions import PARTITIONS_COUNT, murmur2
from streams.feed.subscriptions import whole_log
from streams.log.append import GENESIS, chained
from streams.processes.opening import Store, open_store
from streams.settings import Settings

PATTERN_TICKETS: Final = 1500
PATTERN_DAYS: Final = 90
SHORT_EVENTS: Final = 5
SHARES: Final = (0.01, 0.87, 0.12)
"""Of running tickets, of ended ones with few events, of all ended ones: the store stays bounded."""
CHUNK: Final = 10_000
_MARK: Final = "filled.json"
_PREFIX_LENGTH: Final = 16
_LOOP_CHANNEL: Final = "09"
_OTHERS: Final = ("loop", "main", "children", "repeats")

Row = tuple[Any, ...]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One ticket with the services that belong to it, row by row."""

    number: str
    caller: bytes
    streams: tuple[Row, ...]
    events: tuple[Row, ...]
    timers: tuple[Row, ...]
    answers: tuple[Row, ...]


def filled(folder: Path, tickets: int, say: Say) -> Store:
    """Open the store of that many tickets; it is made when it is not there yet."""
    mark = folder / _MARK
    if not mark.exists() or json.loads(mark.read_text())["tickets"] != tickets:
        began = time.perf_counter()
        if (folder / DATABASE_FILE).exists():
            raise RuntimeError(f"{folder} holds another store: remove it, or name another folder")
        _fill(folder, tickets, say)
        mark.write_text(json.dumps({"tickets": tickets}))
        say(f"{tickets:,} tickets made in {time.perf_counter() - began:,.0f} s")
    return open_store(Settings(data=folder))


def _fill(folder: Path, tickets: int, say: Say) -> None:
    store = open_store(Settings(data=folder), durable=False)
    until = datetime.now(SHANGHAI).replace(microsecond=0)
    play_city(
        store,
        tickets=min(PATTERN_TICKETS, tickets),
        start=until - timedelta(days=PATTERN_DAYS),
        until=until,
        seed=1,
        aftermath=False,
        progress=lambda _: None,
    )
    forget_traces(store.engine)
    store.engine.dispose()
    database = sqlite3.connect(folder / DATABASE_FILE, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
        database.execute(f"PRAGMA {pragma}")
    _copy(database, tickets, say)
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
    store = open_store(Settings(data=folder), durable=False)
    say("read models from the log ...")
    rebuild(store.engine, whole_log(store.engine), accept_differences=True)
    forget_traces(store.engine)
    store.engine.dispose()


def _copy(database: sqlite3.Connection, tickets: int, say: Say) -> None:
    patterns = list(_patterns(database))
    running = [pattern for pattern in patterns if pattern.timers]
    ended = [pattern for pattern in patterns if not pattern.timers]
    short = [pattern for pattern in ended if len(pattern.events) <= SHORT_EVENTS]
    rng = Random(1)
    copier = _Copier(database)
    database.execute("DROP INDEX events_of_stream")
    had = int(
        database.execute("SELECT count(*) FROM streams WHERE stream LIKE 'ticket/%'").fetchone()[0]
    )
    chosen = (
        rng.choice(rng.choices((running, short, ended), SHARES)[0]) for _ in range(tickets - had)
    )
    made = had
    while chunk := list(islice(chosen, CHUNK)):
        copier.copy(chunk)
        made += len(chunk)
        if made % 100_000 < CHUNK:
            say(f"{made:,} tickets ...")
    copier.finish()
    database.execute("CREATE UNIQUE INDEX events_of_stream ON events (stream, version)")


def _patterns(database: sqlite3.Connection) -> Iterator[Pattern]:
    """Take every ticket whose history needs no other ticket."""
    events, answers = defaultdict(list), {}
    for row in database.execute("SELECT * FROM events ORDER BY stream, version"):
        events[row[2]].append(row)
    for row in database.execute("SELECT * FROM inbox"):
        answers[row[0]] = row
    timers = defaultdict(list)
    for row in database.execute("SELECT * FROM timers"):
        timers[row[1]].append(row)
    heads = {row[0]: row for row in database.execute("SELECT * FROM streams")}
    for stream in sorted(heads):
        kind, _, number = stream.partition("/")
        if kind != "ticket" or number[14:16] == _LOOP_CHANNEL:
            continue
        own = [stream, *(name for n in range(1, 4) if (name := f"service/{number}/{n}") in heads)]
        states = [json.loads(heads[name][3]) for name in own]
        alone = not any(
            state.get(k) for state in states for k in ("loop", "main", "children", "repeats")
        )
        if alone:
            history = [row for name in own for row in events[name]]
            messages = dict.fromkeys(row[7] for row in history)
            yield Pattern(
                number=number,
                caller=str(states[0].get("caller", "")).encode(),
                streams=tuple(heads[name] for name in own),
                events=tuple(history),
                timers=tuple(row for name in own for row in timers[name]),
                answers=tuple(answers[one] for one in messages if one in answers),
            )


class _Copier:
    """Writes copies; keeps positions dense and numbers running."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._positions = dict(
            database.execute("SELECT partition, next_position FROM log_partitions")
        )
        self._numbers: Counter[str] = Counter(
            dict(database.execute("SELECT prefix, last FROM number_counters"))
        )
        self._made = 0

    def copy(self, patterns: list[Pattern]) -> None:
        events: list[Row] = []
        heads: list[Row] = []
        timers: list[Row] = []
        answers: list[Row] = []
        for pattern in patterns:
            self._one(pattern, events, heads, timers, answers)
        run = self._database.executemany
        self._database.execute("BEGIN")
        run("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", sorted(events))
        run("INSERT INTO streams VALUES (?,?,?,?,?)", sorted(heads))
        run("INSERT INTO timers VALUES (?,?,?,?,?)", sorted(timers))
        run("INSERT INTO inbox VALUES (?,?,?,?,?,?,?)", answers)
        self._database.execute("COMMIT")

    def _one(
        self,
        pattern: Pattern,
        events: list[Row],
        heads: list[Row],
        timers: list[Row],
        answers: list[Row],
    ) -> None:
        self._made += 1
        prefix = pattern.number[:_PREFIX_LENGTH]
        self._numbers[prefix] += 1
        number = f"{prefix}{self._numbers[prefix]:06d}"
        old, new = pattern.number.encode(), number.encode()
        caller = b"citizen-x%07d" % (self._made // 3)

        def renamed(data: bytes) -> bytes:
            data = data.replace(old, new)
            return data.replace(pattern.caller, caller) if pattern.caller else data

        def told(text: str) -> str:
            return text.replace(pattern.number, number)

        tail = f"#{self._made}"
        partitions: dict[str, int] = {}
        hashes: dict[str, bytes] = {}
        for row in pattern.events:
            stream = told(row[2])
            partition = partitions.get(stream)
            if partition is None:
                partition = (murmur2(stream.encode()) & 0x7FFFFFFF) % PARTITIONS_COUNT
                partitions[stream] = partition
            position = self._positions[partition]
            self._positions[partition] = position + 1
            payload = renamed(row[5])
            head = (partition, position, stream, row[3], row[4])
            origin = (told(row[7]) + tail, told(row[8]) + tail, told(row[9]), row[10], row[11])
            digest = chained(hashes.get(stream, GENESIS), (*head, row[6], *origin), payload)
            hashes[stream] = digest
            events.append((*head, payload, row[6], *origin, digest))
        for row in pattern.streams:
            stream = told(row[0])
            heads.append((stream, partitions[stream], row[2], renamed(row[3]), hashes[stream]))
        timers.extend((told(row[0]), told(row[1]), *row[2:]) for row in pattern.timers)
        answers.extend(
            (
                told(row[0]) + tail,
                *row[1:5],
                _retold(row[5], row[0], tail).replace(old, new),
                row[6],
            )
            for row in pattern.answers
        )

    def finish(self) -> None:
        run = self._database.executemany
        run(
            "UPDATE log_partitions SET next_position = ? WHERE partition = ?",
            [(n, p) for p, n in self._positions.items()],
        )
        run("INSERT OR REPLACE INTO number_counters VALUES (?, ?)", sorted(self._numbers.items()))


def _retold(receipt: bytes, message_id: str, tail: str) -> bytes:
    return receipt.replace(message_id.encode(), (message_id + tail).encode(), 1)
