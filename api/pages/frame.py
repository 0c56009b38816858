"""Frame 页面框架: what every page shares: language, menu, member, watermark, error page."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api import reading
from api.messages import Language, language_of
from api.problems import ProblemError, texts_of
from api.security import csrf_of, faces
from hotline.clocks.calendar import SHANGHAI
from hotline.people.command_table import COMMANDS
from hotline.people.queries import QUERIES, Query
from hotline.people.staff import StaffMember
from hotline.tickets.commands import RegisterTicket

LANGUAGE_COOKIE: Final = "bihuan_lang"

MENU: Final[tuple[tuple[str, str, Query | None], ...]] = (
    ("home", "/", None),
    ("tickets", "/tickets", Query.TICKET_LIST),
    ("inbox", "/inbox", Query.DEPARTMENT_INBOX),
    ("revisits", "/revisits", Query.REVISIT_WORKLIST),
    ("deadlines", "/deadlines", Query.DEADLINE_BOARD),
    ("returns", "/returns", Query.RETURNS_BOARD),
    ("kpis", "/kpis", Query.KPI_READ),
    ("statistics", "/statistics", Query.EVALUATION_STATISTICS),
    ("contact_tasks", "/contact-tasks", Query.CONTACT_TASKS),
    ("texts", "/texts", Query.TEXT_LOG),
    ("reports", "/reports", Query.REPORTS),
    ("audit", "/audit", Query.AUDIT_READ),
    ("dead_letters", "/dead-letters", Query.DEAD_LETTERS),
)

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
    say = partial(house.messages.text, chosen)
    context = {
        "t": say,
        "section": partial(house.messages.section, chosen),
        "has": house.messages.has,
        "lang": chosen,
        "other_language": other_language(request, chosen),
        "member": member,
        "menu": menu_of(member),
        "here": request.url.path,
        "csrf": csrf_of(request),
        "may_register": member is not None
        and member.acting_as(COMMANDS[RegisterTicket]) is not None,
        "moment": moment,
        "micros": lambda at: moment(reading.local(at)) if at else "",
        "department_name": partial(department_name, request, chosen),
        "watermark": watermark(member, house.clock()),
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


def error_page(request: Request, problem: ProblemError) -> Response:
    """Show a problem as a page; a stranger is led to the log-in."""
    if problem.code == "not-logged-in":
        target = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/login?next={quote(target)}", 303)
    house = faces(request)
    texts = texts_of(house.messages, language(request), problem.code, problem.detail)
    values = {
        "problem": texts,
        "code": problem.code,
        "status": problem.status,
        "request_id": request.scope.get("request_id", ""),
    }
    response = render(request, "error.html", values, problem.status)
    response.headers.update(problem.headers)
    return response


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


def menu_of(member: StaffMember | None) -> list[tuple[str, str]]:
    """List the pages that this member may open."""
    if member is None:
        return []
    return [
        (name, path)
        for name, path, query in MENU
        if query is None or member.acting_as(QUERIES[query]) is not None
    ]


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
    words = f"{member.display_name} {member.username} {moment(now)}"
    safe = words.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;")
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='340' height='200'>"
        f"<text x='20' y='120' transform='rotate(-22 170 100)' font-size='15'>{safe}</text></svg>"
    )
    return f"data:image/svg+xml,{quote(drawing)}"


__all__ = ["error_page", "language", "language_of", "moment", "render"]
