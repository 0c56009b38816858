"""Window 窗口评价: the clerk records what was done and hands the tablet or the code to the person.

A matter is rated at each of its nodes (一事多评): each node is a service of its own under the
matter's number. The clerk never sees who rated.
"""

import re
from datetime import timedelta
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import read_fields
from api.forms import kept
from api.pages.frame import form_text, identity_of, render, told
from api.ports import Faces
from api.problems import ProblemError
from api.rating import network_mark
from api.security import actor_of, check_csrf, faces, in_thread, requires
from api.sending import SHOWN_SECONDS, sealed, send
from api.window import device_link, note_network, offer
from hotline.evaluations.commands import RecordService
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import Node, RatedObject
from hotline.people.actors import Actor, Role
from projections.evaluations import queries

router = APIRouter(include_in_schema=False)

NODES: Final = (Node.CONSULTING, Node.ACCEPTING, Node.HANDLING, Node.FINISHED)
_SHOWN_FOR: Final = timedelta(hours=12)
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")
_PROJECT: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NODES_MAX: Final = 50


@router.get("/window", dependencies=[requires(RecordService)])
async def window(request: Request) -> Response:
    """窗口评价: what was done today, and who may be asked."""
    return await _page(request, dict(request.query_params), None)


@router.post("/window", dependencies=[requires(RecordService)])
async def record(request: Request) -> Response:
    """记录办件: a node of a matter that may be rated now."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    given = kept(form)
    try:
        stream = await _record(request, house, actor, form)
        name = given.get("window", "").strip()
        if name:
            await in_thread(partial(_offer, request, house, actor, name, stream))
    except ProblemError as problem:
        return await _page(request, given, problem)
    project, number = stream.removeprefix("service/").split("/", 1)
    return RedirectResponse(f"/services/{project}/{number}/qr?window={name}", 303)


@router.post(
    "/services/{project_no}/{service_number}/offer", dependencies=[requires(RecordService)]
)
async def offer_again(request: Request, project_no: str, service_number: str) -> Response:
    """请在平板上评价: shows a service on the window's tablet for some minutes."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    stream, name = f"service/{project_no}/{service_number}", form_text(form, "window").strip()
    try:
        await in_thread(partial(_offer, request, house, actor, name, stream))
    except ProblemError as problem:
        return await _page(request, {"window": name}, problem)
    return RedirectResponse(f"/window?window={name}&offered=1", 303)


async def _record(request: Request, house: Faces, actor: Actor, form: FormData) -> str:
    project = form_text(form, "project_no").strip() or f"W{house.new_id()[:16]}"
    if not _PROJECT.fullmatch(project):
        raise ProblemError(
            "input-invalid", violations=[{"field": "project_no", "code": "wrong-type"}]
        )
    identity = identity_of(request, form, actor.person)
    number = await in_thread(partial(_next_number, house, project))
    item = form_text(form, "item_name").strip()
    if not item:
        raise ProblemError("input-invalid", violations=[{"field": "item_name", "code": "missing"}])
    values: dict[str, Any] = {
        "project_no": project,
        "service_number": number,
        "region": house.region or "000000",
        "department": actor.department,
        "item_code": form_text(form, "item_code").strip() or "window",
        "item_name": item,
        "node": form_text(form, "node") or Node.FINISHED.value,
        "object": RatedObject.ITEM.value,
        "served_at": house.clock(),
        "staff": actor.person,
        "phone": form_text(form, "phone").strip(),
        "name": form_text(form, "name").strip(),
    }
    envelope = await in_thread(
        partial(
            sealed,
            house,
            RecordService,
            read_fields(values, RecordService),
            stream=f"service/{project}/{number}",
            actor=actor,
            identity=identity,
            correlation=request.scope.get("request_id", ""),
        )
    )
    receipt = await send(request, envelope)
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    return receipt.stream


def _next_number(house: Faces, project: str) -> str:
    """Give the next number among the nodes of a matter."""
    for count in range(1, _NODES_MAX):
        if not house.archive.state(f"service/{project}/{count}").version:
            return str(count)
    raise ProblemError("service-exists")


def _offer(request: Request, house: Faces, actor: Actor, name: str, stream: str) -> None:
    service = house.archive.state(stream).state
    if not isinstance(service, Service):
        raise ProblemError("unknown-service")
    if actor.role is Role.WINDOW_CLERK and actor.department != service.department:
        raise ProblemError("not-your-department", {"department": actor.department})
    if not _NAME.fullmatch(name):
        raise ProblemError("input-invalid", violations=[{"field": "window", "code": "wrong-type"}])
    offer(house, service.department, name, stream)
    note_network(house, service.department, network_mark(request))


async def _page(
    request: Request, given: dict[str, str] | Any, problem: ProblemError | None
) -> Response:
    house, actor = faces(request), actor_of(request)

    def read() -> list[Any]:
        with house.reader() as connection:
            return queries.services(connection, actor.department, house.clock() - _SHOWN_FOR)

    name = given.get("window", "") or "1"
    devices = [
        (kind, device_link(house, kind, actor.department, name))
        for kind in ("tablet", "terminal")
        if _NAME.fullmatch(name)
    ]
    values = {
        "services": await in_thread(partial(read)),
        "nodes": NODES,
        "given": given,
        "window": name,
        "devices": devices,
        "message_id": house.new_id(),
        "offered": "offered" in request.query_params,
        **told(request, problem),
    }
    return render(request, "window.html", values, problem.status if problem else 200)
