"""The process dies at the points of a citizen's whole story, one death to a run.

`pytest tests/simulation/test_each_point.py --every-point` dies at every single one of them, which
takes minutes; without it, at a fixed spread that comes to each step and to both sides of a call.
A point lies before and after each statement, each commit and each call to the provider of texts or
to the platform above. The story: an invitation leaves, its delivery is reported (twice), the
citizen answers (twice), the reply leaves, the ratings are watched and reported upwards. After each
death a new process goes on, and at the end everything has happened once. A run begins where the
step of its point begins: what comes before is the same for every point behind it.
"""

import shutil
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from handlers.envelope import Command, Envelope, Personal
from handlers.receipt import Receipt, ReceiptStatus
from hotline.correspondence.events import TextReceived, TextSettled
from hotline.evaluations.commands import InviteEvaluation, RecordService
from hotline.evaluations.events import EvaluationRecorded
from hotline.evaluations.vocabulary import Node, RatedObject
from hotline.people.actors import SYSTEM
from notifications.claims import record_delivery
from notifications.inbound import ReceivedText
from notifications.outbox import TextStatus, texts
from notifications.sender import SendRequest, SendResult
from notifications.sending import TextWorker
from notifications.simulated_sender import MemoryLedger, SimulatedSender
from streams.batches.commit import commit_batch
from streams.database.engine import DATABASE_FILE, reading
from streams.log.store import history
from streams.processes.opening import Store, open_store, phonebook_of, watchers
from streams.reporting.connector import Answer
from streams.reporting.mapping import read_mapping
from streams.reporting.reconciliation import reconcile
from streams.reporting.tables import ReportStatus
from streams.reporting.worker import ReportWorker, Target
from streams.settings import Settings
from streams.texting.letterbox import Letterbox
from streams.verification.verify import verify
from tests.simulation.mortal import MASTER_KEY, RENDERER, DiedError, Fate, Host

START: Final = datetime(2026, 3, 3, 2, tzinfo=UTC)
LEASE_OVER: Final = timedelta(minutes=6)
ROUNDS_MAX: Final = 40
POINTS_MIN: Final = 1000
SPREAD: Final = 7
"""Of so many points a run without `--every-point` takes one; odd, because points come in pairs."""

CITIZEN: Final = "c-1"
PHONE: Final = "+8613800000001"
SERVICE: Final = "service/P1/1"
STORIES: Final = (("5",), ("1", "态度差"))
"""What the citizen writes: a good digit; a poor one, and then its reason."""


@dataclass(slots=True)
class PointFate(Fate):
    """Kills at one point, counted from the first; 0 kills nowhere and counts."""

    point: int = 0
    passed: int = 0

    def boundary(self, name: str) -> None:
        if self.dead:
            raise DiedError(name)
        self.passed += 1
        if self.passed == self.point:
            self.dead = True
            self.deaths[name] += 1
            raise DiedError(name)


class SureSender(SimulatedSender):
    """Takes every text; the process may die on either side of the call."""

    def __init__(self, fate: Fate, ledger: MemoryLedger) -> None:
        super().__init__(ledger)
        self._fate = fate

    def send(self, request: SendRequest) -> SendResult:
        return self._fate.around("send", lambda: super(SureSender, self).send(request))

    def find(self, request: SendRequest) -> SendResult | None:
        return self._fate.around("find", lambda: super(SureSender, self).find(request))


@dataclass(slots=True)
class World:
    """What outlives every process."""

    host: Host
    fate: PointFate
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    platform: dict[str, dict[str, str]] = field(default_factory=dict)
    now: datetime = START
    store: Store | None = None  # of the process that lives now

    def clock(self) -> datetime:
        return self.now

    def send(self, record: str, document: dict[str, str], _now: object) -> Answer:
        """Take a report, as the platform above does: a repeat is known by its mark."""
        self.fate.boundary("before report")
        self.platform.setdefault(document.get("sync_sign") or record, document)
        self.fate.boundary("after report")
        return Answer(ReportStatus.ACKNOWLEDGED, "http-200/0")

    def texting(self, store: Store) -> None:
        worker = TextWorker(
            store.engine,
            sender=SureSender(self.fate, self.ledger),
            phonebook=phonebook_of(store, self.clock),
            renderer=RENDERER,
            clock=self.clock,
        )
        worker.reconcile()
        worker.send_due()

    def delivered(self, store: Store) -> None:
        """Report every delivery, as the provider does, again and again."""
        with reading(store.engine) as connection:
            rows = connection.execute(texts.select()).all()
        for row in rows:
            if row.provider_id:
                result = SendResult(TextStatus.DELIVERED, row.provider_id)
                record_delivery(store.engine, "simulated", result, self.now, row.intent_id)

    def answer(self, store: Store, words: str, count: int) -> None:
        """Deliver what the citizen wrote; the provider does so until it has an answer."""

        def submit(envelope: Envelope) -> Receipt:
            context = store.contexts.refreshed()
            (receipt,) = commit_batch(store.engine, [envelope], context, store.wiring, self.now)
            return receipt

        box = Letterbox(store.engine, store.vault, submit, self.clock)
        text = ReceivedText(provider="simulated", text_id=f"t-{count}", phone=PHONE, words=words)
        assert box.receive(text).status is ReceiptStatus.DONE

    def watched(self, store: Store) -> None:
        for one in watchers(store, self.clock):
            one.work()

    def reported(self, store: Store) -> None:
        target = Target("province", self, read_mapping(None))
        ReportWorker(store.engine, store.wiring, target, self.clock).work()

    def opened(self) -> Store:
        """Give what the living process has open; a new one opens it anew."""
        if self.store is None:
            self.store = self.host.store()
        return self.store

    def steps(self, words: tuple[str, ...]) -> list[Callable[[Store], None]]:
        """List the story, step by step."""
        told: list[Callable[[Store], None]] = [self.texting, self.delivered, self.delivered]
        for count, said in enumerate(words):
            told += [partial(self.answer, words=said, count=count)] * 2
            told += [self.texting, self.delivered]
        return [*told, self.watched, self.watched, self.reported, self.reported]

    def live(self, step: Callable[[Store], None]) -> None:
        """Do one step; whoever dies is followed by somebody who does it again."""
        for _ in range(ROUNDS_MAX):
            self.now += timedelta(seconds=30)
            try:
                step(self.opened())
                break
            except DiedError:
                self.host.clear()
                self.store = None
                self.fate.dead = False
                self.now += LEASE_OVER
        if self.fate.deaths:
            self.now += LEASE_OVER
            self.texting(self.opened())  # a later round finds what was claimed
        self.host.clear()


@dataclass(frozen=True, slots=True)
class Stage:
    """The world as it is before a step, and how many points lie before it."""

    folder: Path
    taken: dict[str, Any]
    platform: dict[str, dict[str, str]]
    now: datetime
    passed: int


@pytest.fixture(scope="module")
def invited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the world as it is when the story begins: served, and invited."""
    data = tmp_path_factory.mktemp("invited")
    (data / "master.key").write_text(urlsafe_b64encode(MASTER_KEY).decode())
    store = open_store(Settings(data=data), durable=False)
    service = RecordService(
        project_no="P1",
        service_number="1",
        region="",
        department="water",
        item_code="i",
        item_name="供水报装",
        node=Node.FINISHED,
        object=RatedObject.ITEM,
        served_at=START,
        citizen=CITIZEN,
    )
    commands: tuple[Command, ...] = (service, InviteEvaluation())
    for place, command in enumerate(commands):
        envelope = Envelope(
            message_id=f"setup/{place}",
            stream=SERVICE,
            command=command,
            actor=SYSTEM,
            at=START,
            personal=(Personal(citizen=CITIZEN, phone=PHONE),),
        )
        context = store.contexts.refreshed()
        commit_batch(store.engine, [envelope], context, store.wiring, START)
    store.engine.dispose()
    return data


@pytest.fixture
def spread(request: pytest.FixtureRequest) -> int:
    return 1 if request.config.getoption("--every-point") else SPREAD


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    made = Host()
    yield made
    made.clear()


def copied(source: Path, target: Path) -> None:
    """Copy a world's database; nobody has it open."""
    target.mkdir(exist_ok=True)
    for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal"):
        (target / name).unlink(missing_ok=True)
        if (source / name).exists():
            shutil.copy(source / name, target / name)


def rehearsed(host: Host, invited: Path, folder: Path, words: tuple[str, ...]) -> list[Stage]:
    """Live the story without a death, and keep the world before each step."""
    copied(invited, folder / "live")
    fate = PointFate(Random(0))
    host.use(folder / "live" / DATABASE_FILE, fate)
    world, stages = World(host, fate), []
    for place, step in enumerate([*world.steps(words), None]):
        kept = folder / f"stage-{place}"
        copied(folder / "live", kept)
        ledger = deepcopy(vars(world.ledger))
        stages.append(Stage(kept, ledger, dict(world.platform), world.now, fate.passed))
        if step is not None:
            world.live(step)
    check(world, world.opened(), words)
    host.clear()
    return stages


def step_of(stages: list[Stage], point: int) -> int:
    """Find the step in which a point lies."""
    return max(n for n, stage in enumerate(stages) if stage.passed < point)


def lived(
    host: Host, stages: list[Stage], folder: Path, words: tuple[str, ...], point: int
) -> World:
    """Live the story on from the step of a point, dying there, and check how it ends."""
    place = step_of(stages, point)
    stage = stages[place]
    copied(stage.folder, folder / "live")
    fate = PointFate(Random(0), point=point - stage.passed)
    host.use(folder / "live" / DATABASE_FILE, fate)
    world = World(host, fate, platform=dict(stage.platform), now=stage.now)
    vars(world.ledger).update(deepcopy(stage.taken))
    for step in world.steps(words)[place:]:
        world.live(step)
    check(world, world.opened(), words)
    return world


def check(world: World, store: Store, words: tuple[str, ...]) -> None:
    with reading(store.engine) as connection:
        said = [line.event for line in history(connection, f"citizen/{CITIZEN}")]
        rated = [line.event for line in history(connection, SERVICE)]
        statuses = {row.status for row in connection.execute(texts.select())}
        planned = len(connection.execute(texts.select()).all())
        sums = reconcile(connection, "province")
    assert world.ledger.doubled == []
    assert len(world.ledger.taken) == planned
    assert statuses <= {TextStatus.DELIVERED.value, TextStatus.SENT.value}
    received = [one.text_id for one in said if isinstance(one, TextReceived)]
    assert received == [f"t-{count}" for count in range(len(words))]
    assert sum(isinstance(one, TextSettled) for one in said) == len(words)
    assert sum(isinstance(one, EvaluationRecorded) for one in rated) == 1
    assert sums.complete, sums
    assert len(world.platform) == sums.facts


@pytest.mark.parametrize("words", STORIES, ids="-".join)
def test_the_story_ends_the_same_wherever_the_process_dies(
    host: Host, invited: Path, tmp_path: Path, words: tuple[str, ...], spread: int
) -> None:
    stages = rehearsed(host, invited, tmp_path, words)
    points = stages[-1].passed
    assert points > POINTS_MIN // len(STORIES)
    chosen = range(1, points + 1, spread)
    begun = {step_of(stages, point) for point in chosen}
    assert begun == {step_of(stages, point) for point in range(1, points + 1)}
    deaths = 0
    for point in chosen:
        try:
            deaths += sum(lived(host, stages, tmp_path, words, point).fate.deaths.values())
        except AssertionError as error:
            raise AssertionError(f"died at point {point} of {points}") from error
    assert deaths == len(chosen)
    assert verify(host.store().engine, host.store().wiring).clean
