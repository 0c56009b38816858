"""Signals 评价疑点: what the rules found beside ratings; a person looks and says what it was."""

from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import read_fields
from api.pages.frame import form_text, render, told
from api.pages.submitting import submit
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, member_of, requires
from api.sending import SHOWN_SECONDS
from hotline.evaluations.commands import ReviewSignals
from hotline.evaluations.vocabulary import Signal, SignalOutcome
from hotline.people.command_table import COMMANDS
from hotline.people.queries import Query
from projections.cursors import Page
from projections.signals import queries

router = APIRouter(include_in_schema=False)

WAITING: Final = "waiting"


@router.get("/signals", dependencies=[requires(Query.EVALUATION_SIGNALS)])
async def signals(request: Request) -> Response:
    """评价疑点: what waits for a look, or everything that was ever found."""
    return await _page(request, None)


@router.post("/signals/{project_no}/{service_number}", dependencies=[requires(ReviewSignals)])
async def review(request: Request, project_no: str, service_number: str) -> Response:
    """疑点核查. The rating stays as it is."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    try:
        values = {"outcome": form_text(form, "outcome"), "note": form_text(form, "note")}
        body = read_fields(values, ReviewSignals)
        stream = f"service/{project_no}/{service_number}"
        receipt = await submit(request, form, actor, ReviewSignals, body, stream=stream)
    except ProblemError as problem:
        return await _page(request, problem)
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    return RedirectResponse("/signals", 303)


async def _page(request: Request, problem: ProblemError | None) -> Response:
    house, asked = faces(request), request.query_params
    shown = asked.get("show", WAITING)
    signal = asked.get("signal", "")
    member = await member_of(request)

    def read() -> Page[queries.SignalLine]:
        with house.reader() as connection:
            return queries.signals(
                connection,
                waiting=shown == WAITING,
                signal=signal if signal in set(Signal) else "",
                cursor=asked.get("cursor", ""),
            )

    values = {
        "page": await in_thread(partial(read)),
        "shown": shown,
        "signal": signal,
        "signals": tuple(Signal),
        "outcomes": tuple(SignalOutcome),
        "may_review": member is not None and member.acting_as(COMMANDS[ReviewSignals]) is not None,
        "new_id": house.new_id,
        **told(request, problem),
    }
    return render(request, "signals.html", values, problem.status if problem else 200)
