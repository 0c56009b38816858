"""Read models: how fast they are built from the log, and how fast a long list answers."""

import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.batches import measure, sqlite_houses
from bench.figures import PER_SECOND
from bench.filling import Say, filled
from bench.recording import record
from bench.table import Measured, Target
from projections.rebuild import rebuild
from projections.tickets.queries import TicketFilter, tickets
from streams.database.engine import reading
from streams.feed.subscriptions import whole_log

TICKETS: Final = 4000
MANY: Final = 1_000_000
REBUILD: Final = Target(30_000, PER_SECOND)
LIST: Final = Target(50, "ms", at_most=True)
PAGE_LINES: Final = 25
TURNS: Final = 4

QUESTIONS: Final = (
    TicketFilter(),
    TicketFilter(open=True),
    TicketFilter(type="complaint", open=True),
    TicketFilter(text="扰民"),
    TicketFilter(text="电价"),
    TicketFilter(text="停水 三溪镇"),
    TicketFilter(text="请求协调", open=True),
    TicketFilter(text="无人处理", type="complaint"),
    TicketFilter(text="不在其中的词"),
    TicketFilter(department="government_services"),
    TicketFilter(department="housing", open=True),
    TicketFilter(department="housing", text="问题"),
    TicketFilter(category="11", channel="01"),
    TicketFilter(region="341902", light="red"),
    TicketFilter(light="yellow", open=True),
    TicketFilter(urgency=2),
    TicketFilter(stages=("AwaitingRevisit",)),
    TicketFilter(supervised=True),
    TicketFilter(overdue=True),
    TicketFilter(kind="matter", text="办理"),
)


def rebuilding(runs: int, share: float) -> Iterator[Measured]:
    commands = record(max(100, int(TICKETS * share)))
    figures: list[float] = []
    events = 0
    with TemporaryDirectory(prefix="bihuan-bench-") as folder, sqlite_houses(Path(folder)) as fresh:
        house = fresh()
        measure(house, commands, 200)
        for _ in range(runs):
            began = time.perf_counter()
            built = rebuild(house.engine, whole_log(house.engine), accept_differences=True)
            figures.append(built.events_count / (time.perf_counter() - began))
            events = built.events_count
    detail = f"{events:,} events; all but the first run compare with what was there"
    yield Measured("rebuild", "rebuild of all read models", REBUILD, tuple(figures), detail)


def listing(folder: Path, count: int, runs: int, say: Say) -> Iterator[Measured]:
    store = filled(folder, count, say)
    figures: list[float] = []
    slowest = ""
    say("asking each question once, so that the files are where a running house has them ...")
    for wanted in QUESTIONS:
        with reading(store.engine) as connection:
            tickets(connection, wanted, limit=PAGE_LINES)
    for _ in range(runs):
        taken = []
        for turn, wanted in product(range(TURNS), QUESTIONS):
            began = time.perf_counter()
            with reading(store.engine) as connection:
                page = tickets(connection, wanted, limit=PAGE_LINES)
                if turn and page.cursor:
                    tickets(connection, wanted, limit=PAGE_LINES, cursor=page.cursor)
            taken.append(((time.perf_counter() - began) * 1000, repr(wanted)))
        taken.sort()
        figures.append(taken[int(len(taken) * 0.95)][0])
        slowest = f"slowest {taken[-1][0]:.0f} ms"
    store.engine.dispose()
    work = f"ticket list with filters and text search at {count:,} tickets, p95"
    detail = f"{len(QUESTIONS)} questions, {TURNS} times each; {slowest}"
    yield Measured("list", work, LIST, tuple(figures), detail)
