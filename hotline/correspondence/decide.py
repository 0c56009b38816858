"""The rules of what passes between the house and one citizen."""

from datetime import datetime, timedelta
from typing import Final, assert_never

from hotline.correspondence.commands import (
    CompleteContactTask,
    ConfirmErasure,
    CorrespondenceCommand,
    DenyErasure,
    GrantErasure,
    ReceiveText,
    ReportMissedCall,
    ReportUndelivered,
    RequestErasure,
    ResumeInvitations,
    SettleText,
    StopInvitations,
)
from hotline.correspondence.erasure import decide_erasure
from hotline.correspondence.events import (
    ContactTaskCompleted,
    ContactTaskOpened,
    CorrespondenceEvent,
    InvitationsResumed,
    InvitationsStopped,
    TextReceived,
    TextSettled,
)
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import Reading, TaskKind
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation

REPLIES_A_DAY_MAX: Final = 10
"""Replies to one citizen within 24 hours (our default): two machines must not talk for ever."""

DAY: Final = timedelta(hours=24)


def decide(
    command: CorrespondenceCommand, state: Correspondence | None, situation: Situation
) -> Decision[CorrespondenceEvent]:
    """Say what follows from the command, or why nothing does."""
    match command:
        case ReceiveText():
            return (_received(command),)
        case SettleText():
            return _settled(command, state, situation)
        case StopInvitations():
            stopped = state is not None and not state.wants_invitations
            return () if stopped else (InvitationsStopped(),)
        case ResumeInvitations():
            wanted = state is None or state.wants_invitations
            return () if wanted else (InvitationsResumed(),)
        case ReportUndelivered():
            return (_undelivered(command),)
        case ReportMissedCall(call_back_at=call_back_at):
            if call_back_at < situation.at:
                return Refusal("in-the-past", {"field": "call_back_at"})
            return _missed(command.call_id, call_back_at, state)
        case CompleteContactTask():
            return _completed(command, state)
        case RequestErasure() | GrantErasure() | DenyErasure() | ConfirmErasure():
            return decide_erasure(command, state, situation)
        case _ as never:
            assert_never(never)


def recent(times: tuple[datetime, ...], at: datetime) -> tuple[datetime, ...]:
    """Keep the times within the day before."""
    return tuple(one for one in times if at - one < DAY)


def _received(command: ReceiveText) -> TextReceived:
    return TextReceived(
        text_id=command.text_id,
        meaning=command.meaning,
        level=command.level,
        solved=command.solved,
        number=command.number,
        text=command.text,
        narrative=command.narrative,
        related=command.related,
    )


def _settled(
    command: SettleText, state: Correspondence | None, situation: Situation
) -> Decision[CorrespondenceEvent]:
    replies = recent(state.replies_at, situation.at) if state else ()
    settled = TextSettled(
        text_id=command.text_id,
        reading=command.reading,
        about=command.about,
        number=command.number,
        kind=command.kind,
        secret=command.secret,
        level=command.level,
        other=command.other,
        stage=command.stage,
        due_at=command.due_at,
        language=command.language,
        replied=len(replies) < REPLIES_A_DAY_MAX,
    )
    if command.reading is not Reading.LEFT_TO_OPERATOR:
        return (settled,)
    task = _task(command.text_id, TaskKind.READ_TEXT, text=command.text)
    return (settled, task)


def _undelivered(command: ReportUndelivered) -> ContactTaskOpened:
    return _task(
        command.intent_id,
        TaskKind.TELL_BY_PHONE,
        about=command.about,
        reason=command.error,
        template=command.template,
    )


def _missed(
    call_id: str, call_back_at: datetime, state: Correspondence | None
) -> Decision[CorrespondenceEvent]:
    """Open one call back, however often somebody tried meanwhile."""
    waiting = state is not None and any(one.kind is TaskKind.CALL_BACK for one in state.tasks)
    return () if waiting else (_task(call_id, TaskKind.CALL_BACK, by_at=call_back_at),)


def _task(
    task: str,
    kind: TaskKind,
    *,
    about: str = "",
    reason: str = "",
    template: str = "",
    text: str = "",
    by_at: datetime | None = None,
) -> ContactTaskOpened:
    return ContactTaskOpened(
        task=task,
        kind=kind,
        about=about,
        reason=reason,
        template=template,
        text=text,
        by_at=by_at,
    )


def _completed(
    command: CompleteContactTask, state: Correspondence | None
) -> Decision[CorrespondenceEvent]:
    if state is None or command.task not in {task.task for task in state.tasks}:
        return Refusal("unknown-task")
    if not command.outcome.strip():
        return Refusal("text-missing", {"field": "outcome"})
    return (ContactTaskCompleted(task=command.task, outcome=command.outcome),)
