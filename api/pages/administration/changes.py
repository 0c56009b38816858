"""Changes 变更记录: one page that says who changed what, when, before beside after."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import changes
from api.naming import Naming
from api.pages.administration.forms import show
from api.pages.frame import language
from api.security import faces, in_thread, requires
from hotline.clocks.calendar import SHANGHAI
from hotline.people.queries import Query
from projections.audit.queries import EventFilter

router = APIRouter(include_in_schema=False)

PATH: Final = "/admin/changes"
_FILTERS: Final = ("kind", "person", "since", "until")


@router.get(PATH, dependencies=[requires(Query.CHANGES_READ)])
async def page(request: Request) -> Response:
    """变更记录."""
    house, params = faces(request), request.query_params
    asked = {name: params.get(name, "").strip()[:80] for name in _FILTERS}
    cursor = params.get("cursor", "")[:500]
    wanted = EventFilter(
        types=changes.KINDS.get(asked["kind"], changes.EVERY),
        person=asked["person"],
        since=_moment(asked["since"]),
        until=_moment(asked["until"], days=1),
    )
    naming = Naming(house, language(request))
    found = await in_thread(partial(changes.changes, house, naming, wanted, cursor))
    kept = {name: value for name, value in asked.items() if value}
    values: dict[str, Any] = {
        "changes": found.lines,
        "cursor": found.cursor,
        "asked": asked,
        "kinds": tuple(changes.KINDS),
        "next": urlencode({**kept, "cursor": found.cursor}) if found.cursor else "",
    }
    return await show(request, "admin/changes.html", values)


def _moment(given: str, days: int = 0) -> datetime | None:
    """Read a local day, its end with `days`; what is no day is left out."""
    try:
        day = date.fromisoformat(given) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), SHANGHAI)
