"""Reports upwards over a real store: the platform fails in every way, the sums add up."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from hotline.evaluations.commands import RateLater, RecordEvaluation, RecordReason, RecordService
from hotline.evaluations.vocabulary import EvaluationChannel, Node, RatedObject
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from streams.database.engine import reading
from streams.processes.opening import open_store
from streams.reporting import queue, reconciliation
from streams.reporting.connector import HttpConnector
from streams.reporting.mapping import MappingError, read_mapping
from streams.reporting.queue import requeue_rejected
from streams.reporting.reconciliation import Reconciliation, reconcile
from streams.reporting.signing import HmacSigner, load_signer
from streams.reporting.worker import ReportWorker, Target
from streams.settings import Settings
from tests.contract.reporting.upper_platform import APP_MARK, SECRET, UpperPlatform, serving
from tests.contract.test_letterbox import CITIZEN, Town

TARGET: Final = "province"


class Office(Town):
    """A town that reports to a platform."""

    url = ""

    def worker(self) -> ReportWorker:
        connector = HttpConnector(
            self.url,
            app_mark=APP_MARK,
            app_word=SECRET,
            signer=HmacSigner(SECRET),
            timeout_seconds=5,
        )
        target = Target(TARGET, connector, read_mapping(None))
        return ReportWorker(self.store.engine, self.store.wiring, target, lambda: self.now)

    def sums(self) -> Reconciliation:
        with reading(self.store.engine) as connection:
            return reconcile(connection, TARGET)

    def serve(self, count: int) -> None:
        service = RecordService(
            project_no=f"P{count}",
            service_number=f"S{count}",
            region="511800",
            department="water",
            item_code="i",
            item_name="供水报装",
            node=Node.FINISHED,
            object=RatedObject.ITEM,
            served_at=self.now,
            citizen=CITIZEN,
        )
        self.do(f"service/P{count}/S{count}", service)

    def rate(self, count: int, level: int, **more: Any) -> None:
        rating = RecordEvaluation(level=level, channel=EvaluationChannel.TEXT, **more)
        self.do(f"service/P{count}/S{count}", rating)


@pytest.fixture
def platform() -> UpperPlatform:
    return UpperPlatform()


@pytest.fixture
def office(address: URL, tmp_path: Path, platform: UpperPlatform) -> Iterator[Office]:
    url = address.render_as_string(hide_password=False)
    opened = open_store(Settings(data=tmp_path / "data", database_url=url))
    with serving(platform) as where:
        office = Office(opened)
        office.url = where
        yield office
    opened.engine.dispose()


def test_a_rating_arrives_with_the_platforms_names(office: Office, platform: UpperPlatform) -> None:
    office.serve(1)
    office.rate(1, 1, evaluator=CITIZEN, reason_pending=True)
    office.do("service/P1/S1", RecordReason(indicators=("L1-03",), text="超期"))
    office.worker().work()
    assert office.sums().complete
    (service,) = platform.services
    assert (service["projectNo"], service["areaCode"], service["userName"]) == (
        "P1",
        "511800000000",
        "张三丰",
    )
    first, opened, second = platform.records.values()
    assert [one["flag"] for one in (first, opened, second)] == ["I", "U", "U"]
    assert (opened["answerStatus"], opened["appStatus"]) == ("0", "0")
    assert (first["pf"], first["satisfaction"], first["flag"], first["isdefault"]) == (
        *("7", "1", "I"),
        "0",
    )
    assert (second["evalDetail"], second["writingEvaluation"], second["flag"]) == (
        *("L1-03", "超期"),
        "U",
    )


def test_an_anonymous_rating_leaves_without_a_name(office: Office, platform: UpperPlatform) -> None:
    office.serve(1)
    office.rate(1, 5)
    office.worker().work()
    (record,) = platform.records.values()
    assert (record["userName"], record["certKey"]) == ("", "")


@pytest.mark.parametrize("trouble", ["down", "garbage", "empty", "hangs up", "keeps and hangs up"])
def test_what_is_not_answered_leaves_again_and_counts_once(
    office: Office, platform: UpperPlatform, trouble: str
) -> None:
    for count in range(3):
        office.serve(count)
        office.rate(count, 4, evaluator=CITIZEN)
    platform.mood = [trouble, "ok", trouble, trouble, "ok"]
    for _ in range(8):
        office.worker().work()
        sums = office.sums()
        assert sums.adds_up, sums
        office.now += timedelta(minutes=3)
    assert office.sums().complete
    assert len(platform.records) == 3


@pytest.mark.parametrize("refusal", ["refuses", "unprocessable"])
def test_what_the_platform_will_not_have_waits_for_a_person(
    office: Office, platform: UpperPlatform, refusal: str
) -> None:
    office.serve(1)
    office.rate(1, 4)
    platform.mood = [refusal, "ok"]
    office.worker().work()
    sums = office.sums()
    assert (sums.rejected, sums.acknowledged, sums.adds_up) == (1, 1, True)
    assert requeue_rejected(office.store.engine, TARGET, office.now) == 1
    office.worker().work()
    assert office.sums().complete


def test_a_wrong_signature_is_refused_and_nothing_is_lost(
    office: Office, platform: UpperPlatform
) -> None:
    office.serve(1)
    connector = HttpConnector(
        office.url, app_mark=APP_MARK, app_word=SECRET, signer=load_signer("", "another")
    )
    target = Target(TARGET, connector, read_mapping(None))
    ReportWorker(office.store.engine, office.store.wiring, target, lambda: office.now).work()
    assert office.sums().rejected == 1
    assert platform.services == []


def test_a_services_reports_leave_in_their_order(office: Office, platform: UpperPlatform) -> None:
    office.serve(1)
    office.rate(1, 4, evaluator=CITIZEN)
    later = RateLater(level=5, channel=EvaluationChannel.MOBILE, evaluator=CITIZEN)
    office.do("service/P1/S1", later)
    platform.mood = ["down", "ok"]
    office.worker().work()
    office.worker().work()  # the first waits for its next attempt: the others may not overtake it
    assert platform.order == []
    office.now += timedelta(minutes=3)
    office.worker().work()
    assert platform.order == [("S1", "service"), ("S1", "I"), ("S1", "U")]


def test_what_is_not_fed_yet_is_counted_too(office: Office) -> None:
    office.serve(1)
    assert (office.sums().unqueued, office.sums().adds_up) == (1, True)
    office.worker().work()
    office.worker().work()
    assert (office.sums().unqueued, office.sums().acknowledged) == (0, 1)


def test_a_step_of_the_loop_waits_for_the_rating_it_is_about(
    office: Office, platform: UpperPlatform
) -> None:
    office.serve(1)
    platform.mood = ["down", "ok"]
    office.rate(1, 1, evaluator=CITIZEN, reason_pending=True)
    office.worker().work()
    office.worker().work()
    assert platform.order == []
    office.now += timedelta(minutes=3)
    office.worker().work()
    assert [kind for _, kind in platform.order] == ["service", "I", "U"]
    assert office.sums().complete


def test_the_log_is_counted_on_and_never_from_its_beginning(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for count in range(5):
        office.serve(count)
        office.rate(count, 4)
    office.worker().work()
    looked_at: list[int] = []
    honest = queue.facts_between

    def noting(connection: Connection, partition: int, after: int, last: int) -> int:
        looked_at.append(last - after)
        return honest(connection, partition, after, last)

    monkeypatch.setattr(reconciliation, "facts_between", noting)
    assert (office.sums().facts, sum(looked_at)) == (10, 0)
    office.serve(9)
    looked_at.clear()
    assert (office.sums().facts, sum(looked_at)) == (11, 1)


def test_a_ticket_with_a_loops_number_and_no_rating_is_settled_unsent(
    office: Office, platform: UpperPlatform
) -> None:
    strange = RegisterTicket(
        type=TicketType.COMPLAINT,
        channel=Channel.POOR_EVALUATION,
        region="511800",
        title="路灯",
        summary="路灯不亮",
    )
    office.do("", strange)
    office.worker().work()
    assert office.sums().complete
    assert (office.sums().facts, platform.order) == (1, [])


def test_an_area_brings_its_own_names(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[service]\nprojNo = "project_no"\n[evaluation]\nsource = { constant = "501" }\n'
        'channel = { from = "channel", codes = "ways" }\n[codes.ways]\ntext = "dx"\n',
        "utf-8",
    )
    mapping = read_mapping(own)
    assert mapping.document("service", {"project_no": "P1"}) == {"projNo": "P1"}
    assert mapping.document("evaluation", {"channel": "text"}) == {"source": "501", "channel": "dx"}


@pytest.mark.parametrize(
    "rule", ['"no_such"', '{ from = "level", codes = "missing" }', "{ width = 3 }"]
)
def test_a_wrong_mapping_is_found_when_it_is_read(tmp_path: Path, rule: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(f"[service]\nprojNo = {rule}\n", "utf-8")
    with pytest.raises(MappingError, match=r"service\.projNo"):
        read_mapping(own)
