"""What the provider reports later, in any order, and what becomes of texts that cannot arrive."""

from datetime import timedelta

from notifications import simulated_sender
from notifications.claims import Claim, claim_due, record_delivery, settle
from notifications.claims import Verdict as Settled
from notifications.intent import Template
from notifications.outbox import TextStatus
from notifications.sender import SendResult
from notifications.sending import Contact
from notifications.simulated_sender import SimulatedSender
from notifications.undelivered import mark_reported, unreported
from tests.unit.notifications.facts import NOON
from tests.unit.notifications.post import Clock, Phones, engine, merged, rows, statuses, store
from tests.unit.notifications.post import worker as post_worker

CLAIM = Claim(provider="simulated", now=NOON, lease=timedelta(minutes=5), limit=10)
FIRST = SendResult(TextStatus.DELIVERED, "SM1")


def test_a_report_may_come_before_the_sender_has_written_down_the_id() -> None:
    there = engine()
    store(there, [merged(1)])
    (text,) = claim_due(there, CLAIM)
    assert not record_delivery(there, "simulated", FIRST, NOON)
    assert record_delivery(there, "simulated", FIRST, NOON, text.intent_id)
    sent = Settled(text, SendResult(TextStatus.SENT, "SM1"), NOON, segments=1, attempts=1)
    assert settle(there, [sent], NOON) == 0
    (row,) = rows(there)
    assert (row.status, row.provider_id, row.attempts) == ("delivered", "SM1", 1)


def test_a_report_about_an_earlier_attempt_changes_nothing() -> None:
    there = engine()
    store(there, [merged(1)])
    (text,) = claim_due(there, CLAIM)
    settle(there, [Settled(text, SendResult(TextStatus.SENT, "SM2"), NOON, attempts=2)], NOON)
    assert not record_delivery(there, "simulated", FIRST, NOON, text.intent_id)
    assert statuses(there) == ["sent"]


def test_reports_in_the_wrong_order_move_nothing_back() -> None:
    there = engine()
    store(there, [merged(1)])
    (text,) = claim_due(there, CLAIM)
    for status in (TextStatus.DELIVERED, TextStatus.SENT, TextStatus.PERMANENT_FAILURE):
        record_delivery(there, "simulated", SendResult(status, "SM1"), NOON, text.intent_id)
    assert statuses(there) == ["delivered"]


def test_a_notice_that_cannot_arrive_is_reported_once() -> None:
    there, phones = engine(), Phones()
    store(there, [merged(1), merged(2, template=Template.INVITED), merged(3)])
    for count in (1, 2):
        phones.known[f"citizen/{count}"] = Contact(simulated_sender.FAILING)
    post_worker(there, SimulatedSender(), Clock(), phones).send_due()
    failed = unreported(there)
    assert {one.template: one.matters for one in failed} == {"merged": True, "invited": False}
    mark_reported(there, [one.intent_id for one in failed], NOON)
    assert unreported(there) == ()
