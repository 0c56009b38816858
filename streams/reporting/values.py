"""上报内容: what a fact says under our own names; personal fields come from the vault.

An erased person is reported without a name; a rating is never held back for it.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from handlers.envelope import Personal
from hotline.clocks.calendar import SHANGHAI
from hotline.evaluations.events import (
    EvaluationMarked,
    EvaluationRecorded,
    LaterEvaluationGiven,
    ReasonRecorded,
    ServiceRecorded,
)
from projections.log import LogLine


def report_id(stream: str, version: int) -> str:
    """Derive the identity by which a platform knows a repeat."""
    return hashlib.sha256(f"{stream}:{version}".encode()).hexdigest()[:32]


def values_of(
    facts: Iterable[LogLine], person: Personal | None, *, rectified: bool
) -> dict[str, str]:
    """Gather what the facts of a service say up to the reported one, later ones over earlier."""
    values = {"rating_count": "0", "valid": "yes", "is_default": "no", "change": "I"}
    for line in facts:
        values |= _said(line.fact.event, line.fact.occurred_at, values)
    values["rectified"] = "yes" if rectified else "no"
    if rectified:
        values["change"] = "U"
    if person is not None:
        values |= {
            "person_name": person.name,
            "person_phone": person.phone,
            "person_id_number": person.id_number,
        }
    return values


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
