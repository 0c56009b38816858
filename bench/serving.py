"""Staff at work over HTTP: the real process, real log-ins, the JSON API, one process of clients."""

import dataclasses
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from api.bodies import NAMED_FIELDS
from api.json.commands import command_routes
from bench.figures import PER_SECOND
from bench.recording import found, loops
from bench.table import Measured, Target
from handlers.envelope import Envelope
from hotline.people.actors import Actor, Role
from hotline.people.staff import StaffMember
from hotline.tickets.commands import RegisterTicket, RequestSuspension, SuspendTicket
from hotline.tickets.vocabulary import Kind
from streams.processes.opening import Store

CLIENTS: Final = 64
SECONDS: Final = 10.0
RATE: Final = 50
LOOP_LENGTH_MIN: Final = 6
ACCOUNTS_MAX: Final = 12
STAFF_COMMANDS: Final = Target(600, PER_SECOND)
REGISTER: Final = Target(50, "ms", at_most=True)
_IDLE: Final = 0.1
"""Seconds of CPU in a second, below which a server has nothing left to do."""
_PASSWORD: Final = "bench-password-only"  # noqa: S105 - of accounts that live for one run
_PATHS: Final = {route.command: route.path for route in command_routes()}


def staff_commands(runs: int, share: float) -> Iterator[Measured]:
    with _city() as (data, asked), served(data) as server:
        plan = {**asked, "loops": _with_sessions(server.port, asked["loops"])}
        load(plan, server.port, 2.0)
        before = server.cpu()
        done = [load(plan, server.port, SECONDS * share) for _ in range(runs)]
        used = server.cpu() - before
        yield Measured(
            row="http-commands",
            work=f"staff commands over HTTP, {CLIENTS} clients at once",
            target=STAFF_COMMANDS,
            runs=tuple(one["requests"] / one["seconds"] for one in done),
            detail=f"p95 {min(one['p95'] for one in done) * 1000:.0f} ms; refused "
            f"{sum(sum(one['refused'].values()) for one in done)}; server CPU "
            f"{used / sum(one['requests'] for one in done) * 1e6:.0f} µs a request",
        )
        server.rest()
        done = [load(plan, server.port, SECONDS * share, rate=RATE) for _ in range(runs)]
        yield Measured(
            row="http-register",
            work=f"API: register a ticket, p95 at {RATE} requests/s",
            target=REGISTER,
            runs=tuple(one["p95"] * 1000 for one in done),
            detail=f"p50 {min(one['p50'] for one in done) * 1000:.1f} ms",
        )


def load(plan: dict[str, Any], port: int, seconds: float, rate: int = 0) -> dict[str, Any]:
    with TemporaryDirectory(prefix="bihuan-bench-") as folder:
        path = Path(folder) / "plan.json"
        whole = {**plan, "port": port, "clients": CLIENTS, "seconds": seconds, "rate": rate}
        path.write_text(json.dumps(whole), encoding="utf-8")
        command = [sys.executable, "-m", "bench.load", str(path)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, Any] = json.loads(done.stdout)
    if sum(said["refused"].values()) > 0.02 * said["requests"]:
        raise RuntimeError(f"too many were refused: {said['refused']}")
    return said


@contextmanager
def _city() -> Iterator[tuple[Path, dict[str, Any]]]:
    chosen = _chosen(loops(600))
    with TemporaryDirectory(prefix="bihuan-bench-") as folder:
        data = Path(folder)
        store = found(data)
        _open_accounts(store, {one.actor for loop in chosen for one in loop})
        store.engine.dispose()
        yield data, {"loops": [[_request(one) for one in loop] for loop in chosen]}


def _chosen(played: Sequence[Sequence[Envelope]]) -> list[Sequence[Envelope]]:
    """Take whole loops that staff alone carries out, as many as a few accounts can do."""
    fit = [loop for loop in played if len(loop) >= LOOP_LENGTH_MIN and all(map(_is_staffs, loop))]
    common = Counter(one.actor for loop in fit for one in loop)
    fit.sort(key=lambda loop: -min(common[one.actor] for one in loop))
    chosen: list[Sequence[Envelope]] = []
    actors: set[Actor] = set()
    for loop in fit:
        wanted = actors | {one.actor for one in loop}
        if len(wanted) <= ACCOUNTS_MAX:
            actors = wanted
            chosen.append(loop)
    if not chosen:
        raise RuntimeError("no loop was played that staff alone carries out")
    return chosen


def _is_staffs(envelope: Envelope) -> bool:
    command = envelope.command
    if isinstance(command, RegisterTicket) and command.kind is not Kind.HOTLINE:
        return False
    if isinstance(command, RequestSuspension | SuspendTicket):
        return False  # their end date has passed
    return envelope.actor.role not in (Role.CALLER, Role.EVALUATOR)


def _request(envelope: Envelope) -> list[str]:
    """Give path, actor and body; what a sender never says of itself is left out."""
    command = envelope.command
    body = msgspec.to_builtins(
        {
            field.name: getattr(command, field.name)
            for field in dataclasses.fields(command)
            if field.name not in NAMED_FIELDS
        }
    )
    if isinstance(command, RegisterTicket):
        body["text"] = body.pop("summary")
        for one in envelope.personal[:1]:
            body |= {"name": one.name, "phone": one.phone}
    text = json.dumps(body, ensure_ascii=False)
    return [f"/api/v1{_PATHS[type(command)]}", f"{envelope.actor.person}", text]


def _open_accounts(store: Store, actors: set[Actor]) -> None:
    roles: dict[str, list[Actor]] = {}
    for actor in actors:
        roles.setdefault(actor.person, []).append(actor)
    for person, parts in roles.items():
        member = StaffMember(
            person=person,
            display_name=person,
            roles=tuple(sorted({part.role for part in parts})),
            department=parts[0].department,
            username=person,
        )
        store.accounts.add_staff(member, _PASSWORD)


def _with_sessions(port: int, planned: list[list[list[str]]]) -> list[list[list[str]]]:
    """Log everybody in once, and put the session in place of the name."""
    heads: dict[str, str] = {}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for person in {request[1] for loop in planned for request in loop}:
        body = json.dumps({"username": person, "password": _PASSWORD})
        connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        cookie = str(answer.getheader("set-cookie")).partition(";")[0]
        token = json.loads(answer.read())["csrf_token"]
        heads[person] = f"Cookie: {cookie}\r\nX-CSRF-Token: {token}\r\n"
    return [[[path, heads[person], body] for path, person, body in loop] for loop in planned]


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """The running product."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Give the seconds of CPU that the process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rest(self) -> None:
        """Wait until the texts and read models of the load before are done, a minute at most."""
        for _ in range(60):
            before = self.cpu()
            time.sleep(1.0)
            if self.cpu() - before < _IDLE:
                return

    def peak_megabytes(self) -> float:
        """Give the largest amount of memory that the process has held."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("this system does not tell the peak of a process")


@contextmanager
def served(data: Path) -> Iterator[Server]:
    """Run `bihuan up` on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "cli.main", "up", "--no-demo"]
    command += ["--data", str(data), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_ready(port, process)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("bihuan up ended at once")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("bihuan up did not answer")
