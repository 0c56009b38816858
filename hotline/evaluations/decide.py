"""The rules of a service and its rating (好差评).

Sources: 国办发〔2019〕51号 (voluntary, private, every poor rating rectified) and the names of GB/T
39734-2020 and 39735-2020. The six hard rules stand in the domain handbook, section 5.
"""

from datetime import datetime, timedelta
from typing import Final, assert_never

from hotline.clocks.due import Due
from hotline.clocks.vocabulary import ClockName
from hotline.evaluations.commands import (
    FireInvitation,
    InviteEvaluation,
    LinkLoop,
    MarkEvaluation,
    OpenRerateWindow,
    RaiseSignals,
    RateLater,
    RecordEvaluation,
    RecordReason,
    RecordService,
    ReviewSignals,
    ServiceCommand,
)
from hotline.evaluations.events import (
    EvaluationInvited,
    EvaluationMarked,
    EvaluationRecorded,
    LaterEvaluationGiven,
    LoopLinked,
    ReasonRecorded,
    RerateWindowOpened,
    ServiceEvent,
    ServiceRecorded,
    SignalsRaised,
    SignalsReviewed,
)
from hotline.evaluations.state import Service
from hotline.evaluations.timers import is_rated
from hotline.evaluations.vocabulary import (
    POOR_LEVEL_MAX,
    EvaluationChannel,
    EvaluationSource,
    Level,
    Mark,
)
from hotline.people.actors import Role
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation

INVITATIONS_MAX: Final = 2
"""One invitation and at most one reminder (E, 亳州 2023, press; the reminder is our default)."""

BARE_CHANNELS: Final = frozenset({EvaluationChannel.TEXT, EvaluationChannel.PHONE})
"""Where a bare digit is accepted, to be asked about at the revisit (our default)."""

IMPORTERS: Final = frozenset({Role.PEER_SYSTEM, Role.SYSTEM})
"""Machines that hand over what an evaluator said elsewhere, and imported default ratings."""

_CITIZENS: Final = frozenset({Role.CALLER, Role.EVALUATOR})

_OTHER_SOURCES: Final = frozenset({Role.MYSTERY_VISITOR, *IMPORTERS})
"""Who may bring survey, third-party and reviewer ratings, which never mix with citizens' own."""


def decide(
    command: ServiceCommand, state: Service | None, situation: Situation
) -> Decision[ServiceEvent]:
    """Say what follows from the command, or why nothing does."""
    if isinstance(command, RecordService):
        return _record(command, state, situation)
    if state is None:
        return Refusal("unknown-service")
    if situation.at < state.last_at:
        return Refusal("in-the-past", {"last_at": state.last_at.isoformat()})
    match command:
        case RecordEvaluation():
            return _evaluate(command, state, situation)
        case RecordReason():
            return _reason(command, state, situation)
        case RateLater():
            return _rate_later(command, state, situation)
        case MarkEvaluation():
            return _mark(command, state)
        case OpenRerateWindow(until=until):
            return _open_window(until, state, situation)
        case LinkLoop(ticket=ticket):
            return _link(ticket, state)
        case InviteEvaluation():
            return _invite(state, situation)
        case FireInvitation(due_at=due_at):
            return _fire(due_at, state, situation)
        case RaiseSignals():
            return _raise_signals(command, state)
        case ReviewSignals():
            return _review_signals(command, state, situation)
        case _ as never:
            assert_never(never)


def _record(
    command: RecordService, state: Service | None, situation: Situation
) -> Decision[ServiceEvent]:
    if state is not None:
        return Refusal("service-exists")
    if not command.project_no or not command.service_number:
        return Refusal("text-missing", {"field": "service_number"})
    if command.served_at > situation.at:
        return Refusal("in-the-future", {"field": "served_at"})
    return (
        ServiceRecorded(
            project_no=command.project_no,
            service_number=command.service_number,
            region=command.region,
            department=command.department,
            item_code=command.item_code,
            item_name=command.item_name,
            node=command.node,
            object=command.object,
            served_at=command.served_at,
            citizen=command.citizen,
            staff=command.staff,
            ticket=command.ticket,
            language=command.language,
            invite_due=_invited_on(command, situation) if command.citizen else None,
        ),
    )


def _invited_on(command: RecordService, situation: Situation) -> Due:
    """智能邀评: plain calendar days after 办结; quiet hours are the sender's business."""
    clocks = situation.clocks
    days = timedelta(days=clocks.preset.rules[ClockName.INVITE].amount)
    return clocks.until(command.served_at + days, command.served_at, ClockName.INVITE)


def _reminded_on(situation: Situation) -> Due:
    clocks = situation.clocks
    days = timedelta(days=clocks.preset.rules[ClockName.REMIND].amount)
    return clocks.until(situation.at + days, situation.at, ClockName.REMIND)


def _evaluate(
    command: RecordEvaluation, service: Service, situation: Situation
) -> Decision[ServiceEvent]:
    if is_rated(service) or (service.is_default and command.is_default):
        return Refusal("already-rated")
    if problem := (
        _may_rate(command, service, situation)
        or _level_known(command.level)
        or _indicators_known(command.level, command.indicators, situation)
        or _reason_given(command)
    ):
        return problem
    return (
        EvaluationRecorded(
            level=command.level,
            channel=command.channel,
            kind=command.kind,
            source=command.source,
            indicators=command.indicators,
            indicator_version=situation.indicators.version,
            text=command.text,
            narrative=command.narrative,
            evaluator=command.evaluator,
            device=command.device,
            network=command.network,
            real_name=command.real_name,
            is_default=command.is_default,
            reason_pending=command.reason_pending and not _says_why(command),
        ),
    )


def _may_rate(command: RecordEvaluation, service: Service, situation: Situation) -> Refusal | None:
    if problem := _not_rated_side(service, situation):
        return problem
    actor = situation.actor
    if command.is_default and actor.role not in IMPORTERS:
        return Refusal("default-only-imported")
    if command.source is not EvaluationSource.CITIZEN and actor.role not in _OTHER_SOURCES:
        return Refusal("role-forbidden", {"role": actor.role.value})
    if command.source is EvaluationSource.CITIZEN and actor.role is Role.MYSTERY_VISITOR:
        return Refusal("role-forbidden", {"role": actor.role.value})
    if command.evaluator and actor.role in _CITIZENS and actor.person != command.evaluator:
        return Refusal("not-the-evaluator")
    if command.real_name and not command.evaluator:
        return Refusal("evaluator-missing")
    return None


def _not_rated_side(service: Service, situation: Situation) -> Refusal | None:
    """No staff at the device: neither the window nor the rated department rates (hard rule 4)."""
    actor = situation.actor
    if actor.role is Role.WINDOW_CLERK:
        return Refusal("role-forbidden", {"role": actor.role.value})
    if actor.department and actor.department == service.department:
        return Refusal("rated-side-may-not-rate")
    if actor.person and actor.person == service.staff:
        return Refusal("rated-side-may-not-rate")
    return None


def _level_known(level: int) -> Refusal | None:
    if level in {known.value for known in Level}:
        return None
    return Refusal("unknown-level", {"level": str(level)})


def _indicators_known(
    level: int, indicators: tuple[str, ...], situation: Situation
) -> Refusal | None:
    offered = situation.indicators.codes(level)
    if unknown := [code for code in indicators if code not in offered]:
        return Refusal("unknown-indicator", {"indicator": unknown[0], "level": str(level)})
    return None


def _says_why(command: RecordEvaluation | RecordReason | RateLater) -> bool:
    return bool(command.indicators) or bool(command.text.strip())


def _reason_given(command: RecordEvaluation) -> Refusal | None:
    """Demand an indicator or a text of a poor rating; a bare digit is asked about later."""
    if command.level > POOR_LEVEL_MAX or command.is_default or _says_why(command):
        return None
    if command.reason_pending and command.channel in BARE_CHANNELS:
        return None
    return Refusal("reason-missing")


def _reason(
    command: RecordReason, service: Service, situation: Situation
) -> Decision[ServiceEvent]:
    if not service.reason_pending:
        return Refusal("no-reason-pending")
    if problem := _not_rated_side(service, situation) or _the_evaluator(
        service, situation, situation.actor.person
    ):
        return problem
    if not _says_why(command):
        return Refusal("reason-missing")
    if problem := _indicators_known(service.level, command.indicators, situation):
        return problem
    return (ReasonRecorded(indicators=command.indicators, text=command.text),)


def _the_evaluator(service: Service, situation: Situation, claimed: str) -> Refusal | None:
    """Demand the evaluator where a citizen acts; others hand over what the evaluator told them."""
    if situation.actor.role in _CITIZENS and service.evaluator not in ("", claimed):
        return Refusal("not-the-evaluator")
    return None


def _rate_later(
    command: RateLater, service: Service, situation: Situation
) -> Decision[ServiceEvent]:
    """追评: by the evaluator alone, once; of a rating with a loop inside its window only."""
    if not is_rated(service):
        return Refusal("not-rated")
    if service.later_level:
        return Refusal("already-rated-later")
    if problem := _not_rated_side(service, situation):
        return problem
    actor = situation.actor
    claimed = actor.person if actor.role in _CITIZENS else command.evaluator
    if not service.evaluator or claimed != service.evaluator:
        return Refusal("not-the-evaluator")
    if command.evaluator and command.evaluator != service.evaluator:
        return Refusal("not-the-evaluator")
    if service.loop and (service.rerate_until is None or situation.at > service.rerate_until):
        return Refusal("rerate-window-closed")
    if problem := (
        _level_known(command.level)
        or _indicators_known(command.level, command.indicators, situation)
        or _later_reason_given(command)
    ):
        return problem
    return (
        LaterEvaluationGiven(
            level=command.level,
            channel=command.channel,
            indicators=command.indicators,
            text=command.text,
        ),
    )


def _later_reason_given(command: RateLater) -> Refusal | None:
    if command.level > POOR_LEVEL_MAX or _says_why(command) or command.channel in BARE_CHANNELS:
        return None
    return Refusal("reason-missing")


def _mark(command: MarkEvaluation, service: Service) -> Decision[ServiceEvent]:
    if not is_rated(service):
        return Refusal("not-rated")
    if command.mark is Mark.NONE:
        return Refusal("mark-stays")
    if service.mark is command.mark:
        return ()
    return (EvaluationMarked(mark=command.mark, reason=command.reason),)


def _open_window(until: datetime, service: Service, situation: Situation) -> Decision[ServiceEvent]:
    if not is_rated(service):
        return Refusal("not-rated")
    if until < situation.at:
        return Refusal("in-the-past", {"field": "until"})
    return (RerateWindowOpened(until=until),)


def _link(ticket: str, service: Service) -> Decision[ServiceEvent]:
    if service.loop == ticket:
        return ()
    return Refusal("loop-exists") if service.loop else (LoopLinked(ticket=ticket),)


def _invite(service: Service, situation: Situation) -> Decision[ServiceEvent]:
    """邀评: the count of invitations tells the invitation from its one reminder."""
    if not service.citizen:
        return Refusal("nobody-to-invite")
    if is_rated(service):
        return Refusal("already-rated")
    if service.invitations_count >= INVITATIONS_MAX:
        return Refusal("invitations-exhausted")
    reminder = service.invitations_count > 0
    next_due = None if reminder else _reminded_on(situation)
    return (EvaluationInvited(reminder=reminder, next_due=next_due),)


def _fire(due_at: datetime, service: Service, situation: Situation) -> Decision[ServiceEvent]:
    """Stay quiet when that timer no longer runs: it was rated, or the timer was moved."""
    due = service.invite_due
    if due is None or due.due_at != due_at or situation.at < due_at or is_rated(service):
        return ()
    return _invite(service, situation)


def _raise_signals(command: RaiseSignals, service: Service) -> Decision[ServiceEvent]:
    """疑点: each kind once; the rating itself stays as it is."""
    if not is_rated(service):
        return Refusal("not-rated")
    fresh = tuple(one for one in command.signals if one not in service.signals)
    if not fresh:
        return ()
    return (SignalsRaised(signals=fresh, related=command.related, rules=command.rules),)


def _review_signals(
    command: ReviewSignals, service: Service, situation: Situation
) -> Decision[ServiceEvent]:
    """核查: by a person outside the rated department, who says why."""
    if not service.signals_wait:
        return Refusal("no-signals")
    if problem := _not_rated_side(service, situation):
        return problem
    if not command.note.strip():
        return Refusal("text-missing", {"field": "note"})
    return (SignalsReviewed(outcome=command.outcome, note=command.note),)
