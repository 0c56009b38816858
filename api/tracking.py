"""Tracking 进度查询: what a citizen may know besides the stage: services, who looked, their data.

Sources: 个人信息保护法 44 and 45 (to know, to consult, to copy), 47 (erasure), 50 (reasons of a
refusal). Whoever looked at personal data is told by role and department, never by name.
"""

from typing import Any, Final

from api.ports import Faces
from api.rating import Rateable, rateable
from hotline.correspondence.state import Correspondence
from hotline.evaluations.state import Service
from hotline.tickets.state import Ticket
from notifications.rating_links import RatingLink, Way

SERVICES_MAX: Final = 20
LOOKED_MAX: Final = 50
"""Openings of personal data that are listed (our default)."""


def services_of(house: Faces, number: str) -> list[Rateable]:
    """List what may be rated of a ticket: each answer, as its caller sees it. Blocks."""
    found = []
    for count in range(1, SERVICES_MAX + 1):
        stream = f"service/{number}/{count}"
        if not isinstance(house.archive.state(stream).state, Service):
            break
        found.append(rateable(house, stream, RatingLink(stream, Way.TEXT, house.clock())))
    return found


def described_services(house: Faces, number: str) -> list[dict[str, Any]]:
    """Say of each service which node it is and whether it waits for a rating."""
    return [
        {
            "service": one.stream.rpartition("/")[2],
            "node": one.service.node.value,
            "served_at": one.service.served_at.isoformat(),
            "level": 0 if one.service.is_default else one.service.level,
            "later_level": one.service.later_level,
            "can_rate": not one.rated,
            "can_rate_later": one.may_rate_later(house),
        }
        for one in services_of(house, number)
    ]


def looked_at(house: Faces, state: Ticket) -> list[dict[str, str]]:
    """List who opened the personal data of this ticket or its caller, newest first. Blocks."""
    subjects = [f"ticket/{state.number}"]
    if state.caller:
        subjects.append(f"citizen/{state.caller}")
    return [
        {
            "role": one.actor.role.value,
            "department": one.actor.department,
            "at": one.opened_at.isoformat(),
        }
        for one in house.accounts.accesses_to(subjects, limit=LOOKED_MAX)
    ]


def erasure_of(house: Faces, state: Ticket) -> dict[str, Any] | None:
    """Say how the citizen's request for erasure stands; None where there is none. Blocks."""
    if not state.caller:
        return None
    kept = house.archive.state(f"citizen/{state.caller}").state
    asked = kept.erasure if isinstance(kept, Correspondence) else None
    if asked is None:
        return None
    return {
        "decision": asked.decision.value,
        "asked_at": asked.asked_at.isoformat(),
        "by_at": asked.by_at.isoformat(),
        "decided_at": asked.decided_at.isoformat() if asked.decided_at else "",
        "reason": asked.reason,
        "basis": asked.basis,
    }


def data_of(house: Faces, state: Ticket, view: dict[str, Any]) -> dict[str, Any]:
    """Gather what the house keeps of the caller of a ticket, in their own words. Blocks."""
    person = house.vault.open_person(state.caller) if state.caller else None
    words = []
    for line in house.archive.facts(f"ticket/{state.number}"):
        reference = getattr(line.fact.event, "narrative", "")
        opened = house.vault.open_narrative(reference) if reference else None
        if opened is not None:
            title, text = opened
            at = line.fact.occurred_at.isoformat()
            words.append({"at": at, "title": title, "text": text})
    return {
        "generated_at": house.clock().isoformat(),
        "person": {
            "name": person.name if person else "",
            "phone": person.phone if person else "",
            "address": person.address if person else "",
            "id_number": person.id_number if person else "",
        },
        "words": words,
        "ticket": view,
    }
