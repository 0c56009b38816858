"""Accesses 访问日志: who looked at what; for those only who may know that an inspector looked."""

from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import render
from api.security import actor_of, faces, in_thread, requires
from hotline.people.access import shown_to
from hotline.people.queries import Query

router = APIRouter(include_in_schema=False)

_SHOWN: Final = 100


@router.get("/inspect/accesses", dependencies=[requires(Query.ACCESS_LOG)])
async def accesses(request: Request) -> Response:
    """访问日志, newest first."""
    house, given = faces(request), request.query_params
    person, before = given.get("person", "")[:200], given.get("before", "")
    found = await in_thread(
        partial(
            house.access_book.recent,
            before=int(before) if before.isdecimal() and len(before) < len(str(2**63)) else 0,
            person=person,
            limit=_SHOWN + 1,
        )
    )
    staff = await in_thread(partial(house.accounts.staff))
    shown = found[:_SHOWN]
    values = {
        "accesses": shown_to(actor_of(request), shown),
        "before": shown[-1].id if len(found) > _SHOWN else 0,
        "person": person,
        "names": {one.person: one.display_name for one in staff},
    }
    return render(request, "inspection/accesses.html", values)
