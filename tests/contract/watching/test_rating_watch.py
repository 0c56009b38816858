"""The watch over a real store: a hit is a fact beside the rating, found once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy.engine import URL

from handlers.envelope import Envelope, Personal
from hotline.evaluations.commands import RecordEvaluation, RecordService, ReviewSignals
from hotline.evaluations.events import EvaluationRecorded, SignalsRaised
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import (
    EvaluationChannel,
    Node,
    RatedObject,
    Signal,
    SignalOutcome,
)
from hotline.people.actors import Actor, Role
from hotline.people.staff import StaffMember
from projections.signals import queries
from streams.database.engine import reading, writing
from streams.feed.subscriptions import READ_MODELS, feed
from streams.log.store import history, record
from streams.processes.opening import open_store
from streams.settings import Settings
from streams.watching.signals import RatingWatch
from tests.contract.test_letterbox import PHONE, Town

TABLET: Final[dict[str, Any]] = {
    "channel": EvaluationChannel.TABLET,
    "device": "d" * 16,
    "network": "n" * 16,
}


class Hall(Town):
    """A hall whose ratings are watched."""

    def watch(self) -> RatingWatch:
        store = self.store
        return RatingWatch(store.engine, store.wiring, store.contexts.refreshed, lambda: self.now)

    def rated(self, count: int, level: int = 4, **more: Any) -> str:
        stream = f"service/P{count}/1"
        service = RecordService(
            project_no=f"P{count}",
            service_number="1",
            region="",
            department="water",
            item_code="i",
            item_name="供水报装",
            node=Node.FINISHED,
            object=RatedObject.ITEM,
            served_at=self.now - timedelta(minutes=5),
            citizen=more.pop("applicant", ""),
        )
        self.do(stream, service)
        rating: dict[str, Any] = {"channel": EvaluationChannel.QR, "level": level, **more}
        self.do(stream, RecordEvaluation(**rating))
        return stream

    def facts(self, stream: str, kind: type) -> list[Any]:
        with reading(self.store.engine) as connection:
            lines = history(connection, stream)
        return [line.event for line in lines if isinstance(line.event, kind)]

    def service(self, stream: str) -> Service:
        with reading(self.store.engine) as connection:
            state = record(connection, stream, self.store.wiring).state
        assert isinstance(state, Service)
        return state


@pytest.fixture
def hall(address: URL, tmp_path: Path) -> Iterator[Hall]:
    url = address.render_as_string(hide_password=False)
    opened = open_store(Settings(data=tmp_path / "data", database_url=url))
    yield Hall(opened)
    opened.engine.dispose()


def test_many_ratings_of_one_device_are_a_fact_beside_the_fifth(hall: Hall) -> None:
    streams: list[str] = []
    hall.now += timedelta(hours=3)  # in office hours
    for count in range(5):
        streams.append(hall.rated(count, **TABLET))
        hall.now += timedelta(minutes=1)
    assert hall.watch().work() == 5
    raised = [hall.facts(stream, SignalsRaised) for stream in streams]
    assert [len(one) for one in raised] == [0, 0, 0, 0, 1]
    (event,) = raised[4]
    assert event.signals == (Signal.MANY_FROM_DEVICE, Signal.MANY_FROM_NETWORK)
    assert set(event.related) == set(streams[:4])
    state = hall.service(streams[4])
    assert (state.level, state.mark.value, len(hall.facts(streams[4], EvaluationRecorded))) == (
        *(4, "none"),
        1,
    )


def test_a_watch_that_dies_before_it_marks_finds_nothing_twice(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.rated(1, applicant="c-2", evaluator="c-3")

    def dying(_engine: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("streams.watching.signals.writing", dying)
    with pytest.raises(KeyboardInterrupt):
        hall.watch().work()
    monkeypatch.undo()
    assert hall.watch().work() == 1
    assert hall.watch().work() == 0
    assert len(hall.facts("service/P1/1", SignalsRaised)) == 1


def test_a_number_of_the_staff_is_known_without_being_kept(hall: Hall) -> None:
    store = hall.store
    member = StaffMember(
        person="s-li", username="li", display_name="李", roles=(Role.HANDLER,), department="water"
    )
    store.accounts.add_staff(member, "correct horse battery")
    with writing(store.engine) as connection:
        store.vault.store_duty_phone(connection, "staff/s-li", PHONE)
    hall.rated(1, evaluator="c-1", applicant="c-1")
    hall.watch().work()
    (event,) = hall.facts("service/P1/1", SignalsRaised)
    assert event.signals == (Signal.STAFF_PHONE,)
    assert "1381234" not in repr(event)


def test_imported_and_default_ratings_leave_no_trace(hall: Hall) -> None:
    stream = hall.rated(1, is_default=True)
    assert hall.watch().work() == 0
    assert hall.facts(stream, SignalsRaised) == []


def test_officers_list_what_waits_and_a_review_settles_it(hall: Hall) -> None:
    hall.rated(1, applicant="c-2", evaluator="c-3")
    hall.watch().work()
    review = ReviewSignals(outcome=SignalOutcome.EXPLAINED, note="代办")
    envelope = Envelope(
        message_id="review",
        stream="service/P1/1",
        command=review,
        actor=Actor("ping", Role.EVALUATION_OFFICER, "hall"),
        at=hall.now,
        personal=(Personal(citizen="c-2"),),
    )
    engine = hall.store.engine
    hall.watch().work()
    feed(engine, READ_MODELS)
    with reading(engine) as connection:
        (line,) = queries.signals(connection, waiting=True).lines
        assert (line.kinds, line.level, line.item_name) == (("not_applicant",), 4, "供水报装")
        assert queries.signals(connection, signal="too_soon").lines == ()
        assert len(queries.signals(connection, signal="not_applicant").lines) == 1
    hall.submit(envelope)
    hall.watch().work()
    with reading(engine) as connection:
        assert queries.signals(connection, waiting=True).lines == ()
        (line,) = queries.signals(connection).lines
    assert (line.outcome, line.note, line.reviewed_by) == ("explained", "代办", "ping")
