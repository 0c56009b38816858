"""The process dies at every boundary of the reports: none is lost, none counts twice above."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from hotline.evaluations.commands import RecordEvaluation, RecordService
from hotline.evaluations.vocabulary import EvaluationChannel, Node, RatedObject
from streams.database.engine import reading
from streams.processes.opening import open_store
from streams.reporting import worker as working
from streams.reporting.connector import Answer
from streams.reporting.mapping import read_mapping
from streams.reporting.reconciliation import Reconciliation, reconcile
from streams.reporting.tables import ReportStatus
from streams.reporting.worker import ReportWorker, Target
from streams.settings import Settings
from tests.contract.test_letterbox import CITIZEN, Town

SERVICES: Final = 150
ROUNDS_MAX: Final = 2000


class DiedError(BaseException):
    """No `except Exception` catches the end of a process."""


class Platform:
    """Keeps each record once, loses answers, refuses for a while; the process dies around it."""

    def __init__(self, seed: int) -> None:
        self.chance: Final = random.Random(seed)
        self.kept: Final[dict[str, dict[str, str]]] = {}
        self.deaths = 0

    def fate(self) -> None:
        if self.chance.random() < 0.03:
            self.deaths += 1
            raise DiedError

    def send(self, record: str, document: dict[str, str], _now: object) -> Answer:
        self.fate()
        if self.chance.random() < 0.1:
            return Answer(ReportStatus.WAITING, "http-503")
        key = document.get("sync_sign") or f"{record}/{document['projectNo']}"
        self.kept.setdefault(key, document)
        self.fate()
        if self.chance.random() < 0.1:
            return Answer(ReportStatus.WAITING, "TimeoutError")
        return Answer(ReportStatus.ACKNOWLEDGED, "http-200/0")

    def mortal(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def dying(*given: Any) -> Any:
            self.fate()
            result = step(*given)
            self.fate()
            return result

        return dying


def sums_of(town: Town) -> Reconciliation:
    """Give the sums, which add up at any moment."""
    with reading(town.store.engine) as connection:
        sums = reconcile(connection, "province")
    assert sums.adds_up, sums
    return sums


@pytest.mark.parametrize("seed", range(2))
def test_every_rating_is_acknowledged_once(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(open_store(Settings(data=tmp_path), durable=False))
    for count in range(SERVICES):
        service = RecordService(
            project_no=f"P{count}",
            service_number="1",
            region="511800",
            department="water",
            item_code="i",
            item_name="供水报装",
            node=Node.FINISHED,
            object=RatedObject.ITEM,
            served_at=town.now,
            citizen=CITIZEN,
        )
        town.do(f"service/P{count}/1", service)
        rating = RecordEvaluation(level=5, channel=EvaluationChannel.TEXT, evaluator=CITIZEN)
        town.do(f"service/P{count}/1", rating)
    platform = Platform(seed)
    for name in ("fill", "count_on", "claim", "settle", "release"):
        monkeypatch.setattr(working, name, platform.mortal(getattr(working, name)))
    target = Target("province", platform, read_mapping(None))
    for _ in range(ROUNDS_MAX):
        if sums_of(town).complete:
            break
        worker = ReportWorker(town.store.engine, town.store.wiring, target, lambda: town.now)
        with suppress(DiedError):
            worker.work()
        town.now += timedelta(minutes=3)
    assert sums_of(town).complete
    assert platform.deaths > 20
    assert len(platform.kept) == 2 * SERVICES
    town.store.engine.dispose()
