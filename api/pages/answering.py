"""Answering 答复: the editor of an answer, its evidence files, and the inbox of a department."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import reading
from api.bodies import read_fields
from api.desk_ports import KeptFile
from api.forms import fields_of
from api.looking import note_look
from api.middleware import UPLOAD_BYTES_MAX
from api.naming import Naming
from api.pages.drafts import draft_of, keep_fields
from api.pages.frame import form_text, language, render, told
from api.pages.several import Outcome, Step, carry_out, picked
from api.pages.tickets import told_of
from api.ports import Faces
from api.problems import ProblemError, refused
from api.security import actor_of, check_csrf, faces, in_thread, member_of, requires
from hotline.people.access import Look
from hotline.people.command_table import COMMANDS
from hotline.people.queries import Query
from hotline.people.sight import listed_for
from hotline.refusal import Refusal
from hotline.tickets.commands import AcknowledgeTicket, AnswerTicket
from hotline.tickets.vocabulary import Stage
from projections.tickets import boards

router = APIRouter(include_in_schema=False)

TALLIED_MAX: Final = 200
"""Lines of an inbox that its chips count; beyond it a count says "200+" (our default)."""

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (),
    "acknowledge": (Stage.AWAITING_ACKNOWLEDGEMENT.value,),
    "handling": (Stage.IN_HANDLING.value, Stage.IN_RECTIFICATION.value),
    "asked": (
        *(Stage.EXTENSION_UNDER_REVIEW.value, Stage.RETURN_UNDER_REVIEW.value),
        *(Stage.SUSPENDED.value, Stage.IN_ADJUDICATION.value),
    ),
    "review": (Stage.AWAITING_REVIEW.value,),
}
_FILE: Final = re.compile(r"sha256:([0-9a-f]{64})")
_SHOWN: Final = frozenset({"ContactRecorded", "AssistCompleted", "StageReported", "AnswerSentBack"})


@router.get("/inbox", dependencies=[requires(Query.DEPARTMENT_INBOX)])
async def inbox(request: Request) -> Response:
    """单位待办; who has no department chooses one."""
    return await _inbox(request)


@router.post("/inbox", dependencies=[requires(AcknowledgeTicket)])
async def acknowledge(request: Request) -> Response:
    """批量签收."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    body = read_fields({}, AcknowledgeTicket)
    try:
        steps = [Step(number, AcknowledgeTicket, body) for number in picked(form)]
    except ProblemError as problem:
        return await _inbox(request, problem=problem)
    return await _inbox(request, outcome=await carry_out(request, form, steps))


async def _inbox(
    request: Request, *, problem: ProblemError | None = None, outcome: Outcome | None = None
) -> Response:
    house, actor, asked = faces(request), actor_of(request), request.query_params
    department = reading.scope_of(actor, asked.get("department", "")[:64])
    group = asked.get("group", "") if asked.get("group", "") in GROUPS else ""
    cursor, sight = asked.get("cursor", "")[:500], listed_for(actor)

    def ask(connection: Any) -> Any:
        page = partial(boards.inbox, connection, department, sight=sight)
        return page(stages=GROUPS[group], cursor=cursor), page(limit=TALLIED_MAX)

    shown, whole = await in_thread(partial(reading.ask, house, ask))
    whole_lines = whole.lines
    member, directory = await member_of(request), house.archive.departments()
    chosen = language(request)
    values = {
        "lines": shown.lines,
        "cursor": shown.cursor,
        "group": group,
        "groups": {
            name: sum(1 for line in whole_lines if not stages or line.stage in stages)
            for name, stages in GROUPS.items()
        },
        "more": bool(whole.cursor),
        "department": department,
        "chooses": not reading.scope_of(actor),
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
        "may_acknowledge": member is not None
        and member.acting_as(COMMANDS[AcknowledgeTicket]) is not None,
        "outcome": outcome,
        "message_id": house.new_id(),
        **told(request, problem),
    }
    return render(request, "inbox.html", values, problem.status if problem else 200)


@router.get("/tickets/{number}/answer", dependencies=[requires(AnswerTicket)])
async def editor(request: Request, number: str) -> Response:
    """答复编辑, with what was typed before."""
    return await _editor(request, number, None)


async def _editor(request: Request, number: str, problem: ProblemError | None) -> Response:
    house, chosen = faces(request), language(request)
    seen = await in_thread(partial(reading.detail, house, actor_of(request), number))
    draft = await draft_of(request, f"answer-{number}")
    naming, state = Naming(house, chosen), seen.state
    values = {
        "number": number,
        "state": state,
        "version": seen.version,
        "line": seen.line,
        "naming": naming,
        "fields": {field.name: field for field in fields_of(AnswerTicket)},
        "given": draft.given if draft else {},
        "drafted_at": draft.kept_at if draft else None,
        "said": [
            (line, told_of(house, naming, line.fact.event, state.region))
            for line in seen.facts
            if type(line.fact.event).__name__ in _SHOWN
        ],
        "message_id": house.new_id(),
        **told(request, problem),
    }
    return render(request, "answer.html", values, problem.status if problem else 200)


@router.post("/tickets/{number}/evidence", dependencies=[requires(AnswerTicket)])
async def upload(request: Request, number: str) -> Response:
    """上传证据: checked, sealed, and named in the draft of the answer by its hash."""
    house, actor = faces(request), actor_of(request)
    await in_thread(partial(reading.detail, house, actor, number))
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=40)
    parser.spool_max_size = UPLOAD_BYTES_MAX  # never on the disk in clear
    form = await parser.parse()
    check_csrf(request, form_text(form, "csrf"))
    file = form.get("file")
    try:
        kept = await _kept_file(house, file)
    except ProblemError as problem:
        return await _editor(request, number, problem)
    finally:
        await form.close()
    typed = {name: text for name, text in form.items() if isinstance(text, str)}
    named = f"{kept.name} sha256:{kept.digest}"
    lines = [line for line in typed.get("evidence", "").splitlines() if line.strip()]
    if named not in lines:
        lines.append(named)
    await keep_fields(request, f"answer-{number}", {**typed, "evidence": "\n".join(lines)})
    return RedirectResponse(f"/tickets/{number}/answer#evidence", 303)


async def _kept_file(house: Faces, file: object) -> KeptFile:
    if not isinstance(file, UploadFile):
        raise ProblemError("evidence-empty")
    kept = await in_thread(partial(house.evidence.keep, file.filename or "", await file.read()))
    if isinstance(kept, Refusal):
        raise refused(kept)
    return kept


@router.get("/tickets/{number}/evidence/{digest}", dependencies=[requires(Query.TICKET_READ)])
async def download(request: Request, number: str, digest: str) -> Response:
    """下载证据 that a fact of the ticket names, for whoever may read the ticket."""
    house = faces(request)
    seen = await in_thread(partial(reading.detail, house, actor_of(request), number))
    if digest not in named_files(seen):
        raise ProblemError("unknown-page")
    await note_look(request, Look.EVIDENCE, f"ticket/{number}", digest)
    kept = await in_thread(partial(house.evidence.open, digest))
    if kept is None:
        raise ProblemError("unknown-page")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.name)}",
        "Cache-Control": "no-store",
    }
    return Response(kept.content, headers=headers, media_type="application/octet-stream")


def named_files(seen: reading.Detail) -> frozenset[str]:
    """List the files that the history of a ticket names."""
    found: set[str] = set()
    for line in seen.facts:
        evidence = getattr(line.fact.event, "evidence", ())
        for said in (evidence,) if isinstance(evidence, str) else evidence:
            found.update(_FILE.findall(said))
    return frozenset(found)
