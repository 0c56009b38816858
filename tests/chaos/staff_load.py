"""Staff under load: sends a command under one key until some API process has answered it."""

import random
import time
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

import httpx

from tests.chaos.ledger import Ledger
from tests.simulation.small_city import TOWN

_TRY_AGAIN: Final = frozenset({202, 429, 502, 503, 504})
"""202: Kafka keeps it; the same key again gets the number once a worker has registered it."""


@dataclass(frozen=True, slots=True)
class Door:
    """How a client gets in."""

    addresses: tuple[str, ...]
    key: str
    username: str
    password: str


class StaffLoad(Thread):
    """A call centre's own clients: register by the system's key, urge as the operator."""

    def __init__(self, door: Door, ledger: Ledger, number: int, pause_seconds: float) -> None:
        super().__init__(name=f"staff-load-{number}", daemon=True)
        self._door: Final = door
        self._ledger: Final = ledger
        self._number: Final = number
        self._pause: Final = pause_seconds
        self._draw: Final = random.Random(number)
        self.stopping: Final = Event()
        self.strange: Final[list[str]] = []

    def run(self) -> None:
        with httpx.Client(timeout=10) as system, httpx.Client(timeout=10) as staff:
            system.headers["Authorization"] = f"Bearer {self._door.key}"
            if not self._logged_in(staff):
                return
            count = 0
            while not self.stopping.is_set():
                count += 1
                self._call_and_urge(system, staff, f"{self._number}-{count}")
                time.sleep(self._draw.expovariate(1 / self._pause))

    def _logged_in(self, staff: httpx.Client) -> bool:
        given = {"username": self._door.username, "password": self._door.password}
        answer = self._until_answered(staff, "/api/v1/session", "", given)
        if answer is None:
            return False
        staff.headers["X-CSRF-Token"] = str(answer["csrf_token"])
        return True

    def _call_and_urge(self, system: httpx.Client, staff: httpx.Client, key: str) -> None:
        call = {
            "type": "complaint",
            "channel": "01",
            "region": TOWN,
            "title": "路灯不亮",
            "text": f"{key}，路灯不亮。",
            "name": "王安",
            "phone": f"137{self._draw.randrange(500):08}",
        }
        answer = self._until_answered(system, "/api/v1/tickets", key, call)
        if answer is None or "number" not in answer:
            return
        number = str(answer["number"])
        self._ledger.note("registered", key=key, number=number)
        path = f"/api/v1/tickets/{number}/urge-ticket"
        if self._until_answered(staff, path, key, {"reason": "多次来电"}) is not None:
            self._ledger.note("urged", key=key, number=number)

    def _until_answered(
        self, client: httpx.Client, path: str, key: str, body: dict[str, str]
    ) -> dict[str, object] | None:
        """Ask one process after the other; None when the run ends before an answer."""
        while not self.stopping.is_set():
            address = self._draw.choice(self._door.addresses)
            headers = {"Idempotency-Key": key} if key else {}
            try:
                answer = client.post(f"{address}{path}", json=body, headers=headers)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.is_success and answer.status_code not in _TRY_AGAIN:
                found = answer.json()
                assert isinstance(found, dict)
                return found
            if answer.status_code not in _TRY_AGAIN:
                self.strange.append(f"{path} {answer.status_code} {answer.text[:300]}")
                self.stopping.set()
            time.sleep(0.2)
        return None
