"""上报内容: what a fact says under our own names; personal fields come from the vault.

An erased person is reported without a name; a rating is never held back for it.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from handlers.envelope import Personal
from hotline.clocks.calendar import SHANGHAI
from hotline.evaluations.events import (
    EvaluationMarked,
    EvaluationRecorded,
    LaterEvaluationGiven,
    ReasonRecorded,
    ServiceRecorded,
)
from hotline.tickets.events import (
    AppealDecided,
    AppealFiled,
    FeedbackGiven,
    RectificationChecked,
    RectificationCompleted,
    RectificationOrdered,
    RevisitRecorded,
    TicketAcknowledged,
    TicketArchived,
    TicketAssigned,
    TicketClosed,
    TicketRegistered,
)
from projections.log import LogLine


def report_id(stream: str, version: int) -> str:
    """Derive the identity by which a platform knows a repeat."""
    return hashlib.sha256(f"{stream}:{version}".encode()).hexdigest()[:32]


def values_of(
    facts: Iterable[LogLine],
    person: Personal | None,
    steps: Iterable[LogLine] = (),
    *,
    of_loop: bool = False,
) -> dict[str, str]:
    """Gather what the facts of a service say up to the reported one, later ones over earlier.

    `steps` are the facts of its loop so far; `of_loop` says that the reported one is among them.
    """
    values = {"rating_count": "0", "valid": "yes", "is_default": "no", "change": "I"}
    values |= _NO_LOOP
    for line in facts:
        values |= _said(line.fact.event, line.fact.occurred_at, values)
    for line in steps:
        values |= _step(line.event)
    if of_loop:
        values["change"] = "U"
    if person is not None:
        values |= {
            "person_name": person.name,
            "person_phone": person.phone,
            "person_id_number": person.id_number,
        }
    return values


_NO_LOOP: Final = {"rectified": "no", "answered": "no", "appeal": "none", "step": ""}
_STEPS: Final[dict[type, str]] = {
    TicketRegistered: "registered",
    TicketAssigned: "assigned",
    TicketAcknowledged: "acknowledged",
    RevisitRecorded: "revisited",
    AppealFiled: "appealed",
    AppealDecided: "appeal_decided",
    RectificationOrdered: "rectification_ordered",
    RectificationCompleted: "rectified",
    FeedbackGiven: "answered",
    RectificationChecked: "checked",
    TicketClosed: "closed",
    TicketArchived: "archived",
}


def _step(event: object) -> dict[str, str]:
    """Say how far the loop is: 回访, 处理, 整改, 反馈, 复核."""
    step = _STEPS.get(type(event))
    if step is None:
        return {}
    match event:
        case AppealFiled():
            return {"step": step, "appeal": "asked"}
        case AppealDecided(upheld=upheld):
            return {"step": step, "appeal": "upheld" if upheld else "denied"}
        case RectificationCompleted():
            return {"step": step, "rectified": "yes"}
        case FeedbackGiven():
            return {"step": step, "answered": "yes"}
        case RectificationChecked(passed=False):
            return {"step": step, "rectified": "no", "answered": "no"}
        case _:
            return {"step": step}


def _said(event: object, at: datetime, before: dict[str, str]) -> dict[str, str]:
    match event:
        case ServiceRecorded():
            return {
                "project_no": event.project_no,
                "service_number": event.service_number,
                "department": event.department,
                "item_code": event.item_code,
                "item_name": event.item_name,
                "region": event.region,
                "served_at": _time(event.served_at),
                "node": event.node.value,
            }
        case EvaluationRecorded():
            return {
                "level": str(int(event.level)),
                "channel": event.channel.value,
                "indicators": ",".join(event.indicators),
                "text": event.text,
                "rated_at": _time(at),
                "rating_count": "1",
                "is_default": "yes" if event.is_default else "no",
                "change": "U" if before.get("level") else "I",
            }
        case ReasonRecorded():
            indicators = ",".join(event.indicators)
            return {"indicators": indicators, "text": event.text, "change": "U"}
        case LaterEvaluationGiven():
            return {
                "level": str(int(event.level)),
                "channel": event.channel.value,
                "indicators": ",".join(event.indicators),
                "text": event.text,
                "rated_at": _time(at),
                "rating_count": "2",
                "change": "U",
            }
        case EvaluationMarked():
            return {"valid": "no", "change": "U"}
        case _:
            return {}


def _time(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
