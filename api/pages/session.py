"""Log in and out."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.json.sessions import end_session, keep_session, open_session
from api.pages.frame import language, render
from api.problems import ProblemError, texts_of
from api.security import SESSION_COOKIE, any_staff, anyone, check_csrf, check_same_site, faces

router = APIRouter(include_in_schema=False)


@router.get("/login", dependencies=[anyone("login page")])
async def login_page(request: Request) -> Response:
    """登录."""
    values = {"next": _safe(request.query_params.get("next", "/")), "problem": None, "username": ""}
    return render(request, "login.html", values)


@router.post("/login", dependencies=[anyone("password")])
async def log_in(
    request: Request,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the name of the form's field
) -> Response:
    """登录. 303, so a reload repeats the read."""
    check_same_site(request)
    try:
        _, token = await open_session(request, username, password)
    except ProblemError as problem:
        texts = texts_of(faces(request).messages, language(request), problem.code, problem.detail)
        values = {"next": _safe(next), "problem": texts, "username": username}
        response = render(request, "login.html", values, problem.status)
        response.headers.update(problem.headers)
        return response
    led_on = RedirectResponse(_safe(next), 303)
    keep_session(request, led_on, token)
    return led_on


@router.post("/logout", dependencies=[any_staff()])
async def log_out(request: Request, csrf: Annotated[str, Form()] = "") -> Response:
    """退出."""
    check_csrf(request, csrf)
    await end_session(request)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def _safe(target: str) -> str:
    """Keep a redirect inside the house."""
    inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if inside else "/"
