"""Time machine 时间机器: a ticket as of any moment, two moments compared, and who looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.looking import note_look
from api.messages import Language
from api.naming import Naming
from api.pages.frame import language, render
from api.pages.tickets import told_of
from api.ports import Faces
from api.problems import ProblemError
from api.security import actor_of, faces, in_thread, requires
from hotline.clocks.calendar import SHANGHAI
from hotline.clocks.due import Due, explain
from hotline.inspection.standing import Basis, Known, Unlike, difference, standing
from hotline.people.access import Look, shown_to
from hotline.people.actors import Actor
from hotline.people.queries import Query
from hotline.tickets.state import Assist, Ticket

router = APIRouter(include_in_schema=False)

_SECOND: Final = timedelta(seconds=1)
_SHOWN: Final = (
    *("stage", "lead", "departments", "type", "category", "urgency", "secrecy", "light"),
    *("supervision", "extensions_count", "suspensions_count", "returns", "redo_count"),
    *("exclusion", "legal_hold", "solved", "closed_at"),
)
"""What the state shows first; the rest stands in the difference when it moves."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which ticket, which moments, by which time."""

    number: str
    at: datetime | None
    since: datetime | None
    basis: Basis


@router.get("/inspect/tickets/{number}", dependencies=[requires(Query.INSPECTION)])
async def time_machine(request: Request, number: str) -> Response:
    """时间机器 of a ticket."""
    given = request.query_params
    asked = Asked(
        number=number,
        at=_moment(given.get("at", "")),
        since=_moment(given.get("from", "")),
        basis=Basis.RECORDED if given.get("basis") == Basis.RECORDED else Basis.OCCURRED,
    )
    gather = partial(_gathered, faces(request), actor_of(request), asked, language(request))
    try:
        values = await in_thread(gather)
    except ProblemError as closed:
        if closed.code != "access-not-open":
            raise
        locked = {"number": number, "problem": None, "violations": ()}
        return render(request, "locked.html", locked, 403)
    action = Look.DIFFERENCE if asked.since else Look.TIME_MACHINE
    await note_look(request, action, f"ticket/{number}", f"{values['at_text']} {asked.basis}")
    return render(request, "inspection/time_machine.html", values)


def _moment(text: str) -> datetime | None:
    """Read a moment to the second; the whole of that second belongs to it."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text[:19])
    except ValueError:
        raise ProblemError(
            "input-invalid", violations=[{"field": "time", "code": "invalid"}]
        ) from None
    whole = _SECOND if len(text) > len("2026-01-01T00:00") else timedelta(minutes=1)
    return read.replace(tzinfo=SHANGHAI) + whole - timedelta(microseconds=1)


def _gathered(house: Faces, actor: Actor, asked: Asked, chosen: Language) -> dict[str, Any]:
    seen = reading.detail(house, actor, asked.number)
    known = [Known(line.version, line.fact, line.recorded_at) for line in seen.facts]
    times = [_time_of(one, asked.basis) for one in known]
    at = asked.at or times[-1]
    state, version = standing(known, at, asked.basis)
    before, version_before = standing(known, asked.since, asked.basis) if asked.since else (None, 0)
    naming = Naming(house, chosen)
    say = partial(house.messages.text, chosen)
    teller = _Teller(house, naming, say, seen.state.region)
    return {
        "number": asked.number,
        "title": seen.state.title,
        "basis": asked.basis.value,
        "at": at,
        "at_text": _written(at),
        "since": asked.since,
        "since_text": _written(asked.since) if asked.since else "",
        "state": state,
        "version": version,
        "version_before": version_before,
        "last_version": seen.version,
        "shown": teller.state(state) if state else [],
        "dues": teller.dues(state, chosen) if state else [],
        "unlike": teller.unlike(difference(before, state)) if asked.since else None,
        "steps": [
            {
                "version": one.version,
                "event": type(one.fact.event).__name__,
                "fact": one.fact,
                "moment": moment,
                "recorded_at": one.recorded_at,
                "past": one.version <= version,
                "between": version_before < one.version <= version and bool(asked.since),
                "told": told_of(house, naming, one.fact.event, seen.state.region),
                "link": _link(asked, at=_written(moment)),
                "compare": _link(asked, since=_written(moment), at=_written(at)),
            }
            for one, moment in zip(known, times, strict=True)
        ],
        "accesses": shown_to(actor, house.access_book.of(f"ticket/{asked.number}")),
        "names": _names(house, seen.facts),
    }


def _time_of(known: Known, basis: Basis) -> datetime:
    return known.fact.occurred_at if basis is Basis.OCCURRED else known.recorded_at


def _written(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S")


def _link(asked: Asked, *, at: str, since: str = "") -> str:
    parts = {"at": at, "from": since, "basis": asked.basis.value}
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _names(house: Faces, _facts: Sequence[Any]) -> dict[str, str]:
    """Name the members of staff who have an account still."""
    return {one.person: one.display_name for one in house.accounts.staff()}


class _Teller:
    """Says the fields of a state in words."""

    def __init__(self, house: Faces, naming: Naming, say: Any, region: str) -> None:
        self._has, self._naming, self._say, self._region = house.messages.has, naming, say, region

    def state(self, state: Ticket) -> list[tuple[str, str]]:
        """Tell the fields that matter, those that say something."""
        told = ((name, self._value(name, getattr(state, name))) for name in _SHOWN)
        return [(self._name(name), value) for name, value in told if value]

    def dues(self, state: Ticket, chosen: Language) -> list[tuple[str, Due, tuple[str, ...]]]:
        """Tell every clock with the explanation that was stored with it."""
        return [(name, due, explain(due, chosen)) for name, due in reading.dues_of(state).items()]

    def unlike(self, found: Sequence[Unlike]) -> list[tuple[str, str, str]]:
        """Tell differences, old and new side by side."""
        return [
            (
                self._name(one.name),
                self._value(one.name, one.before),
                self._value(one.name, one.after),
            )
            for one in found
        ]

    def _name(self, name: str) -> str:
        for key in (f"state_field.{name}", f"field.{name}", f"page.{name}"):
            if self._has(key):
                return str(self._say(key))
        return name

    def _value(self, name: str, value: Any) -> str:
        if value is None or value in ((), "", False) or (value == 0 and name.endswith("_count")):
            return ""
        if isinstance(value, Due):
            return self._naming.fact(name, value.due_at)
        if name in ("departments", "returns", "returns_refused", "returns_accepted"):
            return self._naming.join(map(self._naming.department, value))
        if name == "assists":
            return self._naming.join(
                self._naming.department(one.department) for one in value if isinstance(one, Assist)
            )
        if name == "supervision":
            return f"L{value}" if value else ""
        if name == "exclusion" and value.value == "none":
            return ""
        return self._naming.fact(name, value, self._region)
