"""The work that `bench.peers` gives to the peers, done by us: the rows of `store.jsonl`."""

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.batches import postgresql_houses, sqlite_houses
from bench.figures import PER_SECOND, SECONDS, Figure
from bench.recording import START, record
from bench.table import SUBJECT
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, Kind, TicketType
from projections.rebuild import rebuild
from projections.tickets.queries import TicketFilter, tickets
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.feed.subscriptions import whole_log
from streams.processes.opening import Store

CREATES: Final = 1000
LISTED: Final = 10_000
PAGE_LINES: Final = 25


def figures(share: float) -> Iterator[Figure]:
    count = max(100, int(CREATES * share))
    registered = _registrations(count)
    with postgresql_houses() as fresh:
        store = fresh()
        waiting = [_as(one, TicketType.CONSULT) for one in registered]
        _carried_out(store, waiting[:50], 1)
        rate = _per_second(store, waiting[50:])
        yield Figure(SUBJECT, "create", rate, PER_SECOND, "PostgreSQL, one commit each")
        assigned = [
            replace(_as(one, TicketType.COMPLAINT), message_id=f"assigned/{one.message_id}")
            for one in registered
        ]
        rate = _per_second(store, assigned)
        detail = "PostgreSQL, one commit a ticket: registered, checked, assigned"
        yield Figure(SUBJECT, "three_events", rate, PER_SECOND, detail)
        began = time.perf_counter()
        read = sum(len(page.lines) for page in whole_log(store.engine)({}))
        rate = read / (time.perf_counter() - began)
        yield Figure(SUBJECT, "replay", rate, PER_SECOND, f"PostgreSQL, {read} events")
    with TemporaryDirectory(prefix="bihuan-bench-") as folder, sqlite_houses(Path(folder)) as fresh:
        store = fresh()
        many = max(1000, int(LISTED * share))
        copies = (
            replace(one, message_id=f"{one.message_id}/{copy}")
            for copy in range(-(-many // count))
            for one in registered
        )
        _carried_out(store, list(copies), 200)
        rebuild(store.engine, whole_log(store.engine), accept_differences=True)
        taken = []
        for _ in range(20):
            began = time.perf_counter()
            with reading(store.engine) as connection:
                tickets(connection, TicketFilter(), limit=PAGE_LINES)
            taken.append(time.perf_counter() - began)
        detail = f"SQLite, {many} tickets, the query alone"
        yield Figure(SUBJECT, "list_page", statistics.median(taken), SECONDS, detail)


def _registrations(count: int) -> list[Envelope]:
    found = [
        one
        for one in record(count + count // 10)
        if isinstance(one.command, RegisterTicket) and one.command.kind is Kind.HOTLINE
    ]
    return found[:count]


def _as(envelope: Envelope, type_: TicketType) -> Envelope:
    command = envelope.command
    assert isinstance(command, RegisterTicket)  # noqa: S101 - chosen so
    return replace(envelope, command=replace(command, type=type_, channel=Channel.PHONE))


def _per_second(store: Store, envelopes: Sequence[Envelope]) -> float:
    began = time.perf_counter()
    _carried_out(store, envelopes, 1)
    return len(envelopes) / (time.perf_counter() - began)


def _carried_out(store: Store, envelopes: Sequence[Envelope], size: int) -> None:
    context = store.contexts.refreshed()
    for start in range(0, len(envelopes), size):
        part = envelopes[start : start + size]
        for receipt in commit_batch(store.engine, part, context, store.wiring, START):
            if receipt.status is not ReceiptStatus.DONE:
                raise RuntimeError(f"a registration was refused: {receipt.refusal}")
