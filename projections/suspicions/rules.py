"""疑点规则: each rule a pure function from the line of a ticket to the grounds it finds there.

Source of all rules: the domain handbook, section 7, with its number in each docstring; thresholds
are our default unless the handbook names a case. Software only points: a named person examines and
decides (S7). Every rule stands here once more as a condition, so that lists and counts come from
an index; a test holds both to the same answer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, and_, false, literal, or_

from hotline.tickets import events as e
from hotline.tickets.vocabulary import Kind
from projections.kpis.populations import REPEATED
from projections.tickets.doubts import doubts_of
from projections.tickets.line import TicketLine
from projections.tickets.rows import CONDITIONS, ticket_lines

Condition: TypeAlias = ColumnElement[bool]
_c = ticket_lines.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """阈值: from which number on a rule speaks."""

    pauses_min: int = 2  # pauses and extensions together, rule 4
    returns_min: int = 2  # rule 5: a warning
    returns_lead_min: int = 3  # rule 5: a lead; the case of 胶州 had four (中国纪检监察, 2025-07)
    repeats_min: int = 3  # rule 8: the same person and matter (雨花台: three, same report)
    cluster_min: int = 5  # rule 8: persons at one place with one matter in 30 days


DEFAULT: Final = Limits()


@dataclass(frozen=True, slots=True)
class Seen:
    """所见: the line of a ticket, and whether it came back within 30 days of its closure."""

    line: TicketLine
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """疑点规则: `grounds` reads one ticket, `condition` says the same to the store."""

    code: str
    number: int
    grounds: Callable[[Seen, Limits], tuple[str, ...]]
    condition: Callable[[Limits], Condition]


def _among(line: TicketLine, *codes: str) -> tuple[str, ...]:
    return tuple(doubt for doubt in doubts_of(line) if doubt in codes)


def _noted(*codes: str) -> Condition:
    listed = literal(",").concat(_c.doubts).concat(",")
    said = or_(*(listed.contains(f",{code},", autoescape=True) for code in codes))
    return and_(CONDITIONS.is_doubtful, said)


_FALSE: Final = (
    *("contact-unproven", "call-short", "answered-at-once", "not-contacted", "not-solved"),
)
_SATISFIED: Final = ("opinion-changed", "opinion-by-department")
_LATE: Final = ("acknowledged-late", "assigned-late", "asked-late")
_RETURNED: Final = ("many-departments", "return-baseless", "returned-again")
_CHANGED: Final = ("corrected-after-assignment", "clock-lengthened", "complaint-to-consult")


def false_closing(seen: Seen, _limits: Limits) -> tuple[str, ...]:
    """虚假办结, handbook section 7, rule 1.

    A contact without proof or of seconds, an answer within minutes of the acknowledgement, a
    citizen who says the contrary, the same matter again within 30 days.
    """
    again = ("again-after-closure",) if seen.repeated else ()
    return (*_among(seen.line, *_FALSE), *again)


def forced_satisfaction(seen: Seen, _limits: Limits) -> tuple[str, ...]:
    """被满意, handbook section 7, rule 3.

    An opinion that changed after it was given, or that a department entered.
    """
    return _among(seen.line, *_SATISFIED)


def held_back(seen: Seen, limits: Limits) -> tuple[str, ...]:
    """超期压单, handbook section 7, rule 4.

    Overdue, acknowledged or assigned late, paused and extended again and again, an extension asked
    for when the time was over.
    """
    line = seen.line
    overdue = ("overdue",) if line.overdue else ()
    paused = line.extensions_count + line.suspensions_count >= limits.pauses_min
    return (*overdue, *(("paused-often",) if paused else ()), *_among(line, *_LATE))


def passed_around(seen: Seen, limits: Limits) -> tuple[str, ...]:
    """推诿扯皮, handbook section 7, rule 5.

    Returned twice warns, three times or three departments is a lead; no legal basis, or returned
    again after a refusal.
    """
    line = seen.line
    found = []
    if line.returns_count >= limits.returns_lead_min:
        found.append("returned-thrice")
    elif line.returns_count >= limits.returns_min:
        found.append("returned-twice")
    return (*found, *_among(line, *_RETURNED))


def changed_record(seen: Seen, _limits: Limits) -> tuple[str, ...]:
    """改记录, handbook section 7, rule 6.

    Changed after assignment, moved to a longer clock, 投诉 turned into 咨询.
    """
    return _among(seen.line, *_CHANGED)


def repeated_complaint(seen: Seen, limits: Limits) -> tuple[str, ...]:
    """重复投诉, handbook section 7, rule 8.

    The same person about the same matter for the third time, or five tickets merged into one.
    """
    line = seen.line
    found = ("same-person",) if line.repeat_count + 1 >= limits.repeats_min else ()
    crowd = ("same-place",) if line.children_count + 1 >= limits.cluster_min else ()
    return (*found, *crowd)


def handed_down(seen: Seen, _limits: Limits) -> tuple[str, ...]:
    """不当派单, handbook section 7, rule 9.

    What the catalogue calls a duty of departments was sent to 街道 or 村 (66号).
    """
    return _among(seen.line, "duty-handed-down")


def rectified_late(seen: Seen, _limits: Limits) -> tuple[str, ...]:
    """差评异常, handbook section 7, rule 11.

    The rectification of a poor evaluation is overdue or came late.
    """
    line = seen.line
    overdue = line.kind == Kind.POOR_EVALUATION.value and line.overdue
    return (*(("rectification-overdue",) if overdue else ()), *_among(line, "rectified-late"))


def differing_notices(seen: Seen, _limits: Limits) -> tuple[str, ...]:
    """办不成事, handbook section 7, rule 12: two visits with different lists of materials."""
    return _among(seen.line, "notices-differ")


RULES: Final[Mapping[str, Rule]] = {
    rule.code: rule
    for rule in (
        Rule("false_closing", 1, false_closing, lambda _: or_(_noted(*_FALSE), REPEATED)),
        Rule("forced_satisfaction", 3, forced_satisfaction, lambda _: _noted(*_SATISFIED)),
        Rule(
            "held_back",
            4,
            held_back,
            lambda limits: or_(
                CONDITIONS.was_overdue,
                _c.extensions_count + _c.suspensions_count >= limits.pauses_min,
                _noted(*_LATE),
            ),
        ),
        Rule(
            "passed_around",
            5,
            passed_around,
            lambda limits: or_(
                and_(CONDITIONS.was_returned, _c.returns_count >= limits.returns_min),
                _noted(*_RETURNED),
            ),
        ),
        Rule("changed_record", 6, changed_record, lambda _: _noted(*_CHANGED)),
        Rule(
            "repeated_complaint",
            8,
            repeated_complaint,
            lambda limits: or_(
                _c.repeat_count + 1 >= limits.repeats_min,
                _c.children_count + 1 >= limits.cluster_min,
            ),
        ),
        Rule("handed_down", 9, handed_down, lambda _: _noted("duty-handed-down")),
        Rule(
            "rectified_late",
            11,
            rectified_late,
            lambda _: or_(
                and_(_c.kind == Kind.POOR_EVALUATION.value, CONDITIONS.was_overdue),
                _noted("rectified-late"),
            ),
        ),
        Rule("differing_notices", 12, differing_notices, lambda _: _noted("notices-differ")),
    )
}
"""The rules that one ticket answers for itself, by their code."""

_REVISITS: Final = (e.RevisitRecorded,)
_RETURNS: Final = (e.TicketReturned, e.ReturnRefused, e.ReturnAccepted, e.TicketAdjudicated)
PROOF: Final[Mapping[str, tuple[type, ...]]] = {
    "contact-unproven": (e.ContactRecorded,),
    "call-short": (e.ContactRecorded,),
    "answered-at-once": (e.TicketAcknowledged, e.AnswerDrafted, e.FeedbackSubmitted),
    "not-contacted": (e.ContactRecorded, *_REVISITS),
    "not-solved": (e.AnswerDrafted, *_REVISITS),
    "again-after-closure": (e.TicketClosed, e.TicketAnswered),
    "opinion-changed": (*_REVISITS, e.ContactRecorded),
    "opinion-by-department": _REVISITS,
    "overdue": (e.TicketAssigned, e.TicketBecameOverdue, e.FeedbackSubmitted),
    "paused-often": (
        *(e.ExtensionRequested, e.ExtensionGranted, e.SuspensionRequested),
        *(e.TicketSuspended, e.TicketResumed),
    ),
    "acknowledged-late": (e.TicketAssigned, e.TicketAcknowledged, e.StageBecameOverdue),
    "assigned-late": (e.TicketPrechecked, e.TicketAssigned, e.StageBecameOverdue),
    "asked-late": (e.TicketBecameOverdue, e.ExtensionRequested, e.ExtensionGranted),
    "returned-twice": _RETURNS,
    "returned-thrice": _RETURNS,
    "many-departments": (e.TicketAssigned, e.TicketAdjudicated),
    "return-baseless": _RETURNS,
    "returned-again": _RETURNS,
    "corrected-after-assignment": (e.TicketCorrected,),
    "clock-lengthened": (e.TicketCorrected,),
    "complaint-to-consult": (e.TicketCorrected, e.TicketPrechecked),
    "same-person": (e.TicketRegistered,),
    "same-place": (e.ChildLinked,),
    "duty-handed-down": (e.TicketAssigned,),
    "rectification-overdue": (e.RectificationOrdered, e.TicketBecameOverdue),
    "rectified-late": (e.RectificationOrdered, e.RectificationCompleted),
    "notices-differ": (e.NoticeGiven,),
}
"""证据: which facts of the ticket a ground is read from."""


def proof_of(grounds: Iterable[str], facts: Iterable[Any]) -> tuple[Any, ...]:
    """Pick the facts that the grounds were read from, in their order."""
    types = {one for ground in grounds for one in PROOF.get(ground, ())}
    return tuple(line for line in facts if type(line.fact.event) in types)


def any_rule(limits: Limits) -> Condition:
    """Say that at least one rule speaks."""
    return or_(false(), *(rule.condition(limits) for rule in RULES.values()))
