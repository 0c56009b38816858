"""Milliseconds a list takes to answer among a million tickets; `python -m bench.readmodels`.

Each question is asked many times with other words, places and departments, as many people would.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine

from bench.many_tickets import DEPARTMENTS, LAST_DAY, RARE_STAGE, fill
from hotline.clocks.calendar import SHANGHAI
from hotline.tickets.vocabulary import Light, Stage
from projections.cursors import Page
from projections.tickets.boards import deadlines, inbox, ping_pong, revisits, stage_deadlines
from projections.tickets.line import TicketLine
from projections.tickets.queries import TicketFilter, citizen_history, ticket, tickets
from streams.database.engine import database_url, make_engine, reading

TICKETS: Final = 1_000_000
ROUNDS: Final = 40
_NOW: Final = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 12, tzinfo=SHANGHAI)
_PAIRS: Final = ("停水", "路灯", "噪音", "物业", "公交", "井盖", "医保", "电梯")
_FOURS: Final = ("下水道堵塞", "占道经营", "夜间施工", "不动产登记", "农民工讨薪", "拖欠工资")
_NOT_THERE: Final = ("飞碟降落", "恐龙出没", "停水恐龙")

Question: TypeAlias = Callable[[Connection, random.Random], Page[TicketLine] | TicketLine | None]


def _list(**wanted: object) -> Question:
    """Ask for the newest page of a filter; callables are drawn anew each time."""

    def ask(connection: Connection, drawn: random.Random) -> Page[TicketLine]:
        values = {
            name: value(drawn) if callable(value) else value for name, value in wanted.items()
        }
        return tickets(connection, TicketFilter(**values))  # type: ignore[arg-type] # by name

    return ask


def _department(drawn: random.Random) -> str:
    return drawn.choice(DEPARTMENTS[:40])


def _some_stage(drawn: random.Random) -> tuple[str, ...]:
    return (drawn.choice((Stage.IN_HANDLING, Stage.AWAITING_REVISIT, Stage.CLOSED)).value,)


def _county(drawn: random.Random) -> str:
    return f"5118{drawn.randint(1, 8):02}"


def _pair(drawn: random.Random) -> str:
    return drawn.choice(_PAIRS)


def _four(drawn: random.Random) -> str:
    return drawn.choice(_FOURS)


def _any_day(drawn: random.Random) -> datetime:
    return _NOW - timedelta(days=drawn.randint(30, 1000))


def _deep(wanted: TicketFilter) -> Question:
    """Turn ten pages: each must cost what the first one costs."""

    def ask(connection: Connection, drawn: random.Random) -> Page[TicketLine]:
        page = tickets(connection, wanted, limit=drawn.choice((50, 500)))
        for _ in range(9):
            page = tickets(connection, wanted, cursor=page.cursor)
        return page

    return ask


QUESTIONS: Final[dict[str, Question]] = {
    "newest page": _list(),
    "one ticket": lambda connection, _: ticket(connection, "5118012026112001000001"),
    "by stage": _list(stages=_some_stage),
    "by rare stage": _list(stages=(RARE_STAGE,)),
    "by two stages": _list(stages=(Stage.IN_TRIAGE.value, Stage.SUSPENDED.value)),
    "by department": _list(department=_department),
    "by department and stage": _list(department=_department, stages=_some_stage),
    "by department and rare stage": _list(department=_department, stages=(RARE_STAGE,)),
    "by type": _list(type="report"),
    "by type, open": _list(type="complaint", open=True),
    "by kind and county": _list(kind="matter", region=_county),
    "overdue": _list(overdue=True),
    "overdue in department": _list(overdue=True, department=_department),
    "red light": _list(light=Light.RED.value),
    "by county": _list(region=_county),
    "by category": _list(category=lambda drawn: f"{drawn.randint(1, 16):02}"),
    "by category, closed, a month": _list(category="0101", open=False, since=_any_day),
    "in a day": _list(
        since=lambda _: _NOW - timedelta(days=400), until=lambda _: _NOW - timedelta(days=399)
    ),
    "supervised": _list(supervised=True),
    "text of two": _list(text=_pair),
    "text of four and more": _list(text=_four),
    "text of one": _list(text="灯"),
    "text of two words": _list(text="停水 安"),
    "text that is nowhere": _list(text=lambda drawn: drawn.choice(_NOT_THERE)),
    "text and department": _list(text=_pair, department=_department),
    "text and stage": _list(text=_pair, stages=_some_stage),
    "text and rare stage": _list(text=_four, stages=(RARE_STAGE,)),
    "text, county, open": _list(text=_pair, region=_county, open=True),
    "text and overdue": _list(text=_pair, overdue=True),
    "text long ago": _list(text=_pair, until=_any_day),
    "ten pages deep": _deep(TicketFilter()),
    "ten pages deep in text": _deep(TicketFilter(text="路灯")),
    "department inbox": lambda connection, drawn: inbox(connection, _department(drawn)),
    "revisit work-list": lambda connection, drawn: revisits(connection, region=_county(drawn)),
    "deadline board": lambda connection, _: deadlines(connection, before=_NOW),
    "deadline board of a department": lambda connection, drawn: deadlines(
        connection, department=_department(drawn)
    ),
    "deadline board of a county": lambda connection, drawn: deadlines(
        connection, region=_county(drawn)
    ),
    "stage deadlines": lambda connection, _: stage_deadlines(connection, (Stage.IN_TRIAGE.value,)),
    "returns": lambda connection, _: ping_pong(connection),
    "returns of a department": lambda connection, drawn: ping_pong(
        connection, department=_department(drawn), only_open=True
    ),
    "citizen's history": lambda connection, drawn: citizen_history(
        connection, f"citizen-{drawn.randrange(300_000)}"
    ),
}


def list_questions(engine: Engine, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Ask every question `rounds` times; give the seconds of each."""
    drawn = random.Random(7)
    taken: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    for _ in range(rounds):
        for name, question in QUESTIONS.items():
            with reading(engine) as connection:
                began = time.perf_counter()
                question(connection, drawn)
                pages = 10 if name.startswith("ten pages") else 1
                taken[name].append((time.perf_counter() - began) / pages)
    return taken


def percentile(values: list[float], share: int) -> float:
    """Give the value that this many per cent do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.readmodels", description=__doc__)
    parser.add_argument("--store", type=Path, default=Path("data-bench-lists"))
    parser.add_argument("--tickets", type=int, default=TICKETS, help="made where there is no store")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    fresh = not chosen.store.exists()
    chosen.store.mkdir(parents=True, exist_ok=True)
    engine = make_engine(database_url(chosen.store, ""), durable=False)
    if fresh:
        fill(engine, chosen.tickets)
    taken = list_questions(engine, chosen.rounds)
    shown = Table("question", "p50 ms", "p95 ms", "worst ms")
    for name, seconds in taken.items():
        p50, p95 = (1000 * percentile(seconds, share) for share in (50, 95))
        shown.add_row(name, f"{p50:.1f}", f"{p95:.1f}", f"{1000 * max(seconds):.1f}")
    Console().print(shown)
    every = [value for seconds in taken.values() for value in seconds]
    Console().print(
        f"all: p50 {1000 * percentile(every, 50):.1f} ms, p95 {1000 * percentile(every, 95):.1f} ms"
    )


if __name__ == "__main__":
    main()
