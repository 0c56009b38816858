"""Which rules a stream lives by, told from the first part of its name.

Streams: `ticket/<number>`, `service/<projectNo>/<serviceNumber>`, `citizen/<reference>`,
`article/<id>`, `call/<id>`, `department/<code>`, `staff/<id>`, `catalogue/<region>`,
`calendar/<region>`, `indicators/`, `wording/<language>/<template>`, `suspicion/<rule>/<subject>`
and `sample/<id>`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias, get_args

from handlers.envelope import Command
from handlers.outcome import State
from hotline.calls import decide as calls_decide
from hotline.calls import evolve as calls_evolve
from hotline.calls import timers as calls_timers
from hotline.calls.commands import CallCommand, FireCallTimer
from hotline.correspondence import decide as correspondence_decide
from hotline.correspondence import evolve as correspondence_evolve
from hotline.correspondence.commands import CorrespondenceCommand
from hotline.evaluations import decide as evaluations_decide
from hotline.evaluations import evolve as evaluations_evolve
from hotline.evaluations import timers as evaluations_timers
from hotline.evaluations.commands import FireInvitation, ServiceCommand
from hotline.facts import Fact
from hotline.house import decide as house_decide
from hotline.house import evolve as house_evolve
from hotline.house.commands import PublishIndicators, PublishWording, WithdrawWording
from hotline.inspection import decide as inspection
from hotline.inspection.commands import DrawSample, ExamineSuspicion, RecordFinding
from hotline.knowledge import decide as knowledge_decide
from hotline.knowledge import evolve as knowledge_evolve
from hotline.knowledge.commands import KnowledgeCommand
from hotline.people import organisation
from hotline.people.commands import ChangeDutyPhone, DepartmentCommand, StaffCommand
from hotline.routing import decide as routing_decide
from hotline.routing import evolve as routing_evolve
from hotline.routing.commands import PublishCalendar, SettingsCommand
from hotline.situation import Decision, Situation
from hotline.tickets import decide as tickets_decide
from hotline.tickets import evolve as tickets_evolve
from hotline.tickets import timers as tickets_timers
from hotline.tickets.commands import FireTimer, TicketCommand
from hotline.tickets.vocabulary import TimerKind
from hotline.timer import Timer
from hotline.values import dataclass

# The stream's name picks the rules, and with them the types; the checker cannot follow that.
_Decide: TypeAlias = Callable[[Any, Any, Situation], Decision[Any]]
_Evolve: TypeAlias = Callable[[Any, Fact[Any]], State]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """聚合: the commands a stream takes, and its three pure functions."""

    commands: frozenset[type]
    decide: _Decide
    evolve: _Evolve
    timers: Callable[[Any], tuple[Timer, ...]]


class UnknownStreamError(Exception):
    """未知流: a name that no rules answer for; whoever made it has a defect."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"no aggregate owns the stream {stream!r}")


def prefix_of(stream: str) -> str:
    """Give the part of a stream's name that picks its rules."""
    return stream.partition("/")[0]


def aggregate_of(stream: str) -> Aggregate:
    """Find the rules of a stream."""
    try:
        return AGGREGATES[stream.partition("/")[0]]
    except KeyError:
        raise UnknownStreamError(stream) from None


def timer_command(stream: str, kind: TimerKind, due_at: datetime) -> Command:
    """Say which command a timer that came due turns into."""
    match prefix_of(stream):
        case "service":
            return FireInvitation(due_at=due_at)
        case "call":
            return FireCallTimer(due_at=due_at)
        case _:
            pass
    return FireTimer(timer=kind, due_at=due_at)


def _no_timers(_: Any) -> tuple[Timer, ...]:
    return ()


def _members(union: Any) -> frozenset[type]:
    return frozenset(get_args(union))


_SETTINGS: Final = _members(SettingsCommand)


def _organisation(*commands: type) -> Aggregate:
    return Aggregate(frozenset(commands), organisation.decide, organisation.evolve, _no_timers)


def _inspection(*commands: type) -> Aggregate:
    return Aggregate(frozenset(commands), inspection.decide, inspection.evolve, _no_timers)


def _settings(commands: frozenset[type]) -> Aggregate:
    return Aggregate(commands, routing_decide.decide, routing_evolve.evolve, _no_timers)


def _house(*commands: type) -> Aggregate:
    return Aggregate(frozenset(commands), house_decide.decide, house_evolve.evolve, _no_timers)


AGGREGATES: Final[Mapping[str, Aggregate]] = MappingProxyType(
    {
        "ticket": Aggregate(
            _members(TicketCommand),
            tickets_decide.decide,
            tickets_evolve.evolve,
            tickets_timers.timers_of,
        ),
        "service": Aggregate(
            _members(ServiceCommand),
            evaluations_decide.decide,
            evaluations_evolve.evolve,
            evaluations_timers.timers_of,
        ),
        "citizen": Aggregate(
            _members(CorrespondenceCommand),
            correspondence_decide.decide,
            correspondence_evolve.evolve,
            _no_timers,
        ),
        "article": Aggregate(
            _members(KnowledgeCommand), knowledge_decide.decide, knowledge_evolve.evolve, _no_timers
        ),
        "call": Aggregate(
            _members(CallCommand),
            calls_decide.decide,
            calls_evolve.evolve,
            calls_timers.timers_of,
        ),
        "suspicion": _inspection(ExamineSuspicion),
        "sample": _inspection(DrawSample, RecordFinding),
        "department": _organisation(*get_args(DepartmentCommand), ChangeDutyPhone),
        "staff": _organisation(*get_args(StaffCommand), ChangeDutyPhone),
        "catalogue": _settings(_SETTINGS - {PublishCalendar}),
        "calendar": _settings(frozenset({PublishCalendar})),
        "indicators": _house(PublishIndicators),
        "wording": _house(PublishWording, WithdrawWording),
    }
)
