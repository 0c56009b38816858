"""Staff 人员与角色: who holds which roles, and whose account is open. Secrets stay out of the log.

An account is made before its holder is appointed: without an appointment and a password it opens
nothing, so that whatever breaks off in between leaves a closed door.
"""

import re
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.forms import kept
from api.naming import department_of
from api.pages.administration.forms import done, form_of, line, reason_of, send, show, wrong
from api.pages.frame import form_text, language
from api.ports import Faces
from api.problems import ProblemError
from api.security import faces, in_thread, requires
from hotline.people.actors import Role
from hotline.people.appointments import (
    HANDLING_ROLES,
    HOTLINE_ROLES,
    SEPARATED_POWERS,
    UNAPPOINTED_ROLES,
)
from hotline.people.commands import (
    AppointStaff,
    DisableStaff,
    DismissStaff,
    EnableStaff,
    InviteStaff,
)
from hotline.people.queries import Query
from hotline.people.staff import StaffMember
from hotline.people.state import Staff

router = APIRouter(include_in_schema=False)

PATH: Final = "/admin/staff"
SHOWN_MAX: Final = 200
"""People that a list shows at once; a search finds the others (our default)."""
USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")
_OTHERS: Final = frozenset(Role) - HOTLINE_ROLES - HANDLING_ROLES - SEPARATED_POWERS
GROUPS: Final[tuple[tuple[str, tuple[Role, ...]], ...]] = tuple(
    (name, tuple(role for role in Role if role in roles))
    for name, roles in (
        ("hotline", HOTLINE_ROLES),
        ("handling", HANDLING_ROLES),
        ("powers", SEPARATED_POWERS),
        ("others", _OTHERS - UNAPPOINTED_ROLES),
    )
)
"""Roles as the form groups them; those of one group may often stand together."""
STANDINGS: Final = ("open", "invited", "none", "disabled", "left")


@router.get(PATH, dependencies=[requires(Query.STAFF_ADMIN)])
async def overview(request: Request) -> Response:
    """人员名册."""
    asked = {name: request.query_params.get(name, "").strip()[:60] for name in _FILTERS}
    house, chosen = faces(request), language(request)
    rows = await in_thread(partial(_rows, house, asked))
    directory = house.archive.departments()
    values = {
        "rows": rows[:SHOWN_MAX],
        "more": len(rows) - SHOWN_MAX,
        "asked": asked,
        "standings": STANDINGS,
        "roles": [role.value for role in Role if role not in UNAPPOINTED_ROLES],
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
    }
    return await show(request, "admin/staff.html", values)


@router.get(f"{PATH}/new", dependencies=[requires(AppointStaff)])
async def new(request: Request) -> Response:
    """任用新人."""
    return await _page(request, "")


@router.post(f"{PATH}/new", dependencies=[requires(AppointStaff)])
async def add(request: Request) -> Response:
    """任用, with an account and an invitation."""
    form, house = await form_of(request), faces(request)
    username = line(form, "username").lower()
    try:
        command = _appointment(request, form)
        await in_thread(partial(_check_username, house, username))
        member = StaffMember(
            person=username,
            display_name=line(form, "display_name") or username,
            roles=(),
            username=username,
        )
        await in_thread(partial(house.accounts.add_staff, member, None))
        await send(request, form, f"staff/{username}", command)
        link = await _invited(request, form, username)
    except ProblemError as problem:
        return await _page(request, "", problem, form=form)
    return await _page(request, username, link=link)


@router.get(f"{PATH}/{{person}}", dependencies=[requires(Query.STAFF_ADMIN)])
async def one(request: Request, person: str) -> Response:
    """一个人员."""
    return await _page(request, person)


@router.post(f"{PATH}/{{person}}", dependencies=[requires(AppointStaff)])
async def appoint(request: Request, person: str) -> Response:
    """变更角色和单位; the name that pages show is changed beside it."""
    form, house = await form_of(request), faces(request)
    try:
        await send(request, form, f"staff/{person}", _appointment(request, form))
        if name := line(form, "display_name"):
            await in_thread(partial(house.accounts.set_display_name, person, name))
    except ProblemError as problem:
        return await _page(request, person, problem, form=form)
    return done(f"{PATH}/{person}")


@router.post(f"{PATH}/{{person}}/invite", dependencies=[requires(InviteStaff)])
async def invite(request: Request, person: str) -> Response:
    """邀请或重置: the link is shown this once; whoever was logged in is out."""
    form, house = await form_of(request), faces(request)
    try:
        if await in_thread(partial(house.accounts.invitation_of, person)) is None:
            member = StaffMember(person=person, display_name=person, roles=(), username=person)
            await in_thread(partial(house.accounts.add_staff, member, None))
        link = await _invited(request, form, person)
    except ProblemError as problem:
        return await _page(request, person, problem)
    return await _page(request, person, link=link)


@router.post(f"{PATH}/{{person}}/disable", dependencies=[requires(DisableStaff)])
async def disable(request: Request, person: str) -> Response:
    """停用."""
    return await _with_reason(request, person, DisableStaff)


@router.post(f"{PATH}/{{person}}/enable", dependencies=[requires(EnableStaff)])
async def enable(request: Request, person: str) -> Response:
    """启用."""
    return await _with_reason(request, person, EnableStaff)


@router.post(f"{PATH}/{{person}}/dismiss", dependencies=[requires(DismissStaff)])
async def dismiss(request: Request, person: str) -> Response:
    """离任."""
    return await _with_reason(request, person, DismissStaff)


_FILTERS: Final = ("q", "department", "role", "standing")


async def _with_reason(
    request: Request,
    person: str,
    command: type[DisableStaff] | type[EnableStaff] | type[DismissStaff],
) -> Response:
    form = await form_of(request)
    try:
        await send(request, form, f"staff/{person}", command(reason=reason_of(form)))
    except ProblemError as problem:
        return await _page(request, person, problem, form=form)
    return done(f"{PATH}/{person}")


async def _invited(request: Request, form: FormData, person: str) -> str:
    house = faces(request)
    await send(request, form, f"staff/{person}", InviteStaff(), step="/invitation", fresh=True)
    state = house.archive.state(f"staff/{person}").state
    count = state.invitations_count if isinstance(state, Staff) else 1
    return f"/invitation/{house.administration.invitation_link(person, count)}"


def _appointment(request: Request, form: FormData) -> AppointStaff:
    directory = faces(request).archive.departments()
    given = [value for value in form.getlist("roles") if isinstance(value, str)]
    if any(role not in set(Role) for role in given):
        raise wrong("roles", "unknown-word")
    return AppointStaff(
        department=department_of(directory, line(form, "department")),
        roles=tuple(Role(role) for role in given),
    )


def _check_username(house: Faces, username: str) -> None:
    if not USERNAME.fullmatch(username):
        raise ProblemError("username-malformed", status=422)
    if _is_known(house, username):
        raise ProblemError("username-taken")


def _is_known(house: Faces, username: str) -> bool:
    """Tell whether the name is taken by another account, or by anybody in the log.

    An account that no appointment followed, because something broke off, may be made again.
    """
    if house.archive.state(f"staff/{username}").version:
        return True
    return any(m.username == username and m.person != username for m in house.accounts.known())


def standing_of(state: Any, *, has_account: bool) -> str:
    """Say in one word how an account stands."""
    if not isinstance(state, Staff) or state.dismissed:
        return "left"
    if state.disabled:
        return "disabled"
    if state.is_invited:
        return "invited"
    return "open" if has_account else "none"


def _rows(house: Faces, asked: dict[str, str]) -> list[dict[str, Any]]:
    accounts = {member.person: member for member in house.accounts.known()}
    query = asked["q"].lower()
    directory = house.archive.departments()
    department = department_of(directory, asked["department"])
    found: list[dict[str, Any]] = []
    for person, record in house.administration.states("staff/").items():
        state, account = record.state, accounts.get(person)
        if not isinstance(state, Staff):
            continue
        name = account.display_name if account else ""
        row = {
            "person": person,
            "name": name,
            "department": state.department,
            "roles": [role.value for role in state.roles],
            "standing": standing_of(state, has_account=account is not None),
        }
        if query and query not in person.lower() and query not in name.lower():
            continue
        if department and department != state.department:
            continue
        if asked["role"] and asked["role"] not in row["roles"]:
            continue
        if asked["standing"] and asked["standing"] != row["standing"]:
            continue
        found.append(row)
    return found


async def _page(
    request: Request,
    person: str,
    problem: ProblemError | None = None,
    *,
    form: FormData | None = None,
    link: str = "",
) -> Response:
    house, chosen = faces(request), language(request)
    directory = house.archive.departments()
    record = house.archive.state(f"staff/{person}")
    state = record.state
    if person and not isinstance(state, Staff):
        raise ProblemError("unknown-staff")
    known = await in_thread(partial(house.accounts.known))
    account = next((member for member in known if member.person == person), None)
    given = dict(kept(form)) if form is not None else {}
    typed_roles = [v for v in form.getlist("roles") if isinstance(v, str)] if form else []
    if form is not None and "department" in form:
        roles = typed_roles
    else:
        roles = [role.value for role in state.roles] if isinstance(state, Staff) else []
    values = {
        "person": person,
        "state": state,
        "account": account,
        "standing": standing_of(state, has_account=account is not None) if person else "",
        "groups": [(name, [role.value for role in roles]) for name, roles in GROUPS],
        "roles": roles,
        "given": given,
        "link": f"{house.texting.public_url.rstrip('/') or str(request.base_url).rstrip('/')}{link}"
        if link
        else "",
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
        "department_given": given.get("department")
        or (directory.name(state.department, chosen) if isinstance(state, Staff) else ""),
        "form_text": form_text,
    }
    stream = f"staff/{person}" if person else ""
    return await show(request, "admin/person.html", values, problem, stream=stream)
