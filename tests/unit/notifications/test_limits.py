"""A citizen's day has room for so many texts; what is too much leaves the next morning."""

from dataclasses import replace
from datetime import timedelta

from notifications.intent import Template, TextIntent, intent_id
from notifications.limits import DayLimits
from notifications.sending import SendingRules
from notifications.simulated_sender import MemoryLedger, SimulatedSender
from tests.unit.notifications.facts import NOON
from tests.unit.notifications.post import Clock, engine, merged, statuses, store, worker

RULES = SendingRules(limits=DayLimits(texts_max=2, invitations_max=1))


def to_one(count: int, template: Template = Template.MERGED) -> TextIntent:
    text = merged(count, template=template)
    return replace(
        text,
        recipient="citizen/1",
        intent_id=intent_id(text.stream, 1, template, "citizen/1"),
    )


def test_what_is_too_much_for_a_day_leaves_the_next_morning() -> None:
    there, clock = engine(), Clock()
    store(there, [to_one(count) for count in range(4)])
    man = worker(there, SimulatedSender(MemoryLedger()), clock, rules=RULES)
    man.send_due()
    assert sorted(statuses(there)) == ["created", "created", "delivered", "delivered"]
    clock.pass_by(timedelta(hours=19, minutes=59))  # 07:59
    assert man.send_due() == 0
    clock.pass_by(timedelta(minutes=1))
    man.send_due()
    assert statuses(there) == ["delivered"] * 4


def test_the_limit_counts_what_left_before_in_other_batches() -> None:
    there, clock = engine(), Clock()
    rules = replace(RULES, batch=1)
    store(there, [to_one(count) for count in range(3)])
    for _ in range(3):
        worker(there, SimulatedSender(MemoryLedger()), clock, rules=rules).send_due()
    assert sorted(statuses(there)) == ["created", "delivered", "delivered"]


def test_one_invitation_a_day() -> None:
    there, clock = engine(), Clock()
    store(there, [to_one(count, Template.INVITED) for count in range(2)])
    store(there, [to_one(5)])
    worker(there, SimulatedSender(MemoryLedger()), clock, rules=RULES).send_due()
    assert sorted(statuses(there)) == ["created", "delivered", "delivered"]


def test_urgent_texts_pass_and_others_have_their_own_room() -> None:
    there, clock = engine(), Clock()
    store(there, [replace(to_one(count), urgent=True) for count in range(4)])
    store(there, [merged(count) for count in range(10, 14)])
    worker(there, SimulatedSender(MemoryLedger()), clock, rules=RULES).send_due()
    assert statuses(there) == ["delivered"] * 8


def test_a_department_has_no_limit() -> None:
    there, clock = engine(), Clock(NOON)
    texts = [replace(to_one(count), recipient="department/water") for count in range(4)]
    store(there, texts)
    worker(there, SimulatedSender(MemoryLedger()), clock, rules=RULES).send_due()
    assert statuses(there) == ["delivered"] * 4
