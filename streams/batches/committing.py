"""依次提交: many commands in their order, each slice under the settings that hold for it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.receipt import Receipt
from streams.batches.commit import commit_batch
from streams.batches.context import ContextSource, changes_settings, slices
from streams.batches.gathering import GATHERED_MAX
from streams.wiring import Wiring


def commit_in_order(
    engine: Engine,
    envelopes: Sequence[Envelope],
    contexts: ContextSource,
    wiring: Wiring,
    clock: Callable[[], datetime],
) -> list[Receipt]:
    """Commit in batches; each batch sees the settings that the one before it changed."""
    receipts: list[Receipt] = []
    for part in slices(envelopes, GATHERED_MAX):
        receipts += commit_batch(engine, part, contexts.current(), wiring, clock())
        if any(map(changes_settings, part)):
            contexts.refreshed()
    return receipts
