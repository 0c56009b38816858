from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, update

from notifications import simulated_sender
from notifications.claims import (
    ATTEMPTS_MAX,
    Claim,
    Verdict,
    back_off,
    claim_abandoned,
    claim_due,
    health,
    record_delivery,
    settle,
)
from notifications.intent import Template
from notifications.outbox import TextStatus, metadata, texts
from notifications.sender import UNKNOWN, SendRequest, SendResult
from notifications.sending import Contact, SendingRules
from notifications.simulated_sender import MemoryLedger, SimulatedSender, provider_id_of
from tests.unit.notifications.facts import NOON
from tests.unit.notifications.post import (
    Clock,
    Phones,
    engine,
    merged,
    rows,
    statuses,
    store,
    worker,
)

LEASE = timedelta(minutes=5)


def claim(clock: Clock) -> Claim:
    return Claim(provider="simulated", now=clock(), lease=LEASE, limit=10)


def test_an_intent_written_twice_is_one_row() -> None:
    there = engine()
    store(there, [merged(1)])
    store(there, [merged(1), merged(2)])
    assert len(rows(there)) == 2


def test_a_due_text_is_delivered_with_its_words() -> None:
    there, ledger = engine(), MemoryLedger()
    store(there, [merged(1)])
    assert worker(there, SimulatedSender(ledger), Clock()).send_due() == 1
    (row,) = rows(there)
    assert (row.status, row.segments, row.attempts) == ("delivered", 1, 1)
    assert row.provider_id == f"simulated-{row.intent_id}"
    (body,) = ledger.bodies.values()
    assert body.startswith("【XX12345】您的诉求已与同类问题合并办理，工单号1不变。#")


def test_a_text_waits_for_its_time() -> None:
    there, clock = engine(), Clock()
    store(there, [merged(1, NOON + timedelta(hours=1))])
    man = worker(there, SimulatedSender(), clock)
    assert man.send_due() == 0
    clock.pass_by(timedelta(hours=1))
    assert man.send_due() == 1


def test_a_text_that_comes_late_into_the_night_waits_for_the_morning() -> None:
    there, clock = engine(), Clock(NOON.replace(hour=22))
    store(there, [merged(1)])
    man = worker(there, SimulatedSender(), clock)
    man.send_due()
    assert statuses(there) == ["created"]
    clock.pass_by(timedelta(hours=10))
    man.send_due()
    assert statuses(there) == ["delivered"]


@pytest.mark.parametrize(("contact", "error"), [(None, "erased"), (Contact(""), "no-number")])
def test_who_cannot_be_written_to_is_suppressed(contact: Contact | None, error: str) -> None:
    there, phones, ledger = engine(), Phones(), MemoryLedger()
    phones.known["citizen/1"] = contact
    store(there, [merged(1)])
    worker(there, SimulatedSender(ledger), Clock(), phones).send_due()
    (row,) = rows(there)
    assert (row.status, row.error, ledger.taken) == ("suppressed", error, {})


def test_opting_out_stops_invitations_and_nothing_else() -> None:
    there, phones = engine(), Phones()
    phones.known["citizen/1"] = Contact("+8613812341234", wants_invitations=False)
    store(there, [merged(1), merged(1, template=Template.INVITED)])
    worker(there, SimulatedSender(), Clock(), phones).send_due()
    assert {row.template: row.status for row in rows(there)} == {
        "merged": "delivered",
        "invited": "suppressed",
    }


def test_a_temporary_error_is_tried_again_later() -> None:
    there, clock, phones = engine(), Clock(), Phones()
    phones.known["citizen/1"] = Contact(simulated_sender.BUSY_ONCE)
    store(there, [merged(1)])
    man = worker(there, SimulatedSender(), clock, phones)
    man.send_due()
    assert statuses(there) == ["temporary_failure"]
    assert man.send_due() == 0
    clock.pass_by(back_off(1))
    man.send_due()
    assert statuses(there) == ["delivered"]


class Busy(SimulatedSender):
    def send(self, request: SendRequest) -> SendResult:
        del request
        return SendResult(TextStatus.TEMPORARY_FAILURE, error="busy")


def test_a_text_is_given_up_after_its_last_attempt() -> None:
    there, clock = engine(), Clock()
    rules = SendingRules(attempts_max=3)
    store(there, [merged(1)])
    man = worker(there, Busy(), clock, rules=rules)
    for attempt in range(1, 4):
        assert man.send_due() == 1
        clock.pass_by(back_off(attempt))
    (row,) = rows(there)
    assert (row.status, row.error, man.send_due()) == ("permanent_failure", "gave-up: busy", 0)


class Down(SimulatedSender):
    """Neither takes a text nor can be asked, until it is up."""

    up = False

    def send(self, request: SendRequest) -> SendResult:
        return super().send(request) if self.up else UNKNOWN

    def find(self, request: SendRequest) -> SendResult | None:
        return super().find(request) if self.up else UNKNOWN


def test_a_provider_down_for_hours_loses_nothing_and_is_seen() -> None:
    there, clock, sender = engine(), Clock(), Down()
    store(there, [merged(1)])
    man = worker(there, sender, clock)
    man.send_due()
    for _ in range(ATTEMPTS_MAX * 5):
        clock.pass_by(LEASE)
        assert man.reconcile() == 1
    assert health(there, clock()).oldest_unsent == LEASE * ATTEMPTS_MAX * 5
    sender.up = True
    clock.pass_by(LEASE)
    man.reconcile()
    assert statuses(there) == ["delivered"]
    assert health(there, clock()).oldest_unsent == timedelta()


def test_what_never_arrives_is_given_up_by_name() -> None:
    there, clock, phones = engine(), Clock(), Phones()
    phones.known["citizen/1"] = Contact(simulated_sender.UNANSWERED)
    store(there, [merged(1)])
    man = worker(there, SimulatedSender(), clock, phones, SendingRules(attempts_max=2))
    man.send_due()
    for _ in range(2):
        clock.pass_by(LEASE)
        man.reconcile()
    (row,) = rows(there)
    assert (row.status, row.error) == ("permanent_failure", "gave-up: unanswered")


class Accepting(SimulatedSender):
    def send(self, request: SendRequest) -> SendResult:
        return replace(super().send(request), status=TextStatus.SENT)


def test_what_is_accepted_and_fails_every_time_is_given_up_too() -> None:
    there, clock = engine(), Clock()
    store(there, [merged(1)])
    man = worker(there, Accepting(), clock, rules=SendingRules(attempts_max=2))
    for _ in range(2):
        man.send_due()
        report = SendResult(
            TextStatus.TEMPORARY_FAILURE, provider_id_of(merged(1).intent_id), "twilio-30003"
        )
        assert record_delivery(there, "simulated", report, clock())
        clock.pass_by(back_off(2))
    man.send_due()
    (row,) = rows(there)
    assert (row.status, row.error) == ("permanent_failure", "gave-up: twilio-30003")


class Broken(SimulatedSender):
    def send(self, request: SendRequest) -> SendResult:
        if request.body.count("工单号1不变"):
            raise RuntimeError(request.phone)
        return super().send(request)


def test_one_text_that_breaks_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    there = engine()
    store(there, [merged(1), merged(2)])
    worker(there, Broken(), Clock()).send_due()
    assert statuses(there) == ["sending", "delivered"]
    assert "13812341234" not in "".join(capsys.readouterr())


def test_a_template_that_lacks_a_value_is_a_technical_failure() -> None:
    there = engine()
    store(there, [merged(1, template=Template.CLOSED)])
    worker(there, SimulatedSender(), Clock()).send_due()
    (row,) = rows(there)
    assert (row.status, row.error) == ("technical_failure", "template: UndefinedError")


def test_two_workers_never_hold_the_same_text() -> None:
    there, clock = engine(), Clock()
    store(there, [merged(count) for count in range(15)])
    first, second = claim_due(there, claim(clock)), claim_due(there, claim(clock))
    assert (len(first), len(second)) == (10, 5)
    assert not {text.intent_id for text in first} & {text.intent_id for text in second}


def test_who_comes_back_after_his_lease_changes_nothing() -> None:
    there, clock = engine(), Clock()
    store(there, [merged(1)])
    (text,) = claim_due(there, claim(clock))
    clock.pass_by(LEASE)
    assert len(claim_abandoned(there, claim(clock))) == 1
    late = Verdict(text, SendResult(TextStatus.TECHNICAL_FAILURE), clock())
    assert settle(there, [late], clock()) == 0
    assert statuses(there) == ["sending"]


class Watching(SimulatedSender):
    """Looks into the outbox, by a connection of its own, while it is called."""

    def __init__(self, there: Engine) -> None:
        super().__init__()
        self._there = there
        self.seen: list[str] = []

    def send(self, request: SendRequest) -> SendResult:
        self.seen = statuses(self._there)
        return super().send(request)


def test_a_text_is_stored_as_sending_before_the_call(tmp_path: Path) -> None:
    there = create_engine(f"sqlite:///{tmp_path}/outbox.db")
    metadata.create_all(there)
    store(there, [merged(1)])
    sender = Watching(there)
    worker(there, sender, Clock()).send_due()
    there.dispose()
    assert sender.seen == ["sending"]


def test_no_call_begins_that_might_outlast_the_lease() -> None:
    there, ledger = engine(), MemoryLedger()
    store(there, [merged(1)])
    rules = SendingRules(lease=timedelta(seconds=30), call_max=timedelta(seconds=31))
    worker(there, SimulatedSender(ledger), Clock(), rules=rules).send_due()
    assert (statuses(there), ledger.taken) == (["sending"], {})


def test_another_providers_abandoned_text_is_left_to_it() -> None:
    there, clock = engine(), Clock()
    store(there, [merged(1)])
    claim_due(there, Claim(provider="twilio", now=clock(), lease=LEASE, limit=1))
    clock.pass_by(LEASE)
    assert worker(there, SimulatedSender(), clock).reconcile() == 0


@pytest.mark.parametrize(
    ("before", "reported", "after"),
    [
        ("sent", TextStatus.DELIVERED, "delivered"),
        ("sent", TextStatus.PERMANENT_FAILURE, "permanent_failure"),
        ("delivered", TextStatus.SENT, "delivered"),
        ("delivered", TextStatus.TEMPORARY_FAILURE, "delivered"),
        ("permanent_failure", TextStatus.DELIVERED, "permanent_failure"),
    ],
)
def test_a_late_report_moves_nothing_back(before: str, reported: TextStatus, after: str) -> None:
    there = engine()
    store(there, [merged(1)])
    with there.begin() as connection:
        connection.execute(
            update(texts).values(status=before, provider="twilio", provider_id="SM1")
        )
    record_delivery(there, "twilio", SendResult(reported, "SM1"), NOON)
    assert statuses(there) == [after]


def test_the_wait_grows_up_to_two_hours() -> None:
    minutes = [back_off(attempts) // timedelta(minutes=1) for attempts in (0, 1, 2, 3, 8, 60)]
    assert minutes == [1, 1, 2, 4, 120, 120]
