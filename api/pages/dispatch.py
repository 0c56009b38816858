"""Dispatch 派单台: the queue with bulk assignment, decisions on what is asked, mass incidents."""

from functools import partial
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api import dispatching
from api.bodies import read_fields
from api.forms import fields_of
from api.json.commands import kebab
from api.naming import Naming, department_of
from api.pages.frame import form_text, language, render, told
from api.pages.registering import category_of
from api.pages.several import Outcome, Step, carry_out, picked
from api.pages.tickets import told_of
from api.ports import Faces
from api.problems import ProblemError
from api.proposals import proposed_for
from api.security import actor_of, check_csrf, faces, in_thread, member_of, requires
from hotline.people.command_table import COMMANDS, AnyCommand
from hotline.tickets import commands as tickets
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Stage

router = APIRouter(include_in_schema=False)

DECIDED_BY: dict[str, tuple[type[AnyCommand], ...]] = {
    "returns": (tickets.AcceptReturn, tickets.RefuseReturn),
    "adjudications": (tickets.AdjudicateTicket,),
    "extensions": (tickets.GrantExtension, tickets.DenyExtension),
    "suspensions": (tickets.SuspendTicket, tickets.DenySuspension),
    "reviews": (tickets.ReviewAnswer,),
}


@router.get("/dispatch", dependencies=[requires(tickets.PrecheckTicket)])
async def queue(request: Request) -> Response:
    """待派单."""
    return await _queue(request)


@router.post("/dispatch", dependencies=[requires(tickets.PrecheckTicket)])
async def assign(request: Request) -> Response:
    """批量派单: precheck where it is due, then assign, each ticket as its line says."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    try:
        numbers = picked(form)
        steps = await in_thread(partial(_assignments, faces(request), form, numbers))
    except ProblemError as problem:
        return await _queue(request, problem=problem)
    return await _queue(request, outcome=await carry_out(request, form, steps))


def _assignments(house: Faces, form: FormData, numbers: list[str]) -> list[Step]:
    steps: list[Step] = []
    directory = house.archive.departments()
    for number in numbers:
        ticket = house.archive.state(f"ticket/{number}").state
        if not isinstance(ticket, Ticket):
            raise ProblemError("unknown-ticket")
        proposal = proposed_for(house, ticket)
        route, advice = proposal.route, proposal.advice
        written = form_text(form, f"category-{number}") or route.category
        category = category_of(house, written, ticket.region) or ""
        if ticket.stage in (Stage.REGISTERED, Stage.AWAITING_PRECHECK):
            urgency = max(ticket.urgency, route.urgency or ticket.urgency)
            precheck = {"type": ticket.type.value, "category": category, "urgency": urgency.value}
            body = read_fields(precheck, tickets.PrecheckTicket)
            steps.append(Step(number, tickets.PrecheckTicket, body))
        lead = department_of(directory, form_text(form, f"lead-{number}")) or route.lead
        by_rule = lead == route.lead
        values: dict[str, Any] = {
            "lead": lead,
            "assists": list(route.assists) if by_rule else [],
            "entry": route.entry if by_rule else "",
            "reason": form_text(form, "reason").strip(),
        }
        body = read_fields(values, tickets.AssignTicket)
        if advice is not None:
            said = next(iter(advice.categories), advice.label)
            body = msgspec.structs.replace(body, suggested=said, confidence=advice.confidence)
        steps.append(Step(number, tickets.AssignTicket, body))
    return steps


async def _queue(
    request: Request, *, problem: ProblemError | None = None, outcome: Outcome | None = None
) -> Response:
    house, chosen = faces(request), language(request)
    region = request.query_params.get("region", "")[:12]
    cursor = request.query_params.get("cursor", "")[:500]
    ask = partial(dispatching.queue, house, actor_of(request), chosen, region=region, cursor=cursor)
    page = await in_thread(ask)
    naming, directory = Naming(house, chosen), house.archive.departments()
    values = {
        "waiting": page.lines,
        "cursor": page.cursor,
        "region": region,
        "outcome": outcome,
        "naming": naming,
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
        "message_id": house.new_id(),
        **told(request, problem),
    }
    return render(request, "dispatch/queue.html", values, problem.status if problem else 200)


@router.get("/decisions", dependencies=[requires(tickets.RefuseReturn)])
async def decisions(request: Request) -> Response:
    """待裁决: returns, adjudications, extensions, suspensions, answers to review."""
    kind = request.query_params.get("kind", "returns")
    if kind not in dispatching.DECISIONS:
        raise ProblemError("unknown-page")
    house, chosen = faces(request), language(request)
    cursor = request.query_params.get("cursor", "")[:500]
    page = await in_thread(partial(dispatching.cases, house, actor_of(request), kind, cursor))
    member, naming = await member_of(request), Naming(house, chosen)
    commands = [
        command
        for command in DECIDED_BY[kind]
        if member is not None and member.acting_as(COMMANDS[command]) is not None
    ]
    directory = house.archive.departments()
    values = {
        "kind": kind,
        "kinds": tuple(dispatching.DECISIONS),
        "cases": page.lines,
        "cursor": page.cursor,
        "naming": naming,
        "forms": [(kebab(command), fields_of(command)) for command in commands],
        "names": lambda codes: [naming.department(code) for code in codes],
        "told_of": partial(told_of, house, naming),
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
        "message_id": house.new_id(),
        "done": "done" in request.query_params,
    }
    return render(request, "dispatch/decisions.html", values)


@router.get("/clusters", dependencies=[requires(tickets.MergeTicket)])
async def clusters(request: Request) -> Response:
    """群诉看板."""
    return await _clusters(request)


@router.post("/clusters", dependencies=[requires(tickets.MergeTicket)])
async def merge(request: Request) -> Response:
    """并案 of the chosen tickets into their main one, or 拆分 of one."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    main = form_text(form, "main").strip()
    try:
        if main:
            body = read_fields(
                {"main": main, "reasons": form_text(form, "reasons")}, tickets.MergeTicket
            )
            chosen = [number for number in picked(form) if number != main]
            steps = [Step(number, tickets.MergeTicket, body) for number in chosen]
        else:
            body = read_fields({"reason": form_text(form, "reason")}, tickets.UnmergeTicket)
            steps = [Step(number, tickets.UnmergeTicket, body) for number in picked(form)]
    except ProblemError as problem:
        return await _clusters(request, problem=problem)
    return await _clusters(request, outcome=await carry_out(request, form, steps))


async def _clusters(
    request: Request, *, problem: ProblemError | None = None, outcome: Outcome | None = None
) -> Response:
    house, actor = faces(request), actor_of(request)
    values = {
        "incidents": await in_thread(partial(dispatching.incidents, house, actor)),
        "groups": await in_thread(partial(dispatching.candidates, house, actor)),
        "outcome": outcome,
        "naming": Naming(house, language(request)),
        "message_id": house.new_id(),
        **told(request, problem),
    }
    return render(request, "dispatch/clusters.html", values, problem.status if problem else 200)
