"""评价折叠: facts of a service folded into its line. Total."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from hotline.evaluations import events as e
from projections.evaluations.line import EvaluationLine
from projections.log import LogLine
from projections.schema import micros

_Fold: TypeAlias = Callable[[EvaluationLine, Any, int], None]


def _served(line: EvaluationLine, event: e.ServiceRecorded, _at: int) -> None:
    line.project_no = event.project_no
    line.service_number = event.service_number
    line.region = event.region
    line.department = event.department
    line.item_code = event.item_code
    line.item_name = event.item_name
    line.node = event.node.value
    line.object = event.object.value
    line.served_at = micros(event.served_at)
    line.citizen = event.citizen
    line.staff = event.staff
    line.ticket = event.ticket


def _rated(line: EvaluationLine, event: e.EvaluationRecorded, at: int) -> None:
    line.level = int(event.level)
    line.channel = event.channel.value
    line.kind = event.kind.value
    line.source = event.source.value
    line.indicators = ",".join(event.indicators)
    line.indicator_version = event.indicator_version
    line.text = event.text
    line.anonymous = not event.evaluator
    line.real_name = event.real_name
    line.is_default = event.is_default
    line.reason_pending = event.reason_pending
    line.rated_at = at


def _reason_told(line: EvaluationLine, event: e.ReasonRecorded, _at: int) -> None:
    line.indicators = ",".join(event.indicators)
    line.text = event.text or line.text
    line.reason_pending = False


def _rated_later(line: EvaluationLine, event: e.LaterEvaluationGiven, at: int) -> None:
    line.later_level = int(event.level)
    line.later_rated_at = at


def _marked(line: EvaluationLine, event: e.EvaluationMarked, at: int) -> None:
    line.mark = event.mark.value
    line.marked_at = at


def _window_opened(line: EvaluationLine, event: e.RerateWindowOpened, _at: int) -> None:
    line.rerate_until_at = micros(event.until)


def _linked(line: EvaluationLine, event: e.LoopLinked, _at: int) -> None:
    line.loop = event.ticket


def _invited(line: EvaluationLine, _event: e.EvaluationInvited, at: int) -> None:
    line.invitations_count += 1
    line.invited_at = at


_FOLDS: Final[dict[type, _Fold]] = {
    e.ServiceRecorded: _served,
    e.EvaluationRecorded: _rated,
    e.ReasonRecorded: _reason_told,
    e.LaterEvaluationGiven: _rated_later,
    e.EvaluationMarked: _marked,
    e.RerateWindowOpened: _window_opened,
    e.LoopLinked: _linked,
    e.EvaluationInvited: _invited,
}


def project(line: EvaluationLine | None, log: LogLine) -> EvaluationLine:
    """Fold one fact into the line handed in, which may be changed."""
    if line is None:
        line = EvaluationLine(log.stream)
    elif log.version <= line.version:
        return line
    line.version = log.version
    fold = _FOLDS.get(log.event.__class__)
    if fold is not None:
        fold(line, log.event, log.occurred_micros)
    return line
