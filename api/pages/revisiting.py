"""Revisit desk 回访台: the list of whom to call, the script, and the outcome in three keys."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import revisiting
from api.bodies import read_fields
from api.forms import kept
from api.json.system import masked_person, open_personal, personal_of
from api.messages import Language
from api.naming import Naming
from api.offers import declined
from api.pages.frame import form_text, language, render, told
from api.pages.submitting import submit
from api.pages.tickets import told_of
from api.ports import Faces
from api.problems import ProblemError, texts_of
from api.security import actor_of, check_csrf, faces, in_thread, member_of, requires
from api.sending import SHOWN_SECONDS
from hotline.people.actors import Actor
from hotline.people.command_table import COMMANDS
from hotline.people.queries import QUERIES, Query
from hotline.people.staff import StaffMember
from hotline.tickets.commands import RecordRevisit
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import ContactWay, Stage, VerificationFinding

router = APIRouter(include_in_schema=False)

OUTCOMES: Final[Mapping[str, Mapping[str, Any]]] = {
    "solved": {"connected": True, "solved": "true"},
    "unsolved": {"connected": True, "solved": "false"},
    "reached": {"connected": True},
    "unreached": {"connected": False},
    "anonymous": {"connected": False, "way": ContactWay.NONE.value},
}
"""What the first key says."""

FINDINGS: Final = tuple(one.value for one in VerificationFinding)
_LINE: Final = "12345"
_DETAILS: Final = (
    *("way", "satisfaction", "attitude", "contacted_by_department", "reason", "text", "finding"),
)


@router.get("/revisits", dependencies=[requires(Query.REVISIT_WORKLIST)])
async def desk(request: Request) -> Response:
    """回访台: the next who may be called stands ready, or the one that was chosen."""
    return await _desk(request, request.query_params.get("ticket", "")[:64])


@router.post("/revisits/{number}", dependencies=[requires(RecordRevisit)])
async def record(request: Request, number: str) -> Response:
    """记录回访, and on to the next."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    try:
        body = read_fields(values_of_outcome(form), RecordRevisit)
        receipt = await submit(request, form, actor, RecordRevisit, body, stream=f"ticket/{number}")
    except ProblemError as problem:
        return await _desk(request, number, problem=problem, given=kept(form))
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    asked = {"kind": _kind(form_text(form, "kind")), "done": number}
    return RedirectResponse(f"/revisits?{urlencode(asked)}", 303)


@router.post("/revisits/{number}/unlock", dependencies=[requires(Query.PERSONAL_UNLOCK)])
async def unlock(request: Request, number: str) -> Response:
    """查看号码, for a reason that is logged, for half an hour."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    reason = form_text(form, "reason")
    try:
        await in_thread(partial(open_personal, faces(request), actor_of(request), number, reason))
    except ProblemError as problem:
        return await _desk(request, number, problem=problem)
    asked = {"kind": _kind(form_text(form, "kind")), "ticket": number}
    return RedirectResponse(f"/revisits?{urlencode(asked)}#outcome", 303)


def values_of_outcome(form: FormData) -> dict[str, Any]:
    """Read three keys as the fields of a revisit; what does not fit the outcome is left out."""
    outcome = form_text(form, "outcome")
    if outcome not in OUTCOMES:
        raise ProblemError("input-invalid", violations=[{"field": "outcome", "code": "missing"}])
    given = {name: text for name in _DETAILS if (text := form_text(form, name).strip())}
    if outcome == "unreached":
        given = {name: text for name, text in given.items() if name in ("way", "text", "finding")}
    return {"way": ContactWay.PHONE.value, **given, **OUTCOMES[outcome]}


def _kind(asked: str) -> str:
    return asked if asked in revisiting.KINDS else revisiting.KINDS[0]


async def _desk(
    request: Request,
    number: str,
    *,
    problem: ProblemError | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    gather = partial(_gathered, request, await member_of(request), number)
    values = await in_thread(gather)
    values |= {"given": given or {}, **told(request, problem)}
    return render(request, "revisits/desk.html", values, problem.status if problem else 200)


def _gathered(request: Request, member: StaffMember | None, number: str) -> dict[str, Any]:
    """Read list and call. Blocks on the store."""
    house, asked = faces(request), request.query_params
    if member is None:
        raise ProblemError("not-logged-in")
    actor = member.acting_as(QUERIES[Query.REVISIT_WORKLIST]) or actor_of(request)
    counts = revisiting.waiting_counts(house, actor)
    kind = asked.get("kind", "") or ("answers" if counts["answers"] else "ratings")
    kind = _kind(kind)
    page = revisiting.to_call(house, actor, kind, asked.get("cursor", "")[:500])
    later = asked.get("later", "")[:64]
    first = revisiting.next_of(page.lines, later)
    chosen = number or (first.line.number if first else "")
    done = asked.get("done", "")[:64]
    following = revisiting.next_of(page.lines, chosen)
    return {
        "kind": kind,
        "kinds": revisiting.KINDS,
        "counts": counts,
        "waiting": page.lines,
        "cursor": page.cursor,
        "chosen": chosen,
        "later": following.line.number if following and following.line.number != chosen else "",
        "quiet_until": revisiting.quiet_until(house.clock()),
        "done": _done(house, done) if done else None,
        **_call(request, house, member, actor, chosen),
    }


def _done(house: Faces, number: str) -> dict[str, Any] | None:
    """Say what became of the ticket that was just called about."""
    state = house.archive.state(f"ticket/{number}").state
    if not isinstance(state, Ticket):
        return None
    due = state.stage_due.due_at if state.stage_due else None
    again = state.stage in (Stage.AWAITING_REVISIT, Stage.IN_VERIFICATION)
    return {
        "number": number,
        "stage": state.stage.value,
        "tries": len(state.revisit_attempts),
        "again_by": due if again else None,
    }


def _call(
    request: Request, house: Faces, member: StaffMember, actor: Actor, number: str
) -> dict[str, Any]:
    empty = {"call": None, "locked": False, "refused": None, "personal": None, "script": ""}
    if not number:
        return empty
    try:
        call = revisiting.call(house, actor, number)
    except ProblemError as closed:
        if closed.code != "access-not-open":
            raise
        return empty | {"locked": True}
    state, chosen, stream = call.seen.state, language(request), f"ticket/{number}"
    until = house.accounts.access_open_until(actor.person, stream, house.clock())
    may_unlock = member.acting_as(QUERIES[Query.PERSONAL_UNLOCK]) is not None
    said: Language = revisiting.script_language(
        request.query_params.get("script", ""), state.language, chosen
    )
    naming = Naming(house, chosen)
    return {
        "call": call,
        "state": state,
        "line": call.seen.line,
        "locked": False,
        "refused": _refused(house, member, call, stream, chosen),
        "may_record": member.acting_as(COMMANDS[RecordRevisit]) is not None,
        "awaits": revisiting.awaits_call(state),
        "personal": personal_of(house, call.seen) if until and may_unlock else None,
        "person": masked_person(house, state.caller),
        "open_until": until,
        "may_unlock": may_unlock and bool(state.caller),
        "script": f"revisits/scripts/{call.script}.{said}.html",
        "script_language": said,
        "said_at": lambda line: told_of(house, naming, line.fact.event, state.region),
        "city_line": house.city if _LINE in house.city else f"{house.city}{_LINE}",
        "findings": FINDINGS,
        "last_try": len(call.tries) + 1,
        "message_id": house.new_id(),
    }


def _refused(
    house: Faces, member: StaffMember, call: revisiting.Call, stream: str, chosen: Language
) -> Mapping[str, str] | None:
    """Say why this member may not record this one: own handling, a rated department ..."""
    if not revisiting.awaits_call(call.seen.state):
        return None
    found = declined(house, member, stream, (RecordRevisit,), at=house.clock())
    for _, refusal in found:
        return texts_of(house.messages, chosen, refusal.code, refusal.detail)
    return None


__all__ = ["router", "values_of_outcome"]
