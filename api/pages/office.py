"""Office 回访与评价: triage of dissatisfied answers, and appeals against ratings.

Both are decided by somebody other than who had a hand in it; the page says so before the rule does.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import dispatching, reading
from api.forms import Field, fields_of
from api.json.commands import kebab
from api.messages import Language
from api.naming import Naming
from api.offers import declined
from api.pages.frame import language, render
from api.pages.tickets import told_of
from api.ports import Faces
from api.problems import ProblemError, texts_of
from api.security import acting, actor_of, faces, in_thread, member_of, requires
from hotline.people.command_table import COMMANDS, AnyCommand
from hotline.people.queries import QUERIES, Query
from hotline.people.sight import listed_for
from hotline.people.staff import StaffMember
from hotline.tickets import commands as tickets
from projections.cursors import Page
from projections.tickets import loops
from projections.tickets.line import TicketLine

router = APIRouter(include_in_schema=False)

DECIDED_BY: Final[dict[str, tuple[type[AnyCommand], ...]]] = {
    "triage": (tickets.OrderRedo, tickets.ProposeExplainedClosure),
    "explained": (tickets.ApproveExplainedClosure, tickets.DenyExplainedClosure),
    "appeals": (tickets.DecideAppeal,),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """可办: a form, or why this member may not send it."""

    name: str
    fields: tuple[Field, ...]
    refused: dict[str, str] | None


@router.get("/triage", dependencies=[requires(Query.TRIAGE_BOARD)])
async def triage(request: Request) -> Response:
    """不满意研判: redo, or an explained closure that a second person approves."""
    kind = request.query_params.get("kind", "triage")
    if kind not in ("triage", "explained"):
        raise ProblemError("unknown-page")
    return await _cases(request, "office/triage.html", kind, Query.TRIAGE_BOARD)


@router.get("/appeals", dependencies=[requires(Query.LOOP_BOARD)])
async def appeals(request: Request) -> Response:
    """申诉: what waits for a decision, or what was decided."""
    kind = request.query_params.get("kind", "appeals")
    if kind == "decided":
        return await _decided(request)
    if kind != "appeals":
        raise ProblemError("unknown-page")
    return await _cases(request, "office/appeals.html", kind, Query.LOOP_BOARD)


async def _cases(request: Request, template: str, kind: str, query: Query) -> Response:
    house, chosen, member = faces(request), language(request), await member_of(request)
    if member is None:
        raise ProblemError("not-logged-in")
    actor = acting(member, QUERIES[query])
    cursor = request.query_params.get("cursor", "")[:500]
    page = await in_thread(partial(dispatching.cases, house, actor, kind, cursor))
    naming = Naming(house, chosen)
    deeds = await in_thread(partial(_deeds, house, member, kind, page.lines, chosen))
    values: dict[str, Any] = {
        "kind": kind,
        "cases": page.lines,
        "cursor": page.cursor,
        "deeds": deeds,
        "naming": naming,
        "told_of": partial(told_of, house, naming),
        "message_id": house.new_id(),
        "done": "done" in request.query_params,
    }
    return render(request, template, values)


def _deeds(
    house: Faces,
    member: StaffMember,
    kind: str,
    cases: tuple[dispatching.Case, ...],
    chosen: Language,
) -> dict[str, list[Deed]]:
    """Ask the rules for each case: the separation of duties shows before anybody types."""
    found: dict[str, list[Deed]] = {}
    commands = [one for one in DECIDED_BY[kind] if member.acting_as(COMMANDS[one]) is not None]
    for case in cases:
        stream = f"ticket/{case.line.number}"
        no = dict(declined(house, member, stream, commands, at=house.clock()))
        found[case.line.number] = [
            Deed(
                kebab(command),
                fields_of(command),
                texts_of(house.messages, chosen, no[command].code, no[command].detail)
                if command in no
                else None,
            )
            for command in commands
        ]
    return found


async def _decided(request: Request) -> Response:
    house, actor = faces(request), actor_of(request)
    cursor = request.query_params.get("cursor", "")[:500]

    def ask(connection: Any) -> Page[TicketLine]:
        return loops.appeals_decided(connection, cursor=cursor, sight=listed_for(actor))

    page: Page[TicketLine] = await in_thread(partial(reading.ask, house, ask))
    naming = Naming(house, language(request))
    values = {"kind": "decided", "lines": page.lines, "cursor": page.cursor, "naming": naming}
    return render(request, "office/appeals_decided.html", values)
