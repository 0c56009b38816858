"""Sessions 登录: log in, log out, who am I."""

from functools import partial
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.problems import ProblemError
from api.security import (
    SESSION_COOKIE,
    any_staff,
    anyone,
    csrf_of,
    faces,
    forget,
    in_thread,
    member_of,
)
from hotline.people.staff import StaffMember

router = APIRouter(tags=["session"])


class LogIn(msgspec.Struct, forbid_unknown_fields=True):
    """登录."""

    username: str
    password: str


async def open_session(request: Request, username: str, password: str) -> tuple[StaffMember, str]:
    """Log in, or say no in the same words for a wrong name and a wrong password."""
    house = faces(request)
    found = await in_thread(
        partial(house.accounts.log_in, username[:200], password[:200], house.clock())
    )
    if found is None:
        raise ProblemError("wrong-credentials")
    if not isinstance(found, tuple):
        raise ProblemError(
            "too-many-tries",
            {"minutes": str(-(-found.seconds // 60))},
            headers={"Retry-After": str(found.seconds)},
        )
    return found


def keep_session(request: Request, response: Response, token: str) -> None:
    """Put the session into a cookie that scripts cannot read."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        httponly=True,
        samesite="lax",
        secure=faces(request).secure_cookies or request.url.scheme == "https",
        path="/",
    )


async def end_session(request: Request) -> None:
    """End the session of a request, if it has one."""
    token = request.cookies.get(SESSION_COOKIE, "")
    if token:
        await in_thread(partial(faces(request).accounts.log_out, token))
        forget(request, token)


@router.post("/session", dependencies=[anyone("password")], response_model=None)
async def log_in(request: Request) -> Response:
    """Log in with user name and password; sets the session cookie."""
    try:
        given = msgspec.json.decode(await request.body(), type=LogIn)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProblemError("not-json") from None
    member, token = await open_session(request, given.username, given.password)
    request.cookies[SESSION_COOKIE] = token
    response = _described(request, member)
    keep_session(request, response, token)
    return response


@router.get("/session", dependencies=[any_staff()], response_model=None)
async def who_am_i(request: Request) -> Response:
    """Say who is logged in, and the token that changes must carry in X-CSRF-Token."""
    member = await member_of(request)
    if member is None:
        raise ProblemError("not-logged-in")
    return _described(request, member)


@router.delete("/session", dependencies=[any_staff()], response_model=None, status_code=204)
async def log_out(request: Request) -> Response:
    """Log out."""
    await end_session(request)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def _described(request: Request, member: StaffMember) -> Response:
    said: dict[str, Any] = {
        "person": member.person,
        "display_name": member.display_name,
        "roles": [role.value for role in member.roles],
        "department": member.department,
        "csrf_token": csrf_of(request),
    }
    return Response(msgspec.json.encode(said), media_type="application/json")
