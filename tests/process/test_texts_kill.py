"""kill -9 while texts leave, reports arrive and citizens rate: each of them counts once.

The provider and the platform above are stand-ins that live on; both answer as if nothing had
happened, which is what a provider does.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any, Final

import httpx
import pytest
from twilio.request_validator import RequestValidator

from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from streams.database.engine import DATABASE_FILE
from streams.processes.opening import open_store
from streams.settings import Settings
from tests.bihuan import Bihuan
from tests.contract.reporting.upper_platform import APP_MARK, SECRET, UpperPlatform
from tests.contract.reporting.upper_platform import serving as platform_serving
from tests.contract.senders.twilio_stub import ACCOUNT, TwilioStub
from tests.contract.senders.twilio_stub import serving as twilio_serving
from tests.process.conftest import Program
from tests.simulation import small_city

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

KILLS: Final = 8
TOKEN: Final = "stand-in-token"
PUBLIC: Final = "https://12345.example"
SETTLED_SECONDS_MAX: Final = 420
"""A text claimed before a kill is looked for after its lease of five minutes."""


@pytest.fixture
def provider() -> TwilioStub:
    return TwilioStub()


@pytest.fixture
def platform() -> UpperPlatform:
    return UpperPlatform()


@pytest.fixture
def city(
    tmp_path: Path,
    provider: TwilioStub,
    platform: UpperPlatform,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """Found a small city whose texts go to the stand-in, and whose reports to another."""
    store = open_store(Settings(data=tmp_path), durable=False)
    small_city.found(store)
    portal = StaffMember(
        person="portal", display_name="portal", roles=(Role.PEER_SYSTEM,), department=""
    )
    key = store.accounts.issue_key(portal, small_city.START)
    (tmp_path / "key").write_text(key, encoding="ascii")
    store.engine.dispose()
    with ExitStack() as stack:
        transport = stack.enter_context(twilio_serving(provider))
        above = stack.enter_context(platform_serving(platform))
        for name, value in {
            "TWILIO_API_URL": transport.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_MESSAGING_SERVICE_SID": "MG" + "0" * 32,
            "PUBLIC_URL": PUBLIC,
            "REPORT_URL": above,
            "REPORT_TARGET": "province",
            "REPORT_APP_MARK": APP_MARK,
            "REPORT_SECRET": SECRET,
            "QUIET_BEGINS": "03:00",
            "QUIET_ENDS": "03:01",
        }.items():
            monkeypatch.setenv(f"BIHUAN_{name}", value)
        yield tmp_path


class Citizens(Thread):
    """Are served, rate, and write texts, each request until it is answered."""

    def __init__(self, address: str, key: str) -> None:
        super().__init__(daemon=True)
        self._address, self._key = address, key
        self.stopping, self.alive = Event(), Event()
        self.rated: Final[list[str]] = []
        self.written: Final[list[str]] = []
        self.strange: Final[list[str]] = []

    def run(self) -> None:
        count = 0
        while not self.stopping.is_set():
            self._serve(count)
            count += 1

    def _serve(self, count: int) -> None:
        phone = f"138{count:08}"
        service = {
            "project_no": f"P{count}",
            "service_number": "1",
            "region": small_city.TOWN,
            "department": "water",
            "item_code": "i",
            "item_name": "供水报装",
            "node": "finished",
            "object": "item",
            "served_at": "2026-01-05T10:00:00+08:00",
            "phone": phone,
        }
        self._until("/api/v1/services", f"s{count}", service)
        invited = self._until(
            f"/api/v1/services/P{count}/1/evaluations",
            f"r{count}",
            {
                "level": 1 + count % 5,
                "channel": "pc",
                "indicators": [],
                "text": "说明",
            },
        )
        if invited:
            self.rated.append(f"service/P{count}/1")
        self._write(count, phone)

    def _write(self, count: int, phone: str) -> None:
        form = {"MessageSid": f"SM{count:032x}", "From": f"+86{phone}", "Body": f"请回电 {count}"}
        path = "/api/v1/twilio/texts"
        signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}{path}", form)
        if self._until(path, "", form, {"X-Twilio-Signature": signature}):
            self.written.append(form["MessageSid"])

    def _until(
        self, path: str, key: str, body: dict[str, Any], head: dict[str, str] | None = None
    ) -> bool:
        headers = head or {"Authorization": f"Bearer {self._key}", "Idempotency-Key": key}
        sent: dict[str, Any] = {"data": body} if head else {"json": body}
        while not self.stopping.is_set() or key:
            self.alive.wait()
            try:
                answer = httpx.post(f"{self._address}{path}", headers=headers, timeout=60, **sent)
            except httpx.TransportError:
                continue
            if not answer.is_success:
                self.strange.append(f"{path} {answer.status_code} {answer.text}")
                self.stopping.set()
            return answer.is_success
        return False


def rows(city: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(city / DATABASE_FILE, timeout=30)
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def settled(city: Path) -> bool:
    """Tell whether no text and no report is on its way any more."""
    (texts,) = rows(city, "SELECT count(*) FROM texts WHERE status IN ('created', 'sending')")[0]
    (reports,) = rows(
        city, "SELECT count(*) FROM reports WHERE status NOT IN ('acknowledged', 'rejected')"
    )[0]
    return bool(texts == 0 and reports == 0)


def test_kills_double_no_text_no_rating_and_no_report(
    city: Path, program: Program, bihuan: Bihuan, provider: TwilioStub, platform: UpperPlatform
) -> None:
    program.wait_until_ready()
    citizens = Citizens(program.address, (city / "key").read_text(encoding="ascii"))
    citizens.alive.set()
    citizens.start()
    draw = Random(8)
    for _ in range(KILLS):
        wanted = len(citizens.written) + draw.randrange(2, 9)
        while len(citizens.written) < wanted and citizens.is_alive():
            time.sleep(0.05)  # between two questions, never instead of one
        citizens.alive.clear()
        program.kill()
        program.start_again()
        program.wait_until_ready()
        citizens.alive.set()
    citizens.stopping.set()
    citizens.join()
    end = time.monotonic() + SETTLED_SECONDS_MAX
    while not settled(city):
        assert time.monotonic() < end, "texts or reports are still on their way"
        time.sleep(0.5)
    program.kill()

    assert citizens.strange == []
    answer = bihuan("verify", "--data", city)
    assert (answer.code, answer.document["faults"]) == (0, [])
    bodies = Counter(message["body"] for message in provider.messages)
    assert [body for body, times in bodies.items() if times > 1] == []
    sent = rows(city, "SELECT provider_id FROM texts WHERE provider_id <> ''")
    assert {one for (one,) in sent} == {message["sid"] for message in provider.messages}
    rated = Counter(
        stream
        for (stream,) in rows(city, "SELECT stream FROM events WHERE type = 'EvaluationRecorded'")
    )
    assert set(citizens.rated) <= set(rated)
    assert set(rated.values()) == {1}
    received = rows(city, "SELECT message_id FROM events WHERE type = 'TextReceived'")
    assert Counter(one for (one,) in received) == Counter(
        {f"twilio/{sid}": 1 for sid in citizens.written}
    )
    sums = bihuan("reports", "status", "--data", city).document
    assert (sums["facts"], sums["waiting"], sums["sent"]) == (sums["acknowledged"], 0, 0)
    told = len(platform.records) + len({one["projectNo"] for one in platform.services})
    assert told == sums["facts"]
