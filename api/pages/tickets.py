"""Ticket pages 工单页面: the ticket with its forms.

A form carries the id of its message (a double click is one command) and the version it was made
for. What is refused comes back with everything that was typed.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import reading
from api.bodies import read_fields
from api.forms import fields_of, kept, values_of
from api.json.commands import command_named, kebab
from api.json.system import masked_person, open_personal, personal_of
from api.looking import note_look
from api.naming import Naming, department_of
from api.offers import declined, offers
from api.pages.drafts import forget_draft
from api.pages.frame import form_text, inside, language, render, told
from api.pages.submitting import submit
from api.ports import Faces
from api.problems import ProblemError, texts_of
from api.proposals import proposed_for, told_proposal
from api.security import (
    acting,
    actor_of,
    any_staff,
    check_csrf,
    faces,
    in_thread,
    member_of,
    requires,
)
from api.sending import SHOWN_SECONDS
from api.text_log import text_page
from hotline.clocks.due import explain
from hotline.people.access import Look
from hotline.people.command_table import COMMANDS, AnyCommand
from hotline.people.queries import QUERIES, Query
from hotline.people.sight import listed_for
from hotline.people.staff import StaffMember
from hotline.routing.route import Route
from hotline.tickets.commands import (
    AcknowledgeTicket,
    AnswerTicket,
    AssignTicket,
    CompleteAssist,
    PrecheckTicket,
    ProvideInformation,
    RecordContact,
    RecordRevisit,
    RequestAssist,
    RequestExtension,
    RequestSuspension,
    ReturnTicket,
    ReviewAnswer,
    SubmitFeedback,
)
from hotline.tickets.stages import OPEN
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind, Stage
from projections.tickets import queries as ticket_queries

router = APIRouter(include_in_schema=False)

PATH_OF: Final[Mapping[Stage, int]] = {
    Stage.REGISTERED: 0,
    Stage.AWAITING_PRECHECK: 0,
    Stage.AWAITING_INFORMATION: 0,
    Stage.AWAITING_ASSIGNMENT: 1,
    Stage.AWAITING_ACKNOWLEDGEMENT: 1,
    Stage.RETURN_UNDER_REVIEW: 1,
    Stage.IN_ADJUDICATION: 1,
    Stage.IN_HANDLING: 2,
    Stage.EXTENSION_UNDER_REVIEW: 2,
    Stage.SUSPENDED: 2,
    Stage.IN_JOINT_REVIEW: 2,
    Stage.IN_VERIFICATION: 2,
    Stage.IN_APPEAL: 2,
    Stage.IN_RECTIFICATION: 2,
    Stage.IN_TRIAGE: 2,
    Stage.AWAITING_REVIEW: 3,
    Stage.AWAITING_FEEDBACK: 3,
    Stage.AWAITING_CHECK: 3,
    Stage.AWAITING_REVISIT: 4,
}
"""Which of the six steps of the stage line a stage belongs to; all others are the last one."""

LAST_STEP: Final = 5
_SHOWN_ABOVE: Final = frozenset({"kind", "channel", "language"})
_NEXT_STEPS: Final[tuple[type[AnyCommand], ...]] = (
    *(ProvideInformation, PrecheckTicket, AssignTicket, AcknowledgeTicket, CompleteAssist),
    *(SubmitFeedback, AnswerTicket, RecordContact, ReviewAnswer, RecordRevisit),
)
_EXPLAINED: Final = (
    *(ReturnTicket, RequestExtension, RequestSuspension, AnswerTicket, SubmitFeedback),
    RequestAssist,
)
"""What a department asks "why can I not?" about."""


@router.get("/tickets/{number}", dependencies=[requires(Query.TICKET_READ)])
async def ticket_page(request: Request, number: str) -> Response:
    """工单页面."""
    return await _ticket(request, number)


@router.post("/tickets/{number}/unlock", dependencies=[requires(Query.PERSONAL_UNLOCK)])
async def unlock(request: Request, number: str) -> Response:
    """查看完整信息, for a reason that is logged."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    try:
        await in_thread(
            partial(
                open_personal, faces(request), actor_of(request), number, form_text(form, "reason")
            )
        )
    except ProblemError as problem:
        return await _ticket(request, number, problem=problem)
    return RedirectResponse(f"/tickets/{number}#caller", 303)


@router.post("/tickets/{number}/{name}", dependencies=[any_staff()])
async def act(request: Request, number: str, name: str) -> Response:
    """办理: send the command that the form is for."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, member = faces(request), await member_of(request)
    command = command_named(name)
    try:
        actor = acting(_known(member), COMMANDS[command])
        body = read_fields(_with_codes(house, values_of(form, command), command), command)
        if command is AssignTicket:
            body = await in_thread(partial(_with_advice, house, body, number))
        speaks = "text" in dict(fields_by_name(command))
        receipt = await submit(
            request,
            form,
            actor,
            command,
            body,
            stream=f"ticket/{number}",
            citizen=house.caller_of(number) if speaks else "",
        )
    except ProblemError as problem:
        return await _ticket(request, number, problem=problem, opened=name, given=kept(form))
    if command is AnswerTicket:
        await forget_draft(request, f"answer-{number}")
    shown = await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    back = inside(form_text(form, "next"))
    return RedirectResponse(back or f"/tickets/{number}?{'done' if shown else 'awaiting'}=1", 303)


def fields_by_name(command: type[AnyCommand]) -> list[tuple[str, object]]:
    """List the fields of a form by name."""
    return [(field.name, field) for field in fields_of(command)]


async def _ticket(
    request: Request,
    number: str,
    *,
    problem: ProblemError | None = None,
    opened: str = "",
    given: Mapping[str, str] | None = None,
) -> Response:
    house, member = faces(request), _known(await member_of(request))
    actor = acting(member, QUERIES[Query.TICKET_READ])
    gather = partial(_gathered, request, house, member, actor, number)
    try:
        values = await in_thread(gather)
    except ProblemError as closed:
        if closed.code != "access-not-open":
            raise
        locked = {"number": number, **told(request, problem)}
        return render(request, "locked.html", locked, 403)
    await note_look(request, Look.VIEW, f"ticket/{number}", actor=actor)
    values |= {
        "opened": opened,
        "given": given or {},
        "message_id": house.new_id(),
        "done": "done" in request.query_params,
        "awaiting": "awaiting" in request.query_params,
        **told(request, problem),
    }
    return render(request, "ticket.html", values, problem.status if problem else 200)


def _gathered(
    request: Request, house: Any, member: StaffMember, actor: Any, number: str
) -> dict[str, Any]:
    """Read all that the page shows. Blocks on the store."""
    seen, chosen, stream = (
        reading.detail(house, actor, number),
        language(request),
        f"ticket/{number}",
    )
    state = seen.state
    until = house.accounts.access_open_until(actor.person, stream, house.clock())
    may_unlock = member.acting_as(QUERIES[Query.PERSONAL_UNLOCK]) is not None
    sight = listed_for(actor)

    def beside(connection: Any) -> tuple[Any, Any]:
        children = ticket_queries.children(connection, number, sight=sight)
        history = ticket_queries.citizen_history(connection, state.caller, limit=6, sight=sight)
        return children, [line for line in history.lines if line.number != number]

    children, related = reading.ask(house, beside)
    commands = offers(house, member, stream, at=house.clock())
    naming = Naming(house, chosen)
    proposal = proposed_for(house, state) if AssignTicket in commands else None
    return {
        "number": number,
        "state": state,
        "version": seen.version,
        "step": PATH_OF.get(state.stage, LAST_STEP),
        "last_step": LAST_STEP,
        "is_loop": state.kind is not Kind.HOTLINE,
        "dues": [(name, due, explain(due, chosen)) for name, due in reading.dues_of(state).items()],
        "naming": naming,
        "history": [
            (line, told_of(house, naming, line.fact.event, state.region))
            for line in reversed(seen.facts)
        ],
        "forms": [
            (kebab(command), fields_of(command)) for command in sorted(commands, key=_by_next_step)
        ],
        "next_steps": [kebab(command) for command in _NEXT_STEPS],
        "declined": [
            (kebab(command), texts_of(house.messages, chosen, refusal.code, refusal.detail))
            for command, refusal in declined(house, member, stream, _EXPLAINED, at=house.clock())
            if command not in commands
        ]
        if state.lead == member.department and state.stage in OPEN
        else [],
        "person": masked_person(house, state.caller),
        "personal": personal_of(house, seen) if until and may_unlock else None,
        "open_until": until,
        "may_unlock": may_unlock,
        "children": children,
        "related": related,
        "departments": _departments(house, chosen),
        "proposal": told_proposal(house, proposal, state.region, chosen) if proposal else None,
        "prefilled": _prefilled(naming, proposal.route) if proposal else {},
        "texts": _texts(house, member, number),
        "may_inspect": member.acting_as(QUERIES[Query.INSPECTION]) is not None,
        "may_pack": member.acting_as(QUERIES[Query.EVIDENCE_PACK]) is not None,
    }


def _by_next_step(command: type[AnyCommand]) -> int:
    """Put what carries the ticket on before what turns it aside."""
    return _NEXT_STEPS.index(command) if command in _NEXT_STEPS else len(_NEXT_STEPS)


def told_of(house: Any, naming: Naming, event: Any, region: str) -> list[tuple[str, str]]:
    """Say in words what an event holds, field by field, leaving out what the page shows anyway."""
    return [
        (name, naming.fact(name, value, region))
        for name, value in reading.plain(event).items()
        if name not in _SHOWN_ABOVE and house.messages.has(f"field.{name}")
    ]


def _with_codes(house: Faces, values: dict[str, Any], command: type[AnyCommand]) -> dict[str, Any]:
    """Read departments by their names, as people write them."""
    directory = house.archive.departments()
    for field in fields_of(command):
        given = values.get(field.name) if field.departments else None
        if isinstance(given, str):
            values[field.name] = department_of(directory, given)
        elif isinstance(given, list):
            values[field.name] = [department_of(directory, one) for one in given]
    return values


def _with_advice(house: Faces, body: msgspec.Struct, number: str) -> msgspec.Struct:
    """Keep beside a person's choice what the model said; the sender does not get to write it.

    Whoever chooses another department than the catalogue's entry leaves the entry, and says why.
    """
    ticket = house.archive.state(f"ticket/{number}").state
    if not isinstance(ticket, Ticket):
        return body
    proposal = proposed_for(house, ticket)
    route, advice, chosen = proposal.route, proposal.advice, msgspec.structs.asdict(body)
    if chosen["entry"] == route.entry and chosen["lead"] != route.lead:
        body = msgspec.structs.replace(body, entry="")
    if advice is None:
        return body
    said = next(iter(advice.categories), advice.label)
    return msgspec.structs.replace(body, suggested=said, confidence=advice.confidence)


def _prefilled(naming: Naming, route: Route) -> dict[str, str]:
    """Fill the form of an assignment with what the catalogue proposes, departments by name."""
    return {
        "lead": naming.department(route.lead),
        "assists": "\n".join(map(naming.department, route.assists)),
        "entry": route.entry,
    }


def _texts(house: Any, member: StaffMember, number: str) -> Any:
    """List the texts of a ticket; None for who may not know of them."""
    reader = member.acting_as(QUERIES[Query.TEXT_LOG])
    return None if reader is None else text_page(house, reader, ticket=number).lines


def _departments(house: Any, chosen: Any) -> list[tuple[str, str]]:
    directory = house.archive.departments()
    return [(code, directory.name(code, chosen)) for code in directory.codes()]


def _known(member: StaffMember | None) -> StaffMember:
    if member is None:
        raise ProblemError("not-logged-in")
    return member
