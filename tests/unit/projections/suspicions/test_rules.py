"""Suspicions: each rule finds its case, leaves the next one alone, and the store says the same."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from hotline.inspection.events import SuspicionExamined
from hotline.inspection.vocabulary import Verdict
from hotline.people.actors import Actor, Role
from hotline.people.sight import EVERYTHING, WITHOUT_SECRETS
from hotline.tickets import events as e
from hotline.tickets.vocabulary import (
    ContactWay,
    Kind,
    Secrecy,
    TicketType,
)
from projections.apply import apply_page
from projections.suspicions.queries import Span, counts, rules_of, stream_of, suspect, suspects
from projections.suspicions.rules import DEFAULT, PROOF, RULES, Limits, Seen, proof_of
from projections.tickets import queries as tickets
from projections.tickets.rows import ticket_lines
from tests.unit.projections.story import DAY, HOUR, START, Log, Story, city, due, number
from tests.unit.projections.suspicions.cases import (
    Tell,
    answered,
    asked_late,
    contact,
    corrected,
    handled,
    not_solved,
    notices,
    rectified,
    returned,
    told_not_contacted,
)

MINUTE = timedelta(minutes=1)
SPAN = Span(since=START - DAY, until=START + 60 * DAY)


GUARDED = e.TicketAssigned(
    lead="town-1",
    assists=(),
    entry="",
    reason="",
    transfer_text="",
    department_due=due(START + 5 * DAY),
    stage_due=due(START + HOUR),
    duty_guard_overridden=True,
)
HANDLER = Actor("h1", Role.HANDLER, "water")

CASES: dict[str, tuple[str, Tell, Tell]] = {
    "contact-unproven": (
        "false_closing",
        lambda s: contact(handled(s), evidence="", call_id=""),
        lambda s: contact(handled(s), evidence="", call_id="", reached=False),
    ),
    "call-short": (
        "false_closing",
        lambda s: contact(handled(s), call_seconds=19),
        lambda s: contact(handled(s), call_seconds=20),
    ),
    "answered-at-once": (
        "false_closing",
        lambda s: s.register().assign().acknowledge().wait(9 * MINUTE).submit(),
        lambda s: s.register().assign().acknowledge().wait(10 * MINUTE).submit(),
    ),
    "not-contacted": (
        "false_closing",
        lambda s: told_not_contacted(answered(s)),
        lambda s: told_not_contacted(handled(s)),
    ),
    "not-solved": ("false_closing", not_solved, lambda s: answered(s).revisit(solved=False)),
    "opinion-changed": (
        "forced_satisfaction",
        lambda s: answered(s).revisit(satisfaction=1).wait(HOUR).revisit(satisfaction=5),
        lambda s: answered(s).revisit(satisfaction=1).redo().wait(DAY).submit().approve()
        .wait(HOUR).revisit(satisfaction=5),
    ),
    "opinion-by-department": (
        "forced_satisfaction",
        lambda s: answered(s).tell(
            e.RevisitRecorded(attempt=1, way=ContactWay.PHONE, connected=True, satisfaction=5),
            actor=HANDLER,
        ),
        lambda s: answered(s).revisit(),
    ),
    "overdue": ("held_back", lambda s: handled(s).become_overdue(), handled),
    "acknowledged-late": (
        "held_back",
        lambda s: s.register().assign().wait(5 * HOUR).acknowledge(),
        lambda s: s.register().assign().wait(4 * HOUR).acknowledge(),
    ),
    "assigned-late": (
        "held_back",
        lambda s: s.register().wait(2 * HOUR).assign(),
        lambda s: s.register().wait(HOUR).assign(),
    ),
    "asked-late": (
        "held_back",
        asked_late,
        lambda s: handled(s).tell(
            e.ExtensionRequested(working_days=5, reason="", stage_due=due(START + DAY))
        ),
    ),
    "returned-twice": (
        "passed_around",
        lambda s: returned(returned(handled(s))),
        lambda s: returned(handled(s)),
    ),
    "returned-thrice": (
        "passed_around",
        lambda s: returned(returned(returned(handled(s)))),
        lambda s: returned(handled(s)),
    ),
    "many-departments": (
        "passed_around",
        lambda s: s.register().assign("a").assign("b").assign("a").assign("c"),
        lambda s: s.register().assign("a").assign("b").assign("a").assign("b"),
    ),
    "return-baseless": (
        "passed_around",
        lambda s: returned(handled(s), basis=" "),
        lambda s: returned(handled(s)),
    ),
    "returned-again": (
        "passed_around",
        lambda s: returned(returned(handled(s)).refuse_return()),
        lambda s: returned(handled(s)).refuse_return(),
    ),
    "corrected-after-assignment": (
        "changed_record",
        lambda s: corrected(handled(s), title="y"),
        lambda s: corrected(s.register(), title="y"),
    ),
    "clock-lengthened": (
        "changed_record",
        lambda s: corrected(s.register(), days=11, type="report"),
        lambda s: corrected(s.register(), days=10, type="help"),
    ),
    "complaint-to-consult": (
        "changed_record",
        lambda s: corrected(s.register(), type="consult"),
        lambda s: corrected(s.register(), type="help"),
    ),
    "same-person": (
        "repeated_complaint",
        lambda s: s.register(repeats="1", repeat_count=2),
        lambda s: s.register(repeats="1", repeat_count=1),
    ),
    "duty-handed-down": (
        "handed_down",
        lambda s: s.register().tell(GUARDED),
        lambda s: s.register().assign("town-1"),
    ),
    "rectified-late": (
        "rectified_late",
        lambda s: rectified(s, on_time=False),
        lambda s: rectified(s, on_time=True),
    ),
    "rectification-overdue": (
        "rectified_late",
        lambda s: s.register(kind=Kind.POOR_EVALUATION).assign().become_overdue(),
        lambda s: s.register().assign().become_overdue(),
    ),
    "notices-differ": (
        "differing_notices",
        lambda s: notices(s, ("身份证", "户口簿"), ("身份证", "结婚证")),
        lambda s: notices(s, ("身份证", "户口簿"), ("户口簿", "身份证")),
    ),
}  # fmt: skip


def feed(connection: Connection, log: Log) -> None:
    for page in log.pages():
        apply_page(connection, page)


def found(connection: Connection, rule: str, span: Span = SPAN) -> dict[str, tuple[str, ...]]:
    page = suspects(connection, rule, span, limit=500, sight=EVERYTHING)
    return {one.line.number: one.grounds for one in page.lines}


@pytest.mark.parametrize("ground", sorted(CASES))
def test_a_rule_finds_its_case_and_leaves_the_next_one_alone(
    connection: Connection, log: Log, ground: str
) -> None:
    rule, guilty, innocent = CASES[ground]
    guilty(Story(log, number(1)))
    innocent(Story(log, number(2)))
    feed(connection, log)
    hit = found(connection, rule)
    assert ground in hit.get(number(1), ())
    assert ground not in hit.get(number(2), ())
    assert counts(connection, SPAN, sight=EVERYTHING)[rule] == len(hit)


def test_the_same_matter_within_a_month_of_the_closure_points_at_the_closure(
    connection: Connection, log: Log
) -> None:
    for n, days in ((1, 29), (2, 31)):
        answered(Story(log, number(n))).revisit().close()
        closed_at = START + 2 * DAY + 2 * HOUR
        again = Story(log, number(10 + n, day="20260401"), closed_at + days * DAY)
        again.register(repeats=number(n), repeat_count=1)
    feed(connection, log)
    assert found(connection, "false_closing") == {number(1): ("again-after-closure",)}


def test_five_merged_into_one_are_a_crowd(connection: Connection, log: Log) -> None:
    for n, children in ((1, 4), (2, 3)):
        story = Story(log, number(n)).register()
        for child in range(children):
            story.tell(e.ChildLinked(child=number(100 * n + child), citizen_due_at=None))
    feed(connection, log)
    assert found(connection, "repeated_complaint") == {number(1): ("same-place",)}


def test_thresholds_are_data(connection: Connection, log: Log) -> None:
    returned(handled(Story(log, number(1))))
    feed(connection, log)
    strict = Limits(returns_min=1)
    assert not found(connection, "passed_around")
    page = suspects(connection, "passed_around", SPAN, strict, sight=EVERYTHING)
    assert [one.grounds for one in page.lines] == [("returned-twice",)]


def test_the_store_and_the_rules_say_the_same_of_a_whole_city(
    connection: Connection, log: Log
) -> None:
    feed(connection, city(log, 300, seed=7))
    seen = counts(connection, SPAN, sight=EVERYTHING)
    assert seen["held_back"] > 10
    numbers = connection.execute(select(ticket_lines.c.number)).scalars().all()
    lines = [tickets.ticket(connection, one, sight=EVERYTHING) for one in numbers]
    for code, rule in RULES.items():
        by_rule = {
            line.number
            for line in lines
            if line is not None
            and rule.grounds(
                Seen(line, "again-after-closure" in _grounds(connection, line)), DEFAULT
            )
        }
        assert found(connection, code).keys() == by_rule, code
        assert seen[code] == len(by_rule)


def _grounds(connection: Connection, line: Any) -> tuple[str, ...]:
    return suspect(connection, "false_closing", line).grounds


def test_a_span_a_department_and_a_page_narrow(connection: Connection, log: Log) -> None:
    for n in range(1, 6):
        Story(log, number(n)).register().assign("water" if n < 4 else "roads").become_overdue()
    Story(log, number(9, day="20260201"), START - 29 * DAY).register().assign().become_overdue()
    feed(connection, log)
    assert len(found(connection, "held_back")) == 5
    water = Span(since=SPAN.since, until=SPAN.until, department="water")
    assert len(found(connection, "held_back", water)) == 3
    assert counts(connection, water, sight=EVERYTHING)["held_back"] == 3
    first = suspects(connection, "held_back", SPAN, limit=2, sight=EVERYTHING)
    second = suspects(connection, "held_back", SPAN, limit=9, cursor=first.cursor, sight=EVERYTHING)
    shown = [one.line.number for one in (*first.lines, *second.lines)]
    assert shown == [number(n) for n in (5, 4, 3, 2, 1)]
    assert second.cursor == ""


def test_what_was_examined_leaves_the_list_of_the_unexamined(
    connection: Connection, log: Log
) -> None:
    for n in (1, 2):
        Story(log, number(n)).register().assign().become_overdue()
    log.add(
        stream_of("held_back", number(1)),
        SuspicionExamined(
            rule="held_back",
            subject=number(1),
            verdict=Verdict.UNFOUNDED,
            reason="x",
            facts=(),
        ),
        START + DAY,
        Actor("s-shen", Role.INSPECTOR),
    )
    feed(connection, log)
    page = suspects(connection, "held_back", SPAN, unexamined_only=True, sight=EVERYTHING)
    assert [one.line.number for one in page.lines] == [number(2)]
    both = suspects(connection, "held_back", SPAN, sight=EVERYTHING)
    assert [one.examined for one in both.lines] == [0, 1]


def test_a_reader_without_secrets_sees_no_secret_suspicion(
    connection: Connection, log: Log
) -> None:
    Story(log, number(1)).register(secrecy=Secrecy.SECRET).assign().become_overdue()
    feed(connection, log)
    assert suspects(connection, "held_back", SPAN, sight=WITHOUT_SECRETS).lines == ()
    assert counts(connection, SPAN, sight=WITHOUT_SECRETS)["held_back"] == 0


def test_every_ground_names_the_facts_it_is_read_from(connection: Connection, log: Log) -> None:
    assert set(CASES) <= PROOF.keys()
    returned(returned(handled(Story(log, number(1)))).refuse_return())
    feed(connection, log)
    line = tickets.ticket(connection, number(1), sight=EVERYTHING)
    assert line is not None
    (one,) = rules_of(connection, line)
    proof = proof_of(one.grounds, log.lines)
    assert [type(fact.event).__name__ for fact in proof] == [
        "TicketReturned",
        "ReturnRefused",
        "TicketReturned",
    ]


def test_a_question_may_be_answered_at_once(connection: Connection, log: Log) -> None:
    story = Story(log, number(1)).register(type=TicketType.CONSULT).assign()
    story.acknowledge().wait(MINUTE).submit()
    feed(connection, log)
    assert not found(connection, "false_closing")
