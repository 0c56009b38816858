"""纪检监察: the rules of `suspicion/<rule>/<subject>` and `sample/<id>`.

Nothing here reaches a ticket: an inspector reads everything and changes nothing (domain handbook,
sections 1 and 7). A draw is of a time that is over, so that its population stands still, and each
draw stays in the log with who made it.
"""

import re
from dataclasses import replace
from typing import Final, assert_never

from hotline.facts import Fact
from hotline.inspection.commands import (
    DrawSample,
    ExamineSuspicion,
    InspectionCommand,
    RecordFinding,
)
from hotline.inspection.events import (
    FindingRecorded,
    InspectionEvent,
    SampleDrawn,
    SuspicionExamined,
)
from hotline.inspection.sampling import SEED_DIGITS, SIZE_MAX, drawn
from hotline.inspection.state import Found, Inspection, Sample, Suspicion
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation

_SEED: Final = re.compile(f"[0-9a-f]{{{SEED_DIGITS}}}")


class CorruptInspectionError(Exception):
    """历史不一致: an event that `decide` could not have written in this state."""

    def __init__(self, state: Inspection | None, event: InspectionEvent) -> None:
        super().__init__(f"{type(event).__name__} cannot follow {type(state).__name__}")


def decide(
    command: InspectionCommand, state: Inspection | None, situation: Situation
) -> Decision[InspectionEvent]:
    """Say what follows from the command, or why nothing does."""
    match command:
        case ExamineSuspicion():
            return _examine(command, state)
        case DrawSample():
            return _draw(command, state, situation)
        case RecordFinding():
            return _find(command, state)
        case _ as never:
            assert_never(never)


def evolve(state: Inspection | None, fact: Fact[InspectionEvent]) -> Inspection:
    """Fold one fact. No rules: it has already happened."""
    match state, fact.event:
        case (None | Suspicion(), SuspicionExamined() as event):
            return Suspicion(
                rule=event.rule,
                subject=event.subject,
                verdict=event.verdict,
                reason=event.reason,
                examined_by=fact.actor.person,
                examined_at=fact.occurred_at,
                times=1 if state is None else state.times + 1,
            )
        case None, SampleDrawn() as event:
            return Sample(
                seed=event.seed,
                since=event.since,
                until=event.until,
                department=event.department,
                region=event.region,
                population_count=event.population_count,
                population_digest=event.population_digest,
                numbers=event.numbers,
                drawn_by=fact.actor.person,
                drawn_at=fact.occurred_at,
            )
        case Sample(), FindingRecorded() as event:
            return _with_finding(state, event, fact)
        case _:
            raise CorruptInspectionError(state, fact.event)


def _examine(command: ExamineSuspicion, state: Inspection | None) -> Decision[InspectionEvent]:
    if isinstance(state, Sample):
        return Refusal("wrong-stream", {"expected": "suspicion"})
    if not (command.rule and command.subject):
        return Refusal("suspicion-unnamed")
    if state is not None and (state.rule, state.subject) != (command.rule, command.subject):
        return Refusal("suspicion-differs")
    if not command.reason.strip():
        return Refusal("reason-missing")
    return (
        SuspicionExamined(
            rule=command.rule,
            subject=command.subject,
            verdict=command.verdict,
            reason=command.reason.strip(),
            facts=command.facts,
        ),
    )


def _draw(
    command: DrawSample, state: Inspection | None, situation: Situation
) -> Decision[InspectionEvent]:
    if state is not None:
        return Refusal("sample-drawn-already")
    if not _SEED.fullmatch(command.seed):
        return Refusal("seed-malformed")
    if command.since >= command.until:
        return Refusal("period-empty")
    if command.until > situation.at:
        return Refusal("period-not-over")
    size = len(command.numbers)
    if not 0 < size <= SIZE_MAX:
        return Refusal("sample-size-out-of-range", {"most": str(SIZE_MAX)})
    if size > command.population_count or drawn(command.numbers, command.seed, size) != (
        command.numbers
    ):
        return Refusal("sample-not-drawn-by-the-seed")
    return (
        SampleDrawn(
            seed=command.seed,
            since=command.since,
            until=command.until,
            department=command.department,
            region=command.region,
            population_count=command.population_count,
            population_digest=command.population_digest,
            numbers=command.numbers,
        ),
    )


def _find(command: RecordFinding, state: Inspection | None) -> Decision[InspectionEvent]:
    if not isinstance(state, Sample):
        return Refusal("unknown-sample")
    if command.number not in state.numbers:
        return Refusal("not-in-the-sample")
    if not command.note.strip():
        return Refusal("reason-missing")
    return (
        FindingRecorded(number=command.number, finding=command.finding, note=command.note.strip()),
    )


def _with_finding(state: Sample, event: FindingRecorded, fact: Fact[InspectionEvent]) -> Sample:
    found = Found(
        number=event.number,
        finding=event.finding,
        note=event.note,
        found_by=fact.actor.person,
        found_at=fact.occurred_at,
    )
    others = tuple(one for one in state.findings if one.number != event.number)
    return replace(state, findings=(*others, found))
