"""Kiosk 自助设备: the tablet at a window and the terminal in a hall. Large targets, nothing kept.

No cookie is set and nothing is cached. Whoever walks away leaves the first page behind: a script
goes home after some idle time, and going home ends the visit on the house's side too.
"""

from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import window
from api.json.citizens import let_in, public_view
from api.pages.frame import LANGUAGE_COOKIE, form_text, language, render, told
from api.pages.tickets import LAST_STEP, PATH_OF
from api.problems import ProblemError
from api.rating import Rateable, rating_of
from api.security import anyone, check_same_site, faces, in_thread
from api.sending import send
from hotline.evaluations.indicators import NATIONAL
from hotline.evaluations.vocabulary import POOR_LEVEL_MAX, Level
from hotline.tickets.state import Ticket

router = APIRouter(include_in_schema=False)

LEVELS: Final = tuple(sorted((level.value for level in Level), reverse=True))
POLL_SECONDS: Final = 4
"""How often a tablet looks for something to rate (our default)."""

IDLE_SECONDS: Final = 60
"""After how long without a touch a device goes home; a warning comes before (our default)."""

THANKS_SECONDS: Final = 8
_TEXT_MAX: Final = 500
ASKED: Final = ("rate", "track")
"""What a terminal opens for who shows a number and a proof."""


@router.get("/tablet/{token}", dependencies=[anyone("device link")])
async def tablet(request: Request, token: str) -> Response:
    """窗口平板: waits, or shows the service that the window offers for rating."""
    house = faces(request)
    device = await in_thread(partial(window.device_of, house, "tablet", token))
    await in_thread(partial(window.note_device, request, house, device))
    home = f"/tablet/{token}"
    if "thanks" in request.query_params:
        return _plain(request, "kiosk_thanks.html", home, {"idle": THANKS_SECONDS})
    found = await in_thread(partial(window.offered, house, device))
    if found is None:
        return _plain(request, "kiosk_waiting.html", home, {"poll": POLL_SECONDS})
    return _rating(request, (home, home), found, None)


@router.post("/tablet/{token}", dependencies=[anyone("device link")])
async def rate_on_tablet(request: Request, token: str) -> Response:
    """窗口平板评价, or 不评价: the next person waits."""
    check_same_site(request)
    house = faces(request)
    device = await in_thread(partial(window.device_of, house, "tablet", token))
    home = f"/tablet/{token}"
    found = await in_thread(partial(window.offered, house, device))
    form = await request.form(max_files=0)
    if found is None or "decline" in form:
        await in_thread(partial(window.withdraw, house, device))
        return RedirectResponse(home, 303)
    problem = await _rate(request, found, form, device)
    if problem is not None:
        return _rating(request, (home, home), found, problem, form)
    await in_thread(partial(window.withdraw, house, device))
    return RedirectResponse(f"{home}?thanks=1", 303)


@router.get("/terminal/{token}", dependencies=[anyone("device link")])
async def terminal(request: Request, token: str) -> Response:
    """自助端首页; ends the visit of whoever stood here before."""
    house = faces(request)
    device = await in_thread(partial(window.device_of, house, "terminal", token))
    await in_thread(partial(window.note_device, request, house, device))
    await in_thread(partial(window.begin_visit, house, device))
    return _plain(request, "terminal.html", f"/terminal/{token}", {"idle": 0})


@router.get("/terminal/{token}/{what}", dependencies=[anyone("device link")])
async def ask(request: Request, token: str, what: str) -> Response:
    """自助端: asks for a number and what proves that it is theirs."""
    house = faces(request)
    await in_thread(partial(window.device_of, house, "terminal", token))
    return _asking(request, token, what, None)


@router.post("/terminal/{token}/{what}", dependencies=[anyone("number and proof")])
async def open_for(request: Request, token: str, what: str) -> Response:
    """自助端: opens the rating or the progress for this visit. Nothing typed is shown again."""
    check_same_site(request)
    house = faces(request)
    device = await in_thread(partial(window.device_of, house, "terminal", token))
    if what not in ASKED:
        raise ProblemError("unknown-page")
    form = await request.form(max_files=0)
    number, proof = form_text(form, "number"), form_text(form, "proof")
    try:
        if what == "track":
            stream = f"ticket/{(await let_in(request, number.strip(), proof)).number}"
        else:
            stream = await window.proven(request, house, number, proof)
    except ProblemError as problem:
        return _asking(request, token, what, problem)
    visit = await in_thread(partial(window.visit_link, house, device, stream))
    return RedirectResponse(f"/terminal/{token}/{what}/{visit}", 303)


@router.get("/terminal/{token}/{what}/{visit}", dependencies=[anyone("visit")])
async def opened(request: Request, token: str, what: str, visit: str) -> Response:
    """自助端: what was opened in this visit; afterwards the first page."""
    house, home = faces(request), f"/terminal/{token}"
    device = await in_thread(partial(window.device_of, house, "terminal", token))
    if "thanks" in request.query_params:
        return _plain(request, "kiosk_thanks.html", home, {"idle": THANKS_SECONDS})
    stream = await in_thread(partial(window.visited, house, device, visit))
    if what == "track" and stream.startswith("ticket/"):
        state = (await in_thread(partial(house.archive.state, stream))).state
        if isinstance(state, Ticket):
            view = await in_thread(partial(public_view, house, state))
            step = next((PATH_OF[s] for s in PATH_OF if s.value == view["stage"]), LAST_STEP)
            values = {"view": view, "step": step, "last_step": LAST_STEP}
            return _plain(request, "terminal_ticket.html", home, values)
    if what == "rate" and stream.startswith("service/"):
        found = await in_thread(partial(window.rateable_here, house, stream))
        return _rating(request, (f"{home}/rate/{visit}", home), found, None)
    return RedirectResponse(home, 303)


@router.post("/terminal/{token}/rate/{visit}", dependencies=[anyone("visit")])
async def rate_at_terminal(request: Request, token: str, visit: str) -> Response:
    """自助端评价."""
    check_same_site(request)
    house, home = faces(request), f"/terminal/{token}"
    device = await in_thread(partial(window.device_of, house, "terminal", token))
    stream = await in_thread(partial(window.visited, house, device, visit))
    if not stream.startswith("service/"):
        return RedirectResponse(home, 303)
    found = await in_thread(partial(window.rateable_here, house, stream))
    form = await request.form(max_files=0)
    problem = await _rate(request, found, form, device)
    if problem is not None:
        return _rating(request, (f"{home}/rate/{visit}", home), found, problem, form)
    return RedirectResponse(f"{home}/rate/{visit}?thanks=1", 303)


async def _rate(
    request: Request, found: Rateable, form: Any, device: window.Device
) -> ProblemError | None:
    house = faces(request)
    given: dict[str, Any] = {
        "later": form_text(form, "later") == "1",
        "level": str(_level(form_text(form, "level"))),
        "text": form_text(form, "text")[:_TEXT_MAX],
        "indicators": tuple(one for one in form.getlist("indicators") if isinstance(one, str)),
    }
    identity = f"rate/{found.stream}/{form_text(form, 'message_id')[:64] or house.new_id()}"
    try:
        envelope = await in_thread(
            rating_of(request, house, found, given, identity=identity, device=device.place)
        )
        await send(request, envelope)
    except ProblemError as problem:
        return problem
    return None


def _rating(
    request: Request,
    places: tuple[str, str],
    found: Rateable,
    problem: ProblemError | None,
    form: Any = None,
) -> Response:
    here, home = places
    level = _level(form_text(form, "level") if form else request.query_params.get("level", ""))
    chosen = language(request)
    values = {
        "here": here,
        "found": found,
        "may_later": found.may_rate_later(faces(request)),
        "level": level,
        "levels": LEVELS,
        "poor": 0 < level <= POOR_LEVEL_MAX,
        "indicators": [
            (one.code, one.en if chosen == "en" else one.zh) for one in NATIONAL.of(level)
        ],
        "ticked": form.getlist("indicators") if form else (),
        "text": form_text(form, "text") if form else "",
        "message_id": faces(request).new_id(),
        "declines": home.startswith("/tablet/"),
        **told(request, problem),
    }
    return _plain(request, "kiosk_rate.html", home, values, problem.status if problem else 200)


def _asking(request: Request, token: str, what: str, problem: ProblemError | None) -> Response:
    if what not in ASKED:
        raise ProblemError("unknown-page")
    values = {"what": what, "here": f"/terminal/{token}/{what}", **told(request, problem)}
    home = f"/terminal/{token}"
    return _plain(request, "terminal_ask.html", home, values, problem.status if problem else 200)


def _plain(
    request: Request, template: str, home: str, values: dict[str, Any], status: int = 200
) -> Response:
    """Render for a device that many people use: nothing of it stays behind."""
    whole = {"home": home, "idle": IDLE_SECONDS, "poll": 0, **values}
    response = render(request, template, whole, status)
    response.headers["Cache-Control"] = "no-store"
    if request.url.path == home and "lang" not in request.query_params:
        response.delete_cookie(LANGUAGE_COOKIE)  # the next person begins in Chinese
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _level(given: str) -> int:
    return int(given) if given in {str(level) for level in LEVELS} else 0
