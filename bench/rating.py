"""Ratings a second through the API: the real process, a system's key, one process of clients.

Every service is rated once, as the rules demand; who rates twice is refused, and that would show.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.figures import PER_SECOND
from bench.recording import found
from bench.serving import CLIENTS, load, served
from bench.table import Measured, Target
from handlers.envelope import Envelope
from hotline.evaluations.commands import RecordService
from hotline.evaluations.vocabulary import Node, RatedObject
from hotline.people.actors import Actor, Role
from hotline.people.staff import StaffMember
from streams.batches.commit import commit_batch
from streams.processes.opening import Store

SERVICES: Final = 12_000
SECONDS: Final = 8.0
TARGET: Final = Target(500, PER_SECOND)
PORTAL: Final = StaffMember(person="portal", display_name="portal", roles=(Role.PEER_SYSTEM,))
_BATCH: Final = 500
_LEVELS: Final = (5, 5, 4, 5, 3, 5, 4, 5, 5, 4)
"""No poor one among them: a poor rating opens a ticket, which other rows measure."""


def through_the_api(runs: int, share: float) -> Iterator[Measured]:
    wanted = max(1000, int(SERVICES * share))
    with TemporaryDirectory(prefix="bihuan-bench-") as folder:
        data = Path(folder)
        store = found(data)
        _serve(store, wanted)
        key = store.accounts.issue_key(PORTAL, datetime.now(UTC))
        store.engine.dispose()
        head = f"Authorization: Bearer {key}\r\n"
        requests = (_request(number, head) for number in range(wanted))
        with served(data) as server:
            done: list[dict[str, Any]] = []
            before = server.cpu()
            for _ in range(runs):
                part = [[next(requests)] for _ in range(wanted // runs)]
                done.append(load({"loops": part, "once": True}, server.port, SECONDS * share))
            used = server.cpu() - before
    rated = sum(one["requests"] for one in done)
    yield Measured(
        row="ratings",
        work=f"ratings through the API, {CLIENTS} clients at once",
        target=TARGET,
        runs=tuple(one["requests"] / one["seconds"] for one in done),
        detail=f"p95 {min(one['p95'] for one in done) * 1000:.0f} ms; server CPU "
        f"{used / rated * 1e6:.0f} µs a rating",
    )


def _serve(store: Store, wanted: int) -> None:
    """Let so many services take place, an hour ago."""
    at = datetime.now(UTC) - timedelta(hours=1)
    ids = count()
    context = store.contexts.refreshed()
    envelopes = [
        Envelope(
            message_id=f"bench/{next(ids)}",
            stream=f"service/B{number}/1",
            command=RecordService(
                project_no=f"B{number}",
                service_number="1",
                region="",
                department="water",
                item_code="i",
                item_name="供水报装",
                node=Node.FINISHED,
                object=RatedObject.ITEM,
                served_at=at,
            ),
            actor=Actor("portal", Role.SYSTEM),
            at=at,
        )
        for number in range(wanted)
    ]
    for first in range(0, wanted, _BATCH):
        commit_batch(store.engine, envelopes[first : first + _BATCH], context, store.wiring, at)


def _request(number: int, head: str) -> list[str]:
    body = {"level": _LEVELS[number % len(_LEVELS)], "channel": "pc", "text": ""}
    return [f"/api/v1/services/B{number}/1/evaluations", head, json.dumps(body)]
