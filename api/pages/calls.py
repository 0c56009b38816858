"""Call pages 来电: the desk, the card that pops up, and the recording of a call for those who may.

Whoever accepts is led to the call screen, filled in. An address names the call and never the
number; a recording is handed through from where it lies and has no address of its own there.
"""

from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import reading
from api.desk_calls import PREFIX, Ringing, day_of, phone_of, ringing
from api.pages.frame import form_text, identity_of, inside, render, told
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, requires
from api.sending import SHOWN_SECONDS, answered
from api.shift import midnight
from handlers.envelope import Envelope
from hotline.calls.commands import AcceptCall, EndTalk, PassCall
from hotline.calls.state import Call
from hotline.people.actors import Role
from hotline.people.command_table import AnyCommand
from hotline.people.masking import mask_phone
from hotline.people.queries import Query
from projections.calls import queries

router = APIRouter(include_in_schema=False)

_REASON_MAX: Final = 500
_KEYS_MAX: Final = 3
_WHOLE_DESK: Final = frozenset({Role.SHIFT_LEAD})


@router.get("/calls", dependencies=[requires(AcceptCall)])
async def desk(request: Request) -> Response:
    """来电台."""
    return await _desk(request, None)


@router.get("/calls/pop", dependencies=[requires(AcceptCall)])
async def pop(request: Request) -> Response:
    """来电弹屏: the part of a page that says who is calling; empty while nobody is."""
    found = await _ringing(request)
    if found.mine is None and found.offered is None:
        return Response(status_code=204)
    return render(request, "calls/pop.html", {"ringing": found, "new_id": faces(request).new_id})


@router.post("/calls/simulate", dependencies=[requires(AcceptCall)])
async def simulate(request: Request) -> Response:
    """模拟来电, the way a real one goes."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, phone = faces(request), form_text(form, "from").strip()
    if not phone:
        missing = ProblemError("input-invalid", violations=[{"field": "from", "code": "missing"}])
        return await _desk(request, missing)
    ring = partial(
        house.calling.simulate,
        f"CA{house.new_id()}",
        phone,
        rating=form_text(form, "rating")[:_KEYS_MAX],
        reason=form_text(form, "reason")[:_KEYS_MAX],
        language=form_text(form, "language")[:1],
    )
    if not await in_thread(ring):
        return await _desk(request, ProblemError("not-simulated"))
    return RedirectResponse("/calls", 303)


@router.post("/calls/{call}/accept", dependencies=[requires(AcceptCall)])
async def accept(request: Request, call: str) -> Response:
    """接听. Who was second is told so, and sees the next call."""
    try:
        await _told_call(request, call, AcceptCall())
    except ProblemError as problem:
        return await _desk(request, problem)
    return RedirectResponse(f"/tickets/new?call={call}", 303)


@router.post("/calls/{call}/pass", dependencies=[requires(PassCall)])
async def pass_on(request: Request, call: str) -> Response:
    """转给别人."""
    return await _back(request, call, PassCall())


@router.post("/calls/{call}/end", dependencies=[requires(EndTalk)])
async def end(request: Request, call: str) -> Response:
    """结束通话; the caller is asked to rate."""
    answer = await _back(request, call, EndTalk())
    state = await in_thread(partial(faces(request).archive.state, PREFIX + call))
    if isinstance(state.state, Call) and state.state.line_id:
        await in_thread(partial(faces(request).calling.end_line, state.state.line_id))
    return answer


@router.post("/calls/{call}/hang-up", dependencies=[requires(AcceptCall)])
async def hang_up(request: Request, call: str) -> Response:
    """模拟来电人挂机."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    if not await in_thread(partial(faces(request).calling.hang_up, call)):
        return await _desk(request, ProblemError("unknown-call"))
    return RedirectResponse("/calls", 303)


@router.get("/calls/{call}", dependencies=[requires(Query.RECORDINGS)])
async def one_call(request: Request, call: str) -> Response:
    """来电详情, with the recordings while the access is open."""
    return await _one(request, call, None)


@router.post("/calls/{call}/unlock", dependencies=[requires(Query.RECORDINGS)])
async def unlock(request: Request, call: str) -> Response:
    """收听录音: with a stated reason, which the access log keeps."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, reason = faces(request), form_text(form, "reason").strip()
    if not reason:
        violations = [{"field": "reason", "code": "missing"}]
        return await _one(request, call, ProblemError("input-invalid", violations=violations))
    await _state(request, call)
    subject, now = PREFIX + call, house.clock()
    opening = partial(house.accounts.open_access, actor_of(request), subject, reason[:_REASON_MAX])
    await in_thread(partial(opening, now))
    return RedirectResponse(f"/calls/{call}", 303)


@router.get("/calls/{call}/recordings/{place}", dependencies=[requires(Query.RECORDINGS)])
async def listen(request: Request, call: str, place: int) -> Response:
    """录音: handed through, never a public address."""
    state, house = await _state(request, call), faces(request)
    if not await _open_until(request, call):
        raise ProblemError("access-not-open")
    kept = [one for one in state.recordings if not one.erased]
    if not 0 <= place < len(kept):
        raise ProblemError("unknown-page")
    sound = await in_thread(partial(house.calling.sound, kept[place].recording))
    if sound is None:
        raise ProblemError("recording-unavailable")
    headers = {"Cache-Control": "no-store", "Content-Disposition": "inline"}
    return Response(sound.content, media_type=sound.media_type, headers=headers)


async def _told_call(request: Request, call: str, command: AnyCommand) -> None:
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    envelope = Envelope(
        message_id=f"{identity_of(request, form, actor.person)}/{type(command).__name__}",
        stream=PREFIX + call,
        command=command,
        actor=actor,
        at=house.clock(),
        correlation=request.scope.get("request_id", ""),
    )
    receipt = answered(await in_thread(partial(house.gateway.submit, envelope)))
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))


async def _back(request: Request, call: str, command: AnyCommand) -> Response:
    """Do it, and go back to where it was asked for; a script stays where it is."""
    try:
        await _told_call(request, call, command)
    except ProblemError as problem:
        return await _desk(request, problem)
    if "x-quiet" in request.headers:
        return Response(status_code=204)
    form = await request.form(max_files=0)
    return RedirectResponse(inside(form_text(form, "back")) or "/calls", 303)


async def _ringing(request: Request) -> Ringing:
    return await in_thread(partial(ringing, faces(request), actor_of(request)))


async def _desk(request: Request, problem: ProblemError | None) -> Response:
    house, actor = faces(request), actor_of(request)
    everybody = actor.role in _WHOLE_DESK
    since = midnight(house.clock())
    day = await in_thread(partial(day_of, house, actor, since, everybody=everybody))
    values: dict[str, Any] = {
        "ringing": await _ringing(request),
        "day": day,
        "everybody": everybody,
        "simulated": house.calling.is_simulated,
        "may_listen": actor.role in _WHOLE_DESK,
        "new_id": house.new_id,
        **told(request, problem),
    }
    return render(request, "calls/desk.html", values, problem.status if problem else 200)


async def _one(request: Request, call: str, problem: ProblemError | None) -> Response:
    state, house = await _state(request, call), faces(request)
    line = await in_thread(
        partial(reading.ask, house, lambda connection: queries.by_stream(connection, PREFIX + call))
    )
    phone = await in_thread(partial(phone_of, house, state.caller))
    facts = await in_thread(partial(house.archive.facts, PREFIX + call))
    values = {
        "call": state,
        "call_id": call,
        "line": line,
        "phone": mask_phone(phone) if phone else "",
        "facts": facts,
        "kept": [one for one in state.recordings if not one.erased],
        "open_until": await _open_until(request, call),
        **told(request, problem),
    }
    return render(request, "calls/call.html", values, problem.status if problem else 200)


async def _state(request: Request, call: str) -> Call:
    record = await in_thread(partial(faces(request).archive.state, PREFIX + call[:64]))
    if not isinstance(record.state, Call):
        raise ProblemError("unknown-call", status=404)
    return record.state


async def _open_until(request: Request, call: str) -> Any:
    house = faces(request)
    ask = partial(house.accounts.access_open_until, actor_of(request).person, PREFIX + call)
    return await in_thread(partial(ask, house.clock()))
