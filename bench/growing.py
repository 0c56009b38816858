"""What a million tickets cost: memory of the running product, and the time of a single command."""

import http.client
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlencode

from bench.batches import Timed, measure
from bench.filling import Say, filled
from bench.recording import loops
from bench.serving import served
from bench.table import Measured, Target
from handlers.envelope import Envelope
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from hotline.tickets.commands import RegisterTicket
from streams.processes.opening import open_store
from streams.settings import Settings

MEMORY: Final = Target(500, "MB", at_most=True)
GROWTH: Final = Target(1.3, "times", at_most=True)
FEW: Final = 10_000
COMMANDS_TICKETS: Final = 900
_AT: Final = attrgetter("at")
SECONDS: Final = 30.0
BATCH: Final = 10
_PASSWORD: Final = "bench-password-only"  # noqa: S105 - of an account in a store made up for this
_LOOKER: Final = StaffMember(
    person="bench-looker",
    display_name="bench-looker",
    roles=(Role.SHIFT_LEAD, Role.LEADER, Role.ASSESSOR),
    department="",
    username="bench-looker",
)
_LOOKED_AT: Final = (
    "/",
    "/metrics",
    "/api/v1/tickets",
    "/api/v1/tickets?" + urlencode({"text": "扰民"}),
    "/api/v1/tickets?" + urlencode({"text": "请求协调", "open": "true"}),
    "/api/v1/deadlines",
    "/api/v1/returns",
)


def memory(folder: Path, count: int, say: Say) -> Iterator[Measured]:
    """Let people look at lists, search, boards and a year of figures while the runner works."""
    store = filled(folder, count, say)
    store.accounts.add_staff(_LOOKER, _PASSWORD)
    store.engine.dispose()
    year = urlencode({"since": _ago(365), "until": _ago(0)})
    with served(folder) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
        head = _logged_in(connection)
        until = time.monotonic() + SECONDS
        figures = 0.0
        while time.monotonic() < until:
            for path in (*_LOOKED_AT, f"/api/v1/kpis?{year}"):
                before = server.cpu()
                connection.request("GET", path, headers=head)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{path} answered {answer.status}")
                figures = server.cpu() - before  # of the last path in the end
        peak = server.peak_megabytes()
    work = f"peak memory of `bihuan up` with {count:,} tickets in the store"
    detail = (
        f"lists, search, boards, a year of figures ({figures:.1f} s of CPU) for {SECONDS:.0f} s"
    )
    yield Measured("memory", work, MEMORY, (peak,), detail)


def _ago(days: int) -> str:
    return (datetime.now(SHANGHAI) - timedelta(days=days)).isoformat(timespec="seconds")


def _logged_in(connection: http.client.HTTPConnection) -> dict[str, str]:
    body = json.dumps({"username": _LOOKER.username, "password": _PASSWORD})
    connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return {"Cookie": str(answer.getheader("set-cookie")).partition(";")[0]}


def growth(few: Path, many: Path, count: int, runs: int, say: Say) -> Iterator[Measured]:
    """Carry out the same commands on copies of both stores, in turns."""
    say("recording commands, making both stores where they are missing, copying them ...")
    filled(few, FEW, say).engine.dispose()
    filled(many, count, say).engine.dispose()
    commands = _fresh_commands()
    size = len(commands) // runs
    with TemporaryDirectory(prefix="bihuan-bench-", dir=many.parent) as folder:
        small, big = Path(folder) / "small", Path(folder) / "big"
        shutil.copytree(few, small)
        shutil.copytree(many, big)
        timed = [
            (_timed(small, part), _timed(big, part))
            for part in (commands[start * size : (start + 1) * size] for start in range(runs))
        ]
    ratios = tuple(one.per_second / other.per_second for one, other in timed)
    cpu = min(other.cpu for _, other in timed) / min(one.cpu for one, _ in timed)
    work = f"cost per command at {count:,} tickets against {FEW:,}"
    yield Measured("growth", work, GROWTH, ratios, f"our CPU alone {cpu:.2f} times; batch {BATCH}")


def _fresh_commands() -> list[Envelope]:
    """Give whole loops that a store with a history of its own has never heard of.

    A registration has no stream yet: the batch that carries it out allots the number, which is the
    recorded one, since no store has tickets of those days.
    """
    found = sorted((one for loop in loops(COMMANDS_TICKETS) for one in loop), key=_AT)
    return [
        replace(
            one,
            message_id=f"growth/{one.message_id}",
            stream="" if isinstance(one.command, RegisterTicket) else one.stream,
        )
        for one in found
    ]


def _timed(folder: Path, commands: Sequence[Envelope]) -> Timed:
    store = open_store(Settings(data=folder))
    try:
        return measure(store, commands, BATCH)
    finally:
        store.engine.dispose()
