"""疑点 of a rating: what makes it worth a second look. Pure; a hit is a fact beside the rating.

Source: the domain handbook, section 5 (anti-fraud checks; the figures are our default). A signal
opens a review by a person and never stops, changes or hides a rating. Whoever asks these rules
hands in marks: keyed hashes of a device or an address, references of people, hashes of words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from hotline.evaluations.vocabulary import (
    POOR_LEVEL_MAX,
    EvaluationChannel,
    Level,
    Signal,
)

SIGNAL_RULES: Final = "bihuan/1"
"""Names this version of the rules; a fact says by which it was found."""

MANY_RATINGS: Final = 5
MANY_WITHIN: Final = timedelta(minutes=10)
"""Five ratings of different services from one device, address or person in ten minutes."""

TOP_RUN: Final = 10
TOP_GAP: Final = timedelta(seconds=15)
"""Ten ratings of five stars on one device, each less than fifteen seconds after the one before."""

TOO_SOON: Final = timedelta(seconds=10)
"""A rating on the window's device less than ten seconds after the service ended."""

SAME_WORDS: Final = 3
SAME_WORDS_WITHIN: Final = timedelta(hours=24)
"""The same words three times in a day."""

CONTACT_DAYS: Final = 5
"""A poor rating raised within five working days of a contact by the department."""

MISTAKEN_TIMES: Final = 3
MISTAKEN_SHARE_MIN: Final = 20
"""A share of 误评 above three times the median, of a department with twenty ratings or more."""

NETWORK_REMEMBERED: Final = timedelta(hours=24)
"""How long an address counts as the window's own after a device of it was seen there."""

LOOKED_BACK: Final = SAME_WORDS_WITHIN
"""How far back the rules look at most."""

WINDOW_DEVICES: Final = frozenset({EvaluationChannel.TABLET, EvaluationChannel.OTHER_DEVICE})
"""Devices that stand at a window under the eyes of the staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """痕迹: what the rules see of one rating. Marks only: nothing here names or locates anybody."""

    stream: str
    version: int
    department: str
    level: int
    channel: EvaluationChannel
    rated_at: datetime
    served_at: datetime
    device: str = ""
    network: str = ""
    evaluator: str = ""
    applicant: str = ""
    words: str = ""
    level_before: int = 0  # of the first rating, where this is the later one


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """周围: what is known besides, as it stood when the rating was given."""

    others: Sequence[Trace] = ()  # of the day before, this one left out
    agents: frozenset[str] = frozenset()  # recorded agents of the applicant
    staff_phone: bool = False  # the evaluator's number is a staff number
    window_network: bool = False  # the address is one of the rated window's own
    contacted_days: int | None = None  # working days since the department's contact; None for none
    in_office_hours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """所见: a signal with the other ratings that make it up."""

    signal: Signal
    related: tuple[str, ...] = ()


def signals_of(trace: Trace, around: Surroundings) -> tuple[Finding, ...]:
    """Apply every rule to one rating; each speaks for itself."""
    before = [one for one in around.others if one.rated_at <= trace.rated_at]
    found: list[Finding] = []
    for signal, mark in _MARKS.items():
        if related := _many(trace, before, mark):
            found.append(Finding(signal=signal, related=related))
    if related := _run_of_top_marks(trace, before):
        found.append(Finding(signal=Signal.TOP_MARKS_IN_A_ROW, related=related))
    if related := _same_words(trace, before):
        found.append(Finding(signal=Signal.SAME_WORDS, related=related))
    found += [Finding(signal=signal) for signal, rule in _ALONE.items() if rule(trace, around)]
    return tuple(found)


def stands_out(shares: Iterable[tuple[str, int, int]], department: str) -> bool:
    """误评占比: tell whether a department has its ratings called mistaken far more than others.

    `shares` lists departments with their ratings and how many of those were marked as mistaken.
    """
    counted = {name: mistaken / n for name, n, mistaken in shares if n >= MISTAKEN_SHARE_MIN}
    own = counted.get(department, 0.0)
    others = [share for name, share in counted.items() if name != department]
    return own > 0 and bool(others) and own > MISTAKEN_TIMES * median(others)


def _many(trace: Trace, before: Sequence[Trace], mark: Callable[[Trace], str]) -> tuple[str, ...]:
    own = mark(trace)
    if not own:
        return ()
    same = {
        one.stream: None
        for one in before
        if mark(one) == own and trace.rated_at - one.rated_at <= MANY_WITHIN
    }
    same.pop(trace.stream, None)
    return tuple(same) if len(same) + 1 >= MANY_RATINGS else ()


def _run_of_top_marks(trace: Trace, before: Sequence[Trace]) -> tuple[str, ...]:
    if not trace.device or trace.level != Level.VERY_SATISFIED:
        return ()
    own = [one for one in before if one.device == trace.device]
    own.sort(key=lambda one: one.rated_at, reverse=True)
    run = [trace]
    for later, earlier in pairwise([trace, *own]):
        if earlier.level != Level.VERY_SATISFIED or later.rated_at - earlier.rated_at >= TOP_GAP:
            break
        run.append(earlier)
    return tuple(one.stream for one in run[1:]) if len(run) >= TOP_RUN else ()


def _same_words(trace: Trace, before: Sequence[Trace]) -> tuple[str, ...]:
    if not trace.words:
        return ()
    same = {
        one.stream: None
        for one in before
        if one.words == trace.words and trace.rated_at - one.rated_at <= SAME_WORDS_WITHIN
    }
    same.pop(trace.stream, None)
    return tuple(same) if len(same) + 1 >= SAME_WORDS else ()


def _too_soon(trace: Trace, _around: Surroundings) -> bool:
    return trace.channel in WINDOW_DEVICES and trace.rated_at - trace.served_at < TOO_SOON


def _window_network(trace: Trace, around: Surroundings) -> bool:
    """Tell of a phone or computer that is online where the window's own devices are."""
    own = (*WINDOW_DEVICES, EvaluationChannel.TERMINAL)
    return around.window_network and trace.channel not in own


def _not_applicant(trace: Trace, around: Surroundings) -> bool:
    return bool(
        trace.evaluator
        and trace.applicant
        and trace.evaluator != trace.applicant
        and trace.evaluator not in around.agents
    )


def _raised_after_contact(trace: Trace, around: Surroundings) -> bool:
    return (
        0 < trace.level_before <= POOR_LEVEL_MAX
        and trace.level > trace.level_before
        and around.contacted_days is not None
        and around.contacted_days <= CONTACT_DAYS
    )


def _out_of_hours(trace: Trace, around: Surroundings) -> bool:
    return trace.channel in WINDOW_DEVICES and not around.in_office_hours


_MARKS: Final[dict[Signal, Callable[[Trace], str]]] = {
    Signal.MANY_FROM_DEVICE: lambda trace: trace.device,
    Signal.MANY_FROM_NETWORK: lambda trace: trace.network,
    Signal.MANY_FROM_PERSON: lambda trace: trace.evaluator,
}

_ALONE: Final[dict[Signal, Callable[[Trace, Surroundings], bool]]] = {
    Signal.TOO_SOON: _too_soon,
    Signal.WINDOW_NETWORK: _window_network,
    Signal.STAFF_PHONE: lambda _trace, around: around.staff_phone,
    Signal.NOT_APPLICANT: _not_applicant,
    Signal.RAISED_AFTER_CONTACT: _raised_after_contact,
    Signal.OUT_OF_HOURS: _out_of_hours,
}
