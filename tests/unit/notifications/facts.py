"""Tickets, due dates and one event of each kind that a caller or a department hears of."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hotline.clocks.due import Due, Ladder
from hotline.correspondence.events import ContactTaskOpened, TextSettled
from hotline.correspondence.vocabulary import Reading, TaskKind
from hotline.evaluations.events import EvaluationInvited
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import Node, RatedObject
from hotline.facts import Fact
from hotline.people.actors import SYSTEM
from hotline.tickets import events
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import (
    Channel,
    ClosureCode,
    ContactWay,
    Kind,
    RefusalClass,
    Stage,
    SuspensionGround,
    TicketType,
    Urgency,
)

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
NOON: Final = datetime(2026, 3, 3, 12, tzinfo=SHANGHAI)
NUMBER: Final = "202603030100001"
LONG: Final = "长" * 600


def due(days: int = 5) -> Due:
    at = NOON + timedelta(days=days)
    return Due(at, at, NOON, "rule", "calendar", provisional=False, steps=())


def ticket(kind: Kind = Kind.HOTLINE, **changes: object) -> Ticket:
    values: dict[str, object] = {
        "number": NUMBER,
        "kind": kind,
        "type": TicketType.HELP,
        "channel": Channel.PHONE,
        "stage": Stage.IN_HANDLING,
        "region": "",
        "registered_at": NOON,
        "last_at": NOON,
        "caller": "citizen-1",
        "citizen_due": due(),
        "lead": "water",
        "departments": ("water",),
        "title": "标题",
        "summary": "摘要",
        "place": "青江街道",
    }
    return Ticket(**(values | changes))  # type: ignore[arg-type] # built from what a test names


def service(**changes: object) -> Service:
    values: dict[str, object] = {
        "project_no": "P1",
        "service_number": "P1-1",
        "region": "",
        "department": "water",
        "node": Node.FINISHED,
        "object": RatedObject.ITEM,
        "served_at": NOON,
        "last_at": NOON,
        "citizen": "citizen-1",
    }
    return Service(**(values | changes))  # type: ignore[arg-type] # built from what a test names


def fact(event: object, at: datetime = NOON) -> Fact[object]:
    return Fact(event, SYSTEM, at)


def registered(kind: Kind = Kind.HOTLINE) -> events.TicketRegistered:
    return events.TicketRegistered(
        number=NUMBER,
        kind=kind,
        type=TicketType.HELP,
        channel=Channel.PHONE,
        region="",
        title="标题",
        summary="摘要",
        citizen_due=due(),
        stage_due=due(),
        urgency=Urgency.NORMAL,
    )


def assigned(lead: str = "water", assists: tuple[str, ...] = ()) -> events.TicketAssigned:
    return events.TicketAssigned(
        lead=lead,
        assists=assists,
        entry="",
        reason="",
        transfer_text="",
        department_due=due(),
        stage_due=due(),
    )


def refused(text: str = "12315") -> events.TicketRefused:
    return events.TicketRefused(
        refusal_class=RefusalClass.OTHER_BODY,
        reason=text,
        basis=text,
        way_told=text,
        phone_told="0835-12315",
        stage_due=due(),
    )


def revisited(attempt: int) -> events.RevisitRecorded:
    return events.RevisitRecorded(attempt=attempt, way=ContactWay.PHONE, connected=False)


def closed(*, explained: bool = False, text: str = "") -> events.TicketClosed:
    return events.TicketClosed(
        code=ClosureCode.SATISFIED, explained=explained, basis=text, text=text, stage_due=due()
    )


def to_callers(text: str = "已修好") -> dict[str, object]:
    """One event for each thing a caller is told; `text` stands wherever people type."""
    return {
        "accepted": registered(),
        "assigned": assigned(),
        "refused": refused(text),
        "merged": events.TicketMerged(main="1", reasons=text),
        "information_wanted": events.InformationRequested(
            missing=text, way=ContactWay.PHONE, stage_due=due()
        ),
        "extended": events.ExtensionGranted(
            working_days=5, reason=text, department_due=due(), citizen_due=due()
        ),
        "suspended": events.TicketSuspended(
            ground=SuspensionGround.JUDICIAL, evidence=text, until=NOON, reason=text
        ),
        "resumed": events.TicketResumed(reason=text, department_due=due(), citizen_due=due()),
        "delayed": events.CitizenDueMissed(due_at=NOON, citizen_due=due()),
        "answered": events.TicketAnswered(public_text=text, on_time=True, stage_due=due()),
        "matter_feedback": events.FeedbackGiven(way=ContactWay.PHONE, text=text, stage_due=due()),
        "invited": revisited(3),
        "redo": events.RedoOrdered(
            redo=1,
            lawful_because=text,
            differently=text,
            department_due=due(),
            citizen_due=due(),
        ),
        "closed": closed(),
        "explained": closed(explained=True, text=text),
    }


def to_departments() -> dict[str, object]:
    return {
        "staff_assigned": assigned(),
        "staff_yellow": events.TicketWarned(due_at=NOON),
        "staff_red": events.TicketBecameOverdue(due_at=NOON, ladder=Ladder(NOON, NOON, NOON, NOON)),
        "staff_notice": events.OverdueNoticeIssued(due_at=NOON),
        "staff_urged": events.TicketUrged(reason="秘密的理由"),
        "staff_supervised": events.SupervisionOpened(level=2, reason="秘密的理由"),
    }


def missed_call() -> ContactTaskOpened:
    return ContactTaskOpened(
        task="CA1",
        kind=TaskKind.CALL_BACK,
        about="",
        reason="",
        template="",
        text="",
        by_at=NOON,
    )


def settled(reading: Reading, *, secret: bool = False, stage: str = "in_handling") -> TextSettled:
    return TextSettled(
        text_id="T1",
        reading=reading,
        about=f"ticket/{NUMBER}",
        number=NUMBER,
        kind="hotline",
        secret=secret,
        level=4,
        other="202603030100002",
        stage=stage,
        due_at=NOON,
        language="zh",
        replied=True,
    )


def invitation(*, reminder: bool) -> EvaluationInvited:
    return EvaluationInvited(reminder=reminder, next_due=None)
