"""Log in and out."""

from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.json.sessions import end_session, keep_session, open_session
from api.pages.frame import FIELDS_MAX, LAST_COOKIE, form_text, inside, language, render
from api.problems import ProblemError, texts_of
from api.security import SESSION_COOKIE, any_staff, anyone, check_csrf, check_same_site, faces

router = APIRouter(include_in_schema=False)

_KEPT: Final = "kept."


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
    _remember(request, led_on, username)
    return led_on


@router.post("/login/resume", dependencies=[anyone("password")])
async def resume(request: Request) -> Response:
    """重新登录, and go on with the form that outlived its session. Nothing is sent unasked."""
    check_same_site(request)
    form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    kept = [
        (name.removeprefix(_KEPT), value)
        for name, value in form.multi_items()
        if name.startswith(_KEPT) and isinstance(value, str)
    ]
    target, username = _safe(form_text(form, "target")), form_text(form, "username")
    values = {"target": target, "typed": kept, "username": username, "violations": ()}
    last = request.cookies.get(LAST_COOKIE, "")
    try:
        _same_person(last, username)
        member, token = await open_session(request, username, form_text(form, "password"))
    except ProblemError as problem:
        texts = texts_of(faces(request).messages, language(request), problem.code, problem.detail)
        response = render(request, "resume.html", {**values, "problem": texts}, problem.status)
        response.headers.update(problem.headers)
        return response
    request.scope["member"] = member
    request.cookies[SESSION_COOKIE] = token  # the form that is shown now belongs to this session
    response = render(request, "resume.html", {**values, "problem": None})
    keep_session(request, response, token)
    _remember(request, response, username)
    return response


@router.post("/logout", dependencies=[any_staff()])
async def log_out(request: Request, csrf: Annotated[str, Form()] = "") -> Response:
    """退出."""
    check_csrf(request, csrf)
    await end_session(request)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def _same_person(last: str, username: str) -> None:
    """Refuse to hand what one person typed to another."""
    if last and username != last:
        raise ProblemError("another-persons-form")


def _remember(request: Request, response: Response, username: str) -> None:
    """Remember who logged in, so that a form that outlives the session finds its writer."""
    response.set_cookie(
        LAST_COOKIE,
        username,
        httponly=True,
        samesite="strict",
        secure=faces(request).secure_cookies or request.url.scheme == "https",
        path="/",
        max_age=86_400,
    )


def _safe(target: str) -> str:
    """Keep a redirect inside the house."""
    return inside(target) or "/"
