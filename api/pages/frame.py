"""Frame 页面框架: what every page shares: language, menu, member, times, watermark, error page."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api import reading
from api.messages import Language, Messages, language_of
from api.pages.menu import current, menu_of
from api.pages.times import ago, until
from api.problems import ProblemError, texts_of
from api.security import csrf_of, faces
from hotline.calls.commands import AcceptCall
from hotline.clocks.calendar import SHANGHAI
from hotline.people.command_table import COMMANDS
from hotline.people.queries import QUERIES, Query
from hotline.people.staff import StaffMember
from hotline.tickets.commands import RegisterTicket

LANGUAGE_COOKIE: Final = "bihuan_lang"
LAST_COOKIE: Final = "bihuan_last"
"""Who was logged in here last; a form that outlived its session goes on for that person only."""

SOON: Final = timedelta(hours=24)
"""A limit of a stage that ends within a day shows yellow (our default)."""
FIELDS_MAX: Final = 4000
"""Fields of one form; a table of a hundred rows has some hundreds (our default)."""

_SESSION_OVER: Final = frozenset({"not-logged-in", "csrf-token-wrong"})
_NEVER_KEPT: Final = frozenset({"csrf", "password"})
_FORM: Final = "application/x-www-form-urlencoded"

_environment: Final = Environment(
    loader=PackageLoader("api"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def language(request: Request) -> Language:
    """Choose by the switch, then by what was chosen before; Chinese by default."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
    return "en" if asked == "en" else "zh"


def render(
    request: Request, template: str, values: Mapping[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """Render a page in the reader's language."""
    house, chosen = faces(request), language(request)
    member: StaffMember | None = request.scope.get("member")
    say, now, menu = partial(house.messages.text, chosen), house.clock(), menu_of(member)
    context = {
        "t": say,
        "section": partial(house.messages.section, chosen),
        "has": house.messages.has,
        "lang": chosen,
        "other_language": other_language(request, chosen),
        "member": member,
        "menu": menu,
        "here": request.url.path,
        "current": current(request.url.path, menu),
        "csrf": csrf_of(request),
        "may_register": member is not None
        and member.acting_as(COMMANDS[RegisterTicket]) is not None,
        "may_take_calls": member is not None and member.acting_as(COMMANDS[AcceptCall]) is not None,
        "may_list": member is not None and member.acting_as(QUERIES[Query.TICKET_LIST]) is not None,
        "helped": helped(house.messages, chosen, template),
        "moment": moment,
        "micros": lambda at: moment(reading.local(at)) if at else "",
        "ago": lambda at: ago(say, at, now),
        "until": lambda at: until(say, at, now),
        "passed": lambda at: bool(at) and reading.local(at) < now,
        "soon": lambda at: bool(at) and reading.local(at) - now < SOON,
        "department_name": partial(department_name, request, chosen),
        "watermark": watermark(member, now),
        "city": house.city,
        **(values or {}),
    }
    html = _environment.get_template(template).render(context)
    response = HTMLResponse(html, status)
    response.headers["Content-Language"] = chosen
    if member is not None:
        response.headers["Cache-Control"] = "no-store"
    if request.query_params.get("lang") in ("zh", "en"):
        response.set_cookie(LANGUAGE_COOKIE, chosen, samesite="lax", max_age=31_536_000)
    return response


def helped(messages: Messages, chosen: Language, template: str) -> tuple[str, ...]:
    """Give the help of a page, and the keys that work on every page."""
    own = messages.section(chosen, f"help.{template.removesuffix('.html')}")
    return (*own.values(), *messages.section(chosen, "help.general").values())


async def error_page(request: Request, problem: ProblemError) -> Response:
    """Show a problem as a page; a stranger is led to the log-in, with what was typed."""
    if problem.code in _SESSION_OVER and (typed := await typed_before(request)):
        return resume_page(request, typed)
    if problem.code == "not-logged-in":
        target = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/login?next={quote(target)}", 303)
    house, chosen = faces(request), language(request)
    texts = texts_of(house.messages, chosen, problem.code, problem.detail)
    member: StaffMember | None = request.scope.get("member")
    roles = (
        [house.messages.text(chosen, f"role.{one.value}") for one in member.roles] if member else []
    )
    values = {
        "member_roles": house.messages.text(chosen, "page.joint").join(roles),
        "problem": texts,
        "code": problem.code,
        "status": problem.status,
        "request_id": request.scope.get("request_id", ""),
    }
    response = render(request, "error.html", values, problem.status)
    response.headers.update(problem.headers)
    return response


async def typed_before(request: Request) -> list[tuple[str, str]]:
    """Give the fields of a form of our own pages that came without a living session, in order.

    A name may come several times: every chosen line of a list, every row of a table.

    A form that another site made is not kept: its sender must not get somebody else to send it.
    """
    is_form = request.headers.get("content-type", "").startswith(_FORM)
    own = request.headers.get("sec-fetch-site") == "same-origin"
    if request.method != "POST" or not (is_form and own) or "hx-request" in request.headers:
        return []
    form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    return [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in _NEVER_KEPT
    ]


def resume_page(request: Request, typed: Sequence[tuple[str, str]], status: int = 401) -> Response:
    """Ask for the log-in again, or only for a word of assent, and keep what was typed."""
    values = {
        "target": request.url.path,
        "typed": [(name, value) for name, value in typed if name not in _NEVER_KEPT],
        "username": request.cookies.get(LAST_COOKIE, ""),
        "problem": None,
        "violations": (),
    }
    return render(request, "resume.html", values, status)


def told(request: Request, problem: ProblemError | None) -> dict[str, Any]:
    """Give what a page says of a problem above its form."""
    if problem is None:
        return {"problem": None, "violations": ()}
    texts = texts_of(faces(request).messages, language(request), problem.code, problem.detail)
    return {"problem": texts, "violations": problem.violations}


def identity_of(request: Request, form: FormData, person: str) -> str:
    """Give the identity of a form's message; a double click has the same one."""
    given = form_text(form, "message_id")
    return f"form/{person}/{given[:64]}" if given else f"form/{faces(request).new_id()}"


def form_text(form: FormData, name: str) -> str:
    """Give a field that is a text, "" for anything else."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def inside(target: str) -> str:
    """Keep a way back inside the house; "" for any other."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else ""


def other_language(request: Request, chosen: Language) -> str:
    """Give the address of this page in the other language."""
    asked = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
    return f"{request.url.path}?{urlencode([*asked, ('lang', 'zh' if chosen == 'en' else 'en')])}"


def moment(at: datetime | None) -> str:
    """Write a time as people read it."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else ""


def department_name(request: Request, chosen: Language, code: str) -> str:
    """Give the name of a department."""
    return faces(request).archive.departments().name(code, chosen) if code else ""


def watermark(member: StaffMember | None, now: datetime) -> str:
    """Make the background that says who looked and when, as a data address."""
    if member is None:
        return ""
    names = dict.fromkeys((member.display_name, member.username))
    words = " ".join((*filter(None, names), moment(now)))
    safe = words.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;")
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='340' height='200'>"
        f"<text x='20' y='120' transform='rotate(-22 170 100)' font-size='15'>{safe}</text></svg>"
    )
    return f"data:image/svg+xml,{quote(drawing)}"


__all__ = ["error_page", "language", "language_of", "moment", "render"]
