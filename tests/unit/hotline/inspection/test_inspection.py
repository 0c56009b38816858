"""Inspection: what is put on record, and that a draw is nobody's choice."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hotline.clocks.calendar import SHANGHAI
from hotline.facts import Fact
from hotline.inspection.commands import DrawSample, ExamineSuspicion, RecordFinding
from hotline.inspection.decide import CorruptInspectionError, decide, evolve
from hotline.inspection.events import FindingRecorded, SampleDrawn
from hotline.inspection.sampling import SIZE_MAX, digest_of, drawn, lot
from hotline.inspection.state import Inspection, Sample, Suspicion
from hotline.inspection.vocabulary import Finding, Verdict
from hotline.people.actors import Actor, Role
from hotline.refusal import Refusal
from hotline.situation import Situation

NOW = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
INSPECTOR = Actor("s-shen", Role.INSPECTOR)
SEED = "0123456789abcdef0123456789abcdef"
POPULATION = [f"51180020261001010{n:05}" for n in range(300)]
NUMBERS = drawn(POPULATION, SEED, 10)
DRAW = DrawSample(
    seed=SEED,
    since=NOW - timedelta(days=50),
    until=NOW - timedelta(days=20),
    population_count=len(POPULATION),
    population_digest=digest_of(POPULATION),
    numbers=NUMBERS,
)
EXAMINE = ExamineSuspicion(
    rule="held_back", subject="1", verdict=Verdict.EXPLAINED, reason="情况已说明"
)


def ask(command: Any, state: Inspection | None = None) -> Any:
    unused: Any = None
    situation = Situation(INSPECTOR, NOW, unused, unused, unused, unused)
    return decide(command, state, situation)


def after(*commands: Any) -> Inspection:
    state: Inspection | None = None
    for command in commands:
        events = ask(command, state)
        assert not isinstance(events, Refusal), events
        for event in events:
            state = evolve(state, Fact(event, INSPECTOR, NOW))
    assert state is not None
    return state


def test_a_verdict_stands_with_name_reason_and_how_often_somebody_looked() -> None:
    second = replace(EXAMINE, verdict=Verdict.CONFIRMED, reason=" 电话核实 ")
    state = after(EXAMINE, second)
    assert isinstance(state, Suspicion)
    assert (state.verdict, state.reason, state.times) == (Verdict.CONFIRMED, "电话核实", 2)
    assert (state.examined_by, state.examined_at) == ("s-shen", NOW)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reason": "  "}, "reason-missing"),
        ({"rule": ""}, "suspicion-unnamed"),
        ({"subject": ""}, "suspicion-unnamed"),
    ],
)
def test_a_verdict_without_reason_or_subject_is_refused(changed: Any, code: str) -> None:
    assert ask(replace(EXAMINE, **changed)).code == code


def test_a_verdict_does_not_land_on_another_suspicion_or_a_sample() -> None:
    assert ask(replace(EXAMINE, subject="2"), after(EXAMINE)).code == "suspicion-differs"
    assert ask(EXAMINE, after(DRAW)).code == "wrong-stream"


def test_a_draw_is_kept_with_all_that_is_needed_to_draw_again() -> None:
    state = after(DRAW)
    assert isinstance(state, Sample)
    assert drawn(POPULATION, state.seed, len(state.numbers)) == state.numbers
    assert digest_of(reversed(POPULATION)) == state.population_digest
    assert state.drawn_by == "s-shen"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"seed": "mine"}, "seed-malformed"),
        ({"until": NOW + timedelta(seconds=1)}, "period-not-over"),
        ({"since": DRAW.until}, "period-empty"),
        ({"numbers": ()}, "sample-size-out-of-range"),
        (
            {"numbers": drawn(POPULATION, SEED, SIZE_MAX + 1)},
            "sample-size-out-of-range",
        ),
        ({"population_count": 9}, "sample-not-drawn-by-the-seed"),
        ({"numbers": tuple(reversed(NUMBERS))}, "sample-not-drawn-by-the-seed"),
        ({"numbers": (*NUMBERS[:9], NUMBERS[0])}, "sample-not-drawn-by-the-seed"),
    ],
)
def test_a_draw_that_somebody_made_up_is_refused(changed: Any, code: str) -> None:
    assert ask(replace(DRAW, **changed)).code == code


def test_nobody_draws_twice_on_one_record() -> None:
    assert ask(DRAW, after(DRAW)).code == "sample-drawn-already"


def test_another_order_or_another_ticket_moves_no_lot() -> None:
    assert drawn(reversed(POPULATION), SEED, 10) == NUMBERS
    left_out = next(one for one in POPULATION if one not in NUMBERS)
    rest = [one for one in POPULATION if one != left_out]
    assert drawn(rest, SEED, 10) == NUMBERS
    assert drawn([*POPULATION, POPULATION[0]], SEED, 10) == NUMBERS
    assert list(NUMBERS) == sorted(NUMBERS, key=lambda number: lot(SEED, number))


def test_another_seed_draws_others() -> None:
    assert set(drawn(POPULATION, SEED[::-1], 10)) != set(NUMBERS)


def test_a_finding_stands_beside_the_one_before() -> None:
    first = RecordFinding(number=NUMBERS[0], finding=Finding.OPEN, note="待核")
    state = after(DRAW, first, replace(first, finding=Finding.FALSE, note="未修"))
    assert isinstance(state, Sample)
    found = state.finding_of(NUMBERS[0])
    assert found is not None
    assert (found.finding, found.note, len(state.findings)) == (Finding.FALSE, "未修", 1)
    assert state.finding_of(NUMBERS[1]) is None


@pytest.mark.parametrize(
    ("command", "state", "code"),
    [
        (RecordFinding(number="1", finding=Finding.SOUND, note="x"), None, "unknown-sample"),
        (
            RecordFinding(number="1", finding=Finding.SOUND, note="x"),
            after(DRAW),
            "not-in-the-sample",
        ),
        (
            RecordFinding(number=NUMBERS[0], finding=Finding.SOUND, note=" "),
            after(DRAW),
            "reason-missing",
        ),
    ],
)
def test_a_finding_needs_its_ticket_in_the_sample_and_a_word(
    command: RecordFinding, state: Inspection | None, code: str
) -> None:
    assert ask(command, state).code == code


def test_a_history_that_no_rule_wrote_is_a_defect() -> None:
    finding = FindingRecorded(number="1", finding=Finding.SOUND, note="x")
    with pytest.raises(CorruptInspectionError):
        evolve(None, Fact(finding, INSPECTOR, NOW))
    (event,) = ask(DRAW)
    assert isinstance(event, SampleDrawn)
    with pytest.raises(CorruptInspectionError):
        evolve(after(EXAMINE), Fact(event, INSPECTOR, NOW))
