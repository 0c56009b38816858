"""Loop board 差评闭环看板: five steps side by side, a card opened and acted upon.

A column is read by its clock, a page at a time; its counts lead to the list they count.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.forms import fields_of
from api.json.commands import kebab
from api.messages import Language
from api.naming import Naming
from api.offers import declined
from api.pages.frame import language, render
from api.pages.tickets import told_of
from api.ports import Faces
from api.problems import ProblemError, texts_of
from api.security import acting, actor_of, faces, in_thread, member_of, requires
from hotline.people.actors import Actor
from hotline.people.command_table import COMMANDS, AnyCommand
from hotline.people.queries import QUERIES, Query
from hotline.people.sight import listed_for
from hotline.people.staff import StaffMember
from hotline.tickets import commands as tickets
from hotline.tickets import events
from hotline.tickets.vocabulary import Kind
from projections.cursors import Page
from projections.tickets import loops
from projections.tickets.line import TicketLine
from projections.tickets.loops import LoopStep

router = APIRouter(include_in_schema=False)

COLUMN_LINES: Final = 12
LIST_LINES: Final = 50
ACTS: Final[tuple[type[AnyCommand], ...]] = (
    *(tickets.AssignTicket, tickets.AcknowledgeTicket, tickets.RecordRevisit),
    *(tickets.CompleteRectification, tickets.GiveFeedback, tickets.CheckRectification),
    *(tickets.DecideAppeal, tickets.FileAppeal, tickets.ReturnTicket, tickets.UrgeTicket),
)
"""What carries a loop on, the next step first."""

_TOLD: Final = (
    *(events.TicketRegistered, events.TicketAssigned, events.TicketAcknowledged),
    *(events.RevisitRecorded, events.AppealFiled, events.AppealDecided),
    *(events.RectificationCompleted, events.FeedbackGiven, events.LaterEvaluationRecorded),
    *(events.RectificationChecked, events.TicketClosed, events.TicketUrged),
)


@router.get("/loops", dependencies=[requires(Query.LOOP_BOARD)])
async def board(request: Request) -> Response:
    """差评闭环看板."""
    house, actor = faces(request), actor_of(request)
    values = await in_thread(partial(_columns, house, actor))
    values["naming"] = Naming(house, language(request))
    done = request.query_params.get("done", "")[:64]
    return render(request, "loops/board.html", {**values, "done": done})


@router.get("/loops/card/{number}", dependencies=[requires(Query.LOOP_BOARD)])
async def card(request: Request, number: str) -> Response:
    """打开卡片: what is known of the loop and what may be done now."""
    member = await member_of(request)
    if member is None:
        raise ProblemError("not-logged-in")
    values = await in_thread(partial(_card, faces(request), member, number, language(request)))
    whole = "hx-request" not in request.headers
    return render(request, "loops/card_page.html" if whole else "loops/card.html", values)


@router.get("/loops/{step}", dependencies=[requires(Query.LOOP_BOARD)])
async def column(request: Request, step: str) -> Response:
    """One step as a list, in pages; a script asks for the further lines of a column."""
    if step not in set(LoopStep):
        raise ProblemError("unknown-page")
    house, actor, asked = faces(request), actor_of(request), request.query_params
    late, cursor = asked.get("overdue") == "1", asked.get("cursor", "")[:500]
    part = "hx-request" in request.headers
    lines = COLUMN_LINES if part else LIST_LINES

    def ask(connection: Any) -> Page[TicketLine]:
        return loops.loop_column(
            connection,
            LoopStep(step),
            overdue_at=house.clock() if late else None,
            cursor=cursor,
            limit=lines,
            sight=listed_for(actor),
        )

    page: Page[TicketLine] = await in_thread(partial(reading.ask, house, ask))
    values = {"step": step, "lines": page.lines, "cursor": page.cursor, "late": late}
    values["naming"] = Naming(house, language(request))
    return render(request, "loops/more.html" if part else "loops/list.html", values)


def _columns(house: Faces, actor: Actor) -> dict[str, Any]:
    """Read counts and the first cards of every step. Blocks on the store."""
    sight, now = listed_for(actor), house.clock()

    def ask(connection: Any) -> dict[str, Any]:
        counts = loops.loop_counts(connection, now, sight=sight)
        pages = {
            step: loops.loop_column(connection, step, limit=COLUMN_LINES, sight=sight)
            for step in LoopStep
            if counts[step].open
        }
        return {
            "columns": [(step.value, counts[step], pages.get(step, Page(()))) for step in LoopStep]
        }

    found: dict[str, Any] = reading.ask(house, ask)
    return found


def _card(house: Faces, member: StaffMember, number: str, chosen: Language) -> dict[str, Any]:
    """Gather a card. Blocks on the store."""
    actor = acting(member, QUERIES[Query.TICKET_READ])
    seen = reading.detail(house, actor, number)
    state = seen.state
    if state.kind is not Kind.POOR_EVALUATION:
        raise ProblemError("unknown-page")
    naming, line = Naming(house, chosen), seen.line
    step = loops.step_of(state.stage.value, state.finding.value if state.finding else "")
    facts = [one for one in seen.facts if isinstance(one.fact.event, _TOLD)]
    directory = house.archive.departments()
    return {
        "number": number,
        "state": state,
        "line": line,
        "version": seen.version,
        "step": step.value if step else "",
        "steps": tuple(one.value for one in LoopStep),
        "clock_at": state.stage_due or state.department_due,
        "history": [
            (one, told_of(house, naming, one.fact.event, state.region)) for one in facts[::-1]
        ],
        "deeds": _deeds(house, member, number, chosen),
        "naming": naming,
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
        "message_id": house.new_id(),
    }


def _deeds(
    house: Faces, member: StaffMember, number: str, chosen: Language
) -> list[tuple[str, Any, Mapping[str, str] | None]]:
    """List what this member may do now, and of the next step why not."""
    allowed = [one for one in ACTS if member.acting_as(COMMANDS[one]) is not None]
    stream = f"ticket/{number}"
    no = dict(declined(house, member, stream, allowed, at=house.clock()))
    open_ = [(kebab(one), fields_of(one), None) for one in allowed if one not in no]
    why = [
        (kebab(one), (), texts_of(house.messages, chosen, no[one].code, no[one].detail))
        for one in allowed
        if one in no and no[one].code != "wrong-stage" and no[one].code != "wrong-kind"
    ]
    return [*open_, *why]
