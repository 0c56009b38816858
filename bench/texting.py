"""Texts a second: what is due in the outbox goes to a provider that takes everything at once.

Everything of ours is real: the store on SQLite with `synchronous=FULL`, the vault that numbers are
read from, the templates, the claims and what is put down. Only the provider is a stand-in, so that
no network is measured.
"""

import gc
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import func, select

from bench.figures import PER_SECOND
from bench.table import Measured, Target
from handlers.envelope import Personal
from notifications import outbox
from notifications.intent import Template, TextIntent, intent_id
from notifications.outbox import TextStatus, texts
from notifications.sender import SendRequest, SendResult
from notifications.sending import TextWorker
from streams.database.engine import for_read_models, reading, writing
from streams.processes.opening import Store, open_store, phonebook_of, renderer, sending_rules
from streams.settings import Settings

TEXTS: Final = 5000
CITIZENS: Final = 2500
NOON: Final = datetime(2026, 3, 3, 4, tzinfo=UTC)
TARGET: Final = Target(1000, PER_SECOND)


class StubProvider:
    """Takes every text and keeps its identity: a second one with the same is a fault of ours."""

    name: Final = "stub"

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self._ids = count(1)

    def send(self, request: SendRequest) -> SendResult:
        if request.intent_id in self.taken:
            raise RuntimeError("a text was sent twice")
        self.taken.add(request.intent_id)
        return SendResult(TextStatus.SENT, f"stub-{next(self._ids)}")

    def find(self, _request: SendRequest) -> SendResult | None:
        return None


def through_the_outbox(runs: int, share: float) -> Iterator[Measured]:
    wanted = max(200, int(TEXTS * share))
    figures: list[float] = []
    detail = ""
    for _ in range(runs):
        with TemporaryDirectory(prefix="bihuan-bench-") as folder:
            store = open_store(Settings(data=Path(folder)))
            _fill(store, wanted)
            per_second, detail = _send(store, wanted)
            figures.append(per_second)
            store.engine.dispose()
    yield Measured(
        "texts", "texts through the outbox to a stub provider", TARGET, tuple(figures), detail
    )


def _fill(store: Store, wanted: int) -> None:
    people = [
        Personal(citizen=f"c-{one}", name="王安", phone=f"+86138{one:08}")
        for one in range(CITIZENS)
    ]
    intents = [
        TextIntent(
            intent_id=intent_id(f"ticket/{one}", 1, Template.MERGED, f"citizen/c-{one}"),
            stream=f"ticket/{one}",
            recipient=f"citizen/c-{one % CITIZENS}",
            template=Template.MERGED,
            data={"number": str(one), "kind": "hotline", "secret": ""},
            language="zh",
            not_before=NOON,
        )
        for one in range(wanted)
    ]
    with writing(store.engine) as connection:
        store.vault.store(connection, people)
        outbox.write(connection, intents, NOON)


def _send(store: Store, wanted: int) -> tuple[float, str]:
    provider = StubProvider()
    worker = TextWorker(
        store.engine,
        settling=for_read_models(store.engine),
        sender=provider,
        phonebook=phonebook_of(store, lambda: NOON),
        renderer=renderer(store),
        clock=lambda: NOON,
        rules=sending_rules(store.settings),
    )
    gc.collect()
    began, cpu_began = time.perf_counter(), time.process_time()
    while worker.send_due():
        pass
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    with reading(store.engine) as connection:
        sent = connection.scalar(
            select(func.count()).where(texts.c.status == TextStatus.SENT.value)
        )
    if not len(provider.taken) == sent == wanted:
        raise RuntimeError(f"{wanted} texts, {len(provider.taken)} taken, {sent} put down")
    return wanted / seconds, f"{wanted:,} texts; {cpu / wanted * 1e6:.0f} µs of our CPU each"
