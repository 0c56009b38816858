"""Folds of intake."""

from typing import Final

from hotline.tickets import events as e
from hotline.tickets.stages import after_information_stage
from hotline.tickets.vocabulary import Stage
from projections.tickets.folds.marks import Fold, charge, close, first, go, hide_reports, promise
from projections.tickets.line import TicketLine

_CORRECTABLE: Final = frozenset(
    {"title", "summary", "place", "category", "type", "region", "caller", "item_code", "language"}
)


def _registered(line: TicketLine, event: e.TicketRegistered, at: int) -> None:
    line.number = event.number
    line.kind = event.kind.value
    line.type = event.type.value
    line.channel = event.channel.value
    line.region = event.region
    line.title = event.title
    line.summary = event.summary
    line.place = event.place
    line.caller = event.caller
    line.category = event.category
    line.language = event.language
    line.enterprise = event.enterprise
    line.urgency = int(event.urgency)
    line.secrecy = int(event.secrecy)
    line.repeats = event.repeats
    line.repeat_count = event.repeat_count
    line.item_code = event.item_code
    line.service_number = event.service_number
    line.rated_department = event.rated_department
    line.evaluation = event.evaluation
    line.level = event.level
    line.real_name = event.real_name
    line.registered_at = at
    promise(line, event.citizen_due)
    go(line, Stage.REGISTERED.value, event.stage_due)


def _answered_directly(line: TicketLine, event: e.TicketAnsweredDirectly, at: int) -> None:
    line.answered_directly = True
    line.answered_directly_at = first(line.answered_directly_at, at)
    line.answered_at = at
    line.answered_in_time = line.citizen_due_at is None or at <= line.citizen_due_at
    close(line, at)
    go(line, Stage.DIRECTLY_ANSWERED.value, event.stage_due)


def _refused(line: TicketLine, event: e.TicketRefused, at: int) -> None:
    line.refusal_class = event.refusal_class.value
    line.refused_at = first(line.refused_at, at)
    line.answered_at = at
    close(line, at)
    go(line, Stage.REFUSED.value, event.stage_due)


def _merged(line: TicketLine, event: e.TicketMerged, at: int) -> None:
    line.main = event.main
    line.merged_at = at
    go(line, Stage.MERGED.value)


def _unmerged(line: TicketLine, event: e.TicketUnmerged, _at: int) -> None:
    line.main = ""
    go(line, Stage.AWAITING_PRECHECK.value, event.stage_due)


def _child_linked(line: TicketLine, event: e.ChildLinked, _at: int) -> None:
    line.children_count += 1
    promise(line, event.citizen_due)


def _child_unlinked(line: TicketLine, _event: e.ChildUnlinked, _at: int) -> None:
    line.children_count = max(0, line.children_count - 1)


def _information_requested(line: TicketLine, event: e.InformationRequested, _at: int) -> None:
    go(line, Stage.AWAITING_INFORMATION.value, event.stage_due)


def _information_came(
    line: TicketLine, event: e.InformationProvided | e.InformationLapsed, _at: int
) -> None:
    promise(line, event.citizen_due)
    go(line, after_information_stage(line.kind).value, event.stage_due)


def _appended(line: TicketLine, _event: e.AdditionAppended, _at: int) -> None:
    line.additions_count += 1


def _corrected(line: TicketLine, event: e.TicketCorrected, at: int) -> None:
    line.corrections_count += 1
    for name, value in event.after.items():
        if name in _CORRECTABLE:
            setattr(line, name, value)
        elif name in {"urgency", "secrecy"} and value.isdigit():
            setattr(line, name, int(value))
        elif name in {"complex", "enterprise"}:
            setattr(line, name, value.lower() in {"true", "1"})
    promise(line, event.citizen_due)
    hide_reports(line)
    if event.department_due is not None:
        charge(line, event.department_due, at)


FOLDS: Final[dict[type, Fold]] = {
    e.TicketRegistered: _registered,
    e.TicketAnsweredDirectly: _answered_directly,
    e.TicketRefused: _refused,
    e.TicketMerged: _merged,
    e.TicketUnmerged: _unmerged,
    e.ChildLinked: _child_linked,
    e.ChildUnlinked: _child_unlinked,
    e.InformationRequested: _information_requested,
    e.InformationProvided: _information_came,
    e.InformationLapsed: _information_came,
    e.AdditionAppended: _appended,
    e.TicketCorrected: _corrected,
}
