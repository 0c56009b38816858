"""Security 准入: who is asking, in which role, and whether the table allows it.

A route declares its permission by `requires(...)` or `anyone(...)`; a test walks every route with
every role. What depends on the single ticket (own department, separation of duties) is refused by
the handlers, inside the transaction. Sessions are remembered for some seconds so that a click
costs no extra query (our default: a log-out reaches other processes within that time). While the
store does not answer, whoever was known to this process a short while ago still is: Kafka may keep
what they hand in, and nothing else can be done without the store.
"""

import hashlib
import hmac
from collections.abc import Container
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar, cast

from anyio import to_thread
from fastapi import Depends
from starlette.requests import Request

from api.ports import Faces
from api.problems import ProblemError
from hotline.people.actors import Actor, Role
from hotline.people.command_table import COMMANDS, AnyCommand
from hotline.people.queries import QUERIES, Query
from hotline.people.staff import StaffMember

ResultT = TypeVar("ResultT")

SESSION_COOKIE: Final = "bihuan_session"
CSRF_HEADER: Final = "x-csrf-token"
REMEMBERED_SECONDS: Final = 5
AWAY_SECONDS_MAX: Final = 15 * 60
"""How long a key or session holds that a store which is away cannot confirm (our default)."""
THREADS_MAX: Final = 128
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Permission:
    """许可: what a route demands. `roles` None means that no log-in is needed."""

    name: str
    roles: frozenset[Role] | None


class Requires:
    """准入: the dependency that a route declares."""

    __slots__ = ("permission",)

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> None:
        """Find the actor, or refuse; the actor stands in `request.state.actor` from here on."""
        roles = self.permission.roles
        if roles is None:
            return
        member = await member_of(request)
        if member is None:
            raise ProblemError("not-logged-in", headers={"WWW-Authenticate": "Bearer"})
        actor = acting(member, roles)
        request.state.actor = actor
        request.scope["person"] = actor.person


def requires(demand: type[AnyCommand] | Query) -> Any:
    """Demand what the permission table says of a command or a question."""
    if isinstance(demand, Query):
        return Depends(Requires(Permission(demand.value, frozenset(QUERIES[demand]))))
    return Depends(Requires(Permission(demand.__name__, frozenset(COMMANDS[demand]))))


def any_staff() -> Any:
    """Demand a log-in and nothing more."""
    return Depends(Requires(Permission("any-staff", frozenset(Role))))


def anyone(name: str) -> Any:
    """Say that a route is open to all, and what guards it instead."""
    return Depends(Requires(Permission(name, None)))


def faces(request: Request) -> Faces:
    """Give what the composition root handed in."""
    return cast(Faces, request.app.state.faces)


def actor_of(request: Request) -> Actor:
    """Give the actor that `Requires` found."""
    return cast(Actor, request.state.actor)


def acting(member: StaffMember, permitted: Container[Role]) -> Actor:
    """Choose the first role that may, or refuse."""
    actor = member.acting_as(permitted)
    if actor is None:
        role = member.roles[0].value if member.roles else ""
        raise ProblemError("role-not-permitted", {"role": role})
    return actor


async def member_of(request: Request) -> StaffMember | None:
    """Give the member or system that asks, by key or by session; None for a stranger."""
    if "member" in request.scope:
        return cast(StaffMember | None, request.scope["member"])
    member = await _member(request)
    request.scope["member"] = member
    return member


async def _member(request: Request) -> StaffMember | None:
    house = faces(request)
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await _remembered(request, "key", key, partial(house.accounts.system, key))
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token:
        return None
    member = await _remembered(
        request, "session", token, partial(house.accounts.session, token, house.clock())
    )
    is_form = request.headers.get("content-type", "").startswith(_FORMS)
    if member is not None and request.method not in _SAFE and not is_form:
        check_csrf(request, request.headers.get(CSRF_HEADER, ""))
    return member


async def _remembered(
    request: Request, kind: str, secret: str, ask: partial[StaffMember | None]
) -> StaffMember | None:
    remembered: dict[tuple[str, str], tuple[float, StaffMember]] = request.app.state.remembered
    now = faces(request).clock().timestamp()
    place = (kind, hashlib.sha256(secret.encode()).hexdigest())
    known = remembered.get(place)
    if known is not None and known[0] > now:
        return known[1]
    try:
        member = await in_thread(ask)
    except request.app.state.unavailable:
        if known is None or known[0] + AWAY_SECONDS_MAX < now:
            raise
        return known[1]
    if len(remembered) > THREADS_MAX * THREADS_MAX:
        remembered.clear()
    if member is None:
        remembered.pop(place, None)
    else:
        remembered[place] = (now + REMEMBERED_SECONDS, member)
    return member


def forget(request: Request, token: str) -> None:
    """Forget a session that ended."""
    place = ("session", hashlib.sha256(token.encode()).hexdigest())
    request.app.state.remembered.pop(place, None)


def csrf_of(request: Request) -> str:
    """Give the token that a form of this session carries."""
    token = request.cookies.get(SESSION_COOKIE, "")
    return hashlib.sha256(f"csrf/{token}".encode()).hexdigest()[:32] if token else ""


def check_csrf(request: Request, given: str) -> None:
    """Refuse a form that was not made for this session."""
    if not hmac.compare_digest(csrf_of(request).encode(), given.encode()):
        raise ProblemError("csrf-token-wrong")


def check_same_site(request: Request) -> None:
    """Refuse a form that another site's page sends, where there is no session to bind it to."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ProblemError("csrf-token-wrong")


def client_address(request: Request) -> str:
    """Give the address that a request came from; "" where the server does not know it.

    Behind proxies of the house it is the last address they did not add themselves: whatever stands
    before it in `X-Forwarded-For` was written by the client, who may write what it likes.
    """
    address, trusted = request.client.host if request.client else "", faces(request).trusted_proxies
    if address not in trusted:
        return address
    passed = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    outside = (part.strip() for part in reversed(passed))
    return next((part for part in outside if part and part not in trusted), address)[:64]


async def in_thread(work: partial[ResultT]) -> ResultT:
    """Run what blocks on the store in a thread; the application sets how many there are."""
    return await to_thread.run_sync(work)
