"""kill -9 under load, twenty times: every acknowledged request is there exactly once."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Semaphore, Thread
from typing import Final

import httpx
import pytest

from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from streams.database.engine import DATABASE_FILE
from streams.processes.opening import open_store
from streams.settings import Settings
from tests.bihuan import Bihuan
from tests.process.conftest import Program
from tests.simulation import small_city

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

KILLS: Final = 20
CLIENTS: Final = 6
STILL_SECONDS_MAX: Final = 120
"""A program that answers nobody for so long has come to a standstill."""

PASSWORD: Final = "correct horse battery"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Found a small city with one operator who can log in."""
    store = open_store(Settings(data=tmp_path), durable=False)
    small_city.found(store)
    operator = StaffMember(
        person="operator",
        display_name="operator",
        roles=(Role.OPERATOR,),
        department="hotline",
        username="operator",
    )
    store.accounts.add_staff(operator, PASSWORD)
    store.engine.dispose()
    return tmp_path


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients share: the door, and what the killer waits for."""

    address: str
    key: str
    cookies: httpx.Cookies
    csrf: str
    answers: Semaphore = field(default_factory=lambda: Semaphore(0))
    alive: Event = field(default_factory=Event)
    stopping: Event = field(default_factory=Event)


class Client(Thread):
    """Somebody who repeats a request under the same key until it is answered."""

    def __init__(self, load: Load, name: int) -> None:
        super().__init__(daemon=True)
        self._load: Final = load
        self._number: Final = name
        self.registered: Final[dict[str, str]] = {}
        self.urged: Final[dict[str, str]] = {}
        self.unanswered = 0
        self.strange: Final[list[str]] = []

    def run(self) -> None:
        load = self._load
        with (
            httpx.Client(base_url=load.address, timeout=60) as system,
            httpx.Client(base_url=load.address, timeout=60, cookies=load.cookies) as staff,
        ):
            system.headers["Authorization"] = f"Bearer {load.key}"
            staff.headers["X-CSRF-Token"] = load.csrf
            count = 0
            while not load.stopping.is_set():
                self._call_and_urge(system, staff, count)
                count += 1

    def _call_and_urge(self, system: httpx.Client, staff: httpx.Client, count: int) -> None:
        key = f"{self._number}-{count}"
        call = {
            "type": "complaint",
            "channel": "01",
            "region": small_city.TOWN,
            "title": "路灯不亮",
            "text": f"第 {count} 次来电，路灯不亮。",
            "name": "王安",
            "phone": f"138{count % 3:08}",  # several callers share a number
        }
        number = self._until_answered(system, "/api/v1/tickets", key, call)
        if number:
            self.registered[key] = number
            path = f"/api/v1/tickets/{number}/urge-ticket"
            if self._until_answered(staff, path, key, {"reason": "多次来电"}):
                self.urged[key] = number

    def _until_answered(self, door: httpx.Client, path: str, key: str, body: dict[str, str]) -> str:
        while True:
            self._load.alive.wait()
            try:
                answer = door.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                self.unanswered += 1
                continue
            self._load.answers.release()
            if answer.is_success:
                return str(answer.json()["number"])
            self.strange.append(f"{path} {answer.status_code} {answer.text}")
            self._load.stopping.set()
            return ""


def opened(program: Program, key: str) -> Load:
    """Log the operator in."""
    given = {"username": "operator", "password": PASSWORD}
    answer = httpx.post(f"{program.address}/api/v1/session", json=given)
    assert answer.is_success, answer.text
    load = Load(program.address, key, answer.cookies, answer.json()["csrf_token"])
    load.alive.set()
    return load


def test_twenty_kills_lose_and_double_nothing(city: Path, program: Program, bihuan: Bihuan) -> None:
    key = bihuan("staff", "key", "--data", city, "--system", "call-centre").document["key"]
    program.wait_until_ready()
    load = opened(program, key)
    clients = [Client(load, number) for number in range(CLIENTS)]
    for client in clients:
        client.start()

    draw = Random(20)
    for _ in range(KILLS):
        for _ in range(draw.randrange(1, 30)):
            going_on = load.answers.acquire(timeout=STILL_SECONDS_MAX)
            assert going_on, [strange for client in clients for strange in client.strange]
        load.alive.clear()
        program.kill()
        program.start_again()
        program.wait_until_ready()
        load.alive.set()
    load.stopping.set()
    for client in clients:
        client.join()
    program.kill()

    assert [strange for client in clients for strange in client.strange] == []
    assert sum(client.unanswered for client in clients) > 0
    answer = bihuan("verify", "--data", city)
    assert (answer.code, answer.document["faults"]) == (0, [])
    registered = {k: n for client in clients for k, n in client.registered.items()}
    urged = {k: n for client in clients for k, n in client.urged.items()}
    assert stored(city, "TicketRegistered") == Counter(
        (f"key/call-centre/RegisterTicket/{key}", f"ticket/{number}")
        for key, number in registered.items()
    )
    assert stored(city, "TicketUrged") == Counter(
        (f"key/operator/ticket/{number}/{key}", f"ticket/{number}") for key, number in urged.items()
    )
    assert bihuan("dead-letters", "list", "--data", city).document == {"dead_letters": []}


def stored(city: Path, kind: str) -> Counter[tuple[str, str]]:
    """Count the events of a kind by message and stream."""
    connection = sqlite3.connect(city / DATABASE_FILE)
    query = "SELECT message_id, stream FROM events WHERE type = ?"
    rows = connection.execute(query, (kind,)).fetchall()
    connection.close()
    return Counter((message, stream) for message, stream in rows)
