"""Departments 组织机构: the hierarchy, what a department is called, its duty phone, its end."""

from collections import Counter
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import read_fields
from api.forms import kept
from api.naming import department_of
from api.pages.administration.forms import done, form_of, line, reason_of, send, show, wrong
from api.pages.frame import language
from api.ports import Faces
from api.problems import ProblemError
from api.security import faces, in_thread, requires
from handlers.envelope import Personal
from hotline.people.commands import (
    AddDepartment,
    ChangeDepartment,
    ChangeDutyPhone,
    DepartmentLevel,
    RetireDepartment,
)
from hotline.people.directory import DepartmentDirectory
from hotline.people.state import Staff

router = APIRouter(include_in_schema=False)

PATH: Final = "/admin/departments"
FOUND_MAX: Final = 60
"""Departments that a search shows (our default)."""
_CODE_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_CODE_LENGTH_MAX: Final = 40


@router.get(PATH, dependencies=[requires(ChangeDepartment)])
async def overview(request: Request) -> Response:
    """组织机构."""
    return await _page(request, "")


@router.get(f"{PATH}/new", dependencies=[requires(AddDepartment)])
async def new(request: Request) -> Response:
    """新设单位."""
    parent = request.query_params.get("parent", "")[:_CODE_LENGTH_MAX]
    return await _page(request, "", adding=True, given={"parent": parent} if parent else {})


@router.post(f"{PATH}/new", dependencies=[requires(AddDepartment)])
async def add(request: Request) -> Response:
    """设立."""
    form = await form_of(request)
    code = line(form, "code").lower()
    try:
        _check_code(faces(request), code)
        await send(request, form, f"department/{code}", AddDepartment(**_said(request, form)))
    except ProblemError as problem:
        return await _page(request, "", problem, adding=True, given=kept(form))
    return done(f"{PATH}/{code}")


@router.get(f"{PATH}/{{code}}", dependencies=[requires(ChangeDepartment)])
async def one(request: Request, code: str) -> Response:
    """一个单位."""
    return await _page(request, code)


@router.post(f"{PATH}/{{code}}", dependencies=[requires(ChangeDepartment)])
async def change(request: Request, code: str) -> Response:
    """变更."""
    form = await form_of(request)
    try:
        command = ChangeDepartment(**_said(request, form))
        await send(request, form, f"department/{code}", command)
    except ProblemError as problem:
        return await _page(request, code, problem, given=kept(form))
    return done(f"{PATH}/{code}")


@router.post(f"{PATH}/{{code}}/phone", dependencies=[requires(ChangeDutyPhone)])
async def phone(request: Request, code: str) -> Response:
    """值班电话: into the vault, with an event that says that it changed."""
    form = await form_of(request)
    try:
        body = read_fields({"phone": line(form, "phone")}, ChangeDutyPhone)
        number = getattr(body, "phone", "")
        command = ChangeDutyPhone(given=bool(number))
        told = (Personal(citizen=f"department/{code}", phone=number),)
        await send(request, form, f"department/{code}", command, personal=told)
    except ProblemError as problem:
        return await _page(request, code, problem, given={"phone": line(form, "phone")})
    return done(f"{PATH}/{code}")


@router.post(f"{PATH}/{{code}}/retire", dependencies=[requires(RetireDepartment)])
async def retire(request: Request, code: str) -> Response:
    """撤销."""
    form = await form_of(request)
    try:
        command = RetireDepartment(reason=reason_of(form))
        await send(request, form, f"department/{code}", command)
    except ProblemError as problem:
        return await _page(request, code, problem, given={"reason": reason_of(form)})
    return done(f"{PATH}/{code}")


def _check_code(house: Faces, code: str) -> None:
    if not code or len(code) > _CODE_LENGTH_MAX or not set(code) <= _CODE_CHARACTERS:
        raise wrong("code", "wrong-type")
    if house.archive.departments().get(code) is not None:
        raise ProblemError("department-exists")


def _said(request: Request, form: FormData) -> dict[str, Any]:
    level = line(form, "level")
    if level not in set(DepartmentLevel):
        raise wrong("level", "unknown-word")
    directory = faces(request).archive.departments()
    return {
        "name": line(form, "name"),
        "name_en": line(form, "name_en"),
        "level": DepartmentLevel(level),
        "parent": department_of(directory, line(form, "parent")),
        "region": line(form, "region"),
    }


async def _page(
    request: Request,
    code: str,
    problem: ProblemError | None = None,
    *,
    adding: bool = False,
    given: Any = None,
) -> Response:
    house, chosen = faces(request), language(request)
    directory = house.archive.departments()
    department = directory.get(code) if code else None
    if code and department is None:
        raise ProblemError("unknown-department")
    query = request.query_params.get("q", "").strip()[:60]
    shown = given or {}
    current = shown.get("parent", "") if adding else code
    opened = directory.chain(department_of(directory, current))
    if not opened:
        opened = directory.children("")
    values: dict[str, Any] = {
        "code": code,
        "department": department,
        "adding": adding,
        "given": shown,
        "query": query,
        "found": _found(directory, query) if query else [],
        "tree": _tree(directory, opened),
        "opened": opened,
        "use": await in_thread(partial(_use, house, code)) if department else {},
        "levels": [level.value for level in DepartmentLevel],
        "departments": [(one, directory.name(one, chosen)) for one in directory.codes()],
        "name_of": partial(directory.name, language=chosen),
        "chain": tuple(reversed(directory.chain(code)[1:])),
    }
    stream = f"department/{code}" if code else ""
    return await show(request, "admin/departments.html", values, problem, stream=stream)


def _tree(directory: DepartmentDirectory, opened: tuple[str, ...]) -> list[tuple[int, str, bool]]:
    """List what is shown of the hierarchy as (depth, code, whether it has parts), unfolded."""
    found: list[tuple[int, str, bool]] = []

    def walk(parent: str, depth: int) -> None:
        for code in directory.children(parent):
            state = directory.get(code)
            if state is None or (state.retired and code not in opened):
                continue
            found.append((depth, code, bool(directory.children(code))))
            if code in opened:
                walk(code, depth + 1)

    walk("", 0)
    return found


def _found(directory: DepartmentDirectory, query: str) -> list[str]:
    words = query.lower()
    found = (
        code
        for code in directory.codes()
        if words in code.lower()
        or words in directory.name(code, "zh").lower()
        or words in directory.name(code, "en").lower()
    )
    return [code for code, _ in zip(found, range(FOUND_MAX), strict=False)]


def _use(house: Faces, code: str) -> dict[str, int]:
    """Count what hangs on a department: staff, parts, entries of the catalogue."""
    staff = house.administration.states("staff/").values()
    departments = Counter(one.state.department for one in staff if _works(one.state))
    catalogues = house.administration.states("catalogue/").values()
    entries = sum(
        code in (entry.lead, *entry.assists)
        for one in catalogues
        if one.state is not None
        for entry in (*one.state.entries, *one.state.added)
    )
    children = house.archive.departments().children(code)
    return {"staff": departments[code], "children": len(children), "entries": entries}


def _works(state: Any) -> bool:
    return isinstance(state, Staff) and not state.dismissed
