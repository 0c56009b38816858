"""Citizen pages 市民页面: the form and the tracking; no account, no JavaScript.

The code is never in an address: it travels in the form, and afterwards in a cookie of this page.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec
from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import read_fields
from api.forms import kept
from api.json.citizens import (
    STRANGER,
    as_caller,
    ask_erasure,
    citizen_sends,
    identity_of,
    let_in,
    own_data,
    public_view,
    trusted,
)
from api.pages.frame import form_text, language, render, told
from api.pages.tickets import LAST_STEP, PATH_OF
from api.pages.waiting import registered_by, render_waiting
from api.problems import ProblemError
from api.rating import rating_of
from api.security import anyone, check_same_site, faces, in_thread
from api.sending import SHOWN_SECONDS, sealed, send
from api.tracking import services_of
from handlers.receipt import ReceiptStatus
from hotline.tickets.commands import AppendAddition, RaiseObjection, RegisterTicket
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Channel, Secrecy, TicketType

router = APIRouter(include_in_schema=False, prefix="/citizen")

TRACKING_COOKIE: Final = "bihuan_tracking"
WAITING_COOKIE: Final = "bihuan_waiting"
_TEXT_MAX: Final = 500
TYPES: Final = ("complaint", "help", "consult", "suggest", "report", "praise")


@router.get("", dependencies=[anyone("citizen")])
async def form_page(request: Request) -> Response:
    """我要反映."""
    return _form(request, {}, None)


@router.post("", dependencies=[anyone("citizen")])
async def register(request: Request) -> Response:
    """提交诉求."""
    check_same_site(request)
    form = await request.form(max_files=0)
    house = faces(request)
    given = kept(form)
    try:
        values: dict[str, Any] = {
            name: given.get(name, "").strip()
            for name in ("title", "text", "place", "name", "phone", "address")
        }
        _demand(values, "title", "text")
        values["type"] = given.get("type", "") or TicketType.COMPLAINT.value
        values |= {"region": house.region or "000000", "channel": Channel.WEB.value}
        values["language"] = language(request)
        body = read_fields(values, RegisterTicket)
        hidden = given.get("secret") == "1" or values["type"] == TicketType.REPORT.value
        extra: dict[str, Any] = {"secrecy": Secrecy.CONFIDENTIAL} if hidden else {}
        trusted_values = {**trusted(house), "region": house.region or "000000"}
        body = msgspec.structs.replace(body, **trusted_values, **extra)
        envelope = await in_thread(
            partial(
                sealed,
                house,
                RegisterTicket,
                body,
                stream="",
                actor=STRANGER,
                identity=_identity(request, form, "tickets"),
                correlation=request.scope.get("request_id", ""),
            )
        )
        receipt = await send(request, as_caller(envelope))
    except ProblemError as problem:
        return _form(request, given, problem)
    if receipt.status is ReceiptStatus.ACCEPTED:
        return _to_waiting(request, receipt.message_id)
    number = receipt.stream.partition("/")[2]
    code = await in_thread(partial(house.accounts.query_code, number))
    values = {"number": number, "code": code, "bypassed": receipt.bypassed}
    return render(request, "citizen_registered.html", values, 201)


@router.get("/waiting", dependencies=[anyone("message id")])
async def waiting(request: Request) -> Response:
    """等待编号: Kafka keeps what was sent; its number and code are shown when it has them."""
    message = request.cookies.get(WAITING_COOKIE, "")
    if not message:
        return RedirectResponse("/citizen", 303)
    registered = await registered_by(request, f"citizen/{message}")
    if registered is None:
        return render_waiting(request, "/citizen")
    number, code = registered
    values = {"number": number, "code": code, "bypassed": False}
    return render(request, "citizen_registered.html", values)


def _to_waiting(request: Request, message_id: str) -> Response:
    """Go to the page that waits; what opens the answer stands in no address."""
    response = RedirectResponse("/citizen/waiting", 303)
    response.set_cookie(
        WAITING_COOKIE,
        message_id.removeprefix("citizen/"),
        httponly=True,
        samesite="strict",
        secure=faces(request).secure_cookies or request.url.scheme == "https",
        path="/citizen",
        max_age=86_400,
    )
    return response


@router.get("/track", dependencies=[anyone("citizen")])
async def track_page(request: Request) -> Response:
    """查询进度: the ticket that was opened, or the question for number and code."""
    number, _, code = request.cookies.get(TRACKING_COOKIE, "").partition(".")
    if not number or "leave" in request.query_params:
        response = render(request, "citizen_track.html", {"problem": None, "given": {}})
        response.delete_cookie(TRACKING_COOKIE, path="/citizen")
        return response
    try:
        state = await let_in(request, number, code)
    except ProblemError as problem:
        return _asked_again(request, {"number": number}, problem)
    view = await in_thread(partial(public_view, faces(request), state))
    return _view(request, view, None)


@router.post("/track", dependencies=[anyone("number and code")])
async def track(request: Request) -> Response:
    """查询."""
    check_same_site(request)
    form = await request.form(max_files=0)
    given = kept(form)
    number, code = given.get("number", "").strip(), given.get("code", "").strip()
    try:
        await let_in(request, number, code)
    except ProblemError as problem:
        return _asked_again(request, given, problem)
    response = RedirectResponse("/citizen/track", 303)
    response.set_cookie(
        TRACKING_COOKIE,
        f"{number}.{code}",
        httponly=True,
        samesite="strict",
        secure=faces(request).secure_cookies or request.url.scheme == "https",
        path="/citizen",
        max_age=1800,
    )
    return response


@router.post("/track/{what}", dependencies=[anyone("number and code")])
async def say(request: Request, what: str) -> Response:
    """评价, 异议, 补充."""
    check_same_site(request)
    form = await request.form(max_files=0)
    given = kept(form)
    number, _, code = request.cookies.get(TRACKING_COOKIE, "").partition(".")
    state = await let_in(request, number, code)
    identity = _identity(request, form, f"{number}/{what}")
    try:
        match what:
            case "objection":
                body = read_fields(
                    {"channel": Channel.WEB.value, "text": _demand(given, "text")}, RaiseObjection
                )
                await citizen_sends(request, state, RaiseObjection, body, identity)
            case "addition":
                body = read_fields(
                    {"channel": Channel.WEB.value, "text": _demand(given, "text")}, AppendAddition
                )
                await citizen_sends(request, state, AppendAddition, body, identity)
            case "rating":
                await _rate(request, state, form, identity)
            case "erasure":
                await ask_erasure(request, state, identity)
            case _:
                _unknown()
    except ProblemError as problem:
        view = await in_thread(partial(public_view, faces(request), state))
        return _view(request, view, problem, given)
    return RedirectResponse("/citizen/track?thanks=1", 303)


async def _rate(request: Request, state: Ticket, form: FormData, identity: str) -> None:
    """评价 of one answered step of the ticket, or its one 追评."""
    house, wanted = faces(request), form_text(form, "service")
    services = await in_thread(partial(services_of, house, state.number))
    waiting = [one for one in services if not one.rated or one.may_rate_later(house)]
    found = [one for one in waiting if wanted in ("", one.stream.rpartition("/")[2])]
    if not found:
        raise ProblemError("already-rated")
    given: dict[str, Any] = {
        "later": form_text(form, "later") == "1",
        "level": form_text(form, "level") or "0",
        "text": form_text(form, "text")[:_TEXT_MAX],
        "indicators": tuple(one for one in form.getlist("indicators") if isinstance(one, str)),
    }
    envelope = await in_thread(rating_of(request, house, found[-1], given, identity=identity))
    receipt = await send(request, envelope)
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))


@router.get("/track/data", dependencies=[anyone("number and code")])
async def download(request: Request) -> Response:
    """下载本人数据: as a file for machines, or as a page to read and print."""
    number, _, code = request.cookies.get(TRACKING_COOKIE, "").partition(".")
    try:
        state = await let_in(request, number, code)
    except ProblemError as problem:
        return _asked_again(request, {"number": number}, problem)
    data = await in_thread(partial(own_data, faces(request), state))
    if request.query_params.get("format") == "json":
        body = json.dumps(data, ensure_ascii=False, indent=2).encode()
        response = Response(body, media_type="application/json")
    else:
        values = {"data": data, "view": data["ticket"], "when": datetime.fromisoformat}
        response = render(request, "citizen_data.html", values)
    kind = "json" if request.query_params.get("format") == "json" else "html"
    response.headers["Content-Disposition"] = f'attachment; filename="bihuan-{number}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _unknown() -> None:
    raise ProblemError("unknown-page")


def _demand(values: Mapping[str, Any], *names: str) -> str:
    missing = [name for name in names if not str(values.get(name, "")).strip()]
    if missing:
        raise ProblemError(
            "input-invalid", violations=[{"field": name, "code": "missing"} for name in missing]
        )
    return str(values[names[0]]).strip()


def _form(request: Request, given: Any, problem: ProblemError | None) -> Response:
    values = {
        "given": given,
        "types": TYPES,
        "message_id": given.get("message_id") or faces(request).new_id(),
        **told(request, problem),
    }
    return render(request, "citizen.html", values, problem.status if problem else 200)


def _asked_again(request: Request, given: Any, problem: ProblemError) -> Response:
    shown = told(request, problem)["problem"]
    values = {"problem": shown, "given": {"number": given.get("number", "")}}
    response = render(request, "citizen_track.html", values, problem.status)
    response.headers.update(problem.headers)
    response.delete_cookie(TRACKING_COOKIE, path="/citizen")
    return response


def _view(request: Request, view: Any, problem: ProblemError | None, given: Any = None) -> Response:
    values = {
        "view": view,
        "step": next((PATH_OF[s] for s in PATH_OF if s.value == view["stage"]), LAST_STEP),
        "last_step": LAST_STEP,
        "given": given or {},
        "message_id": faces(request).new_id(),
        "when": datetime.fromisoformat,
        "thanks": "thanks" in request.query_params,
        **told(request, problem),
    }
    return render(request, "citizen_ticket.html", values, problem.status if problem else 200)


def _identity(request: Request, form: FormData, place: str) -> str:
    given = kept(form)
    words = {name: value for name, value in given.items() if name != "message_id"}
    content = msgspec.json.encode(words, order="sorted")
    return identity_of(faces(request), given.get("message_id", "")[:64], place, content)
