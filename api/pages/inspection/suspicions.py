"""Suspicions 疑点: what the rules notice, with its proof, and what came of looking into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import reading
from api.looking import note_look
from api.naming import Naming
from api.pages.frame import form_text, identity_of, language, render, told
from api.pages.inspection.spans import days_told, span_of
from api.pages.tickets import told_of
from api.ports import Faces
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, requires
from api.sending import SHOWN_SECONDS, send
from handlers.envelope import Envelope
from hotline.inspection.commands import ExamineSuspicion
from hotline.inspection.vocabulary import Verdict
from hotline.people.access import Look
from hotline.people.actors import Actor
from hotline.people.queries import Query
from hotline.people.sight import EVERYTHING, listed_for
from hotline.tickets.events import TicketAnswered
from hotline.tickets.vocabulary import Secrecy
from projections.suspicions import crossing, queries
from projections.suspicions.queries import Span
from projections.suspicions.rules import RULES, proof_of
from projections.tickets import queries as tickets
from projections.tickets.queries import TicketFilter

router = APIRouter(include_in_schema=False)

ANSWERS_MAX: Final = 300
"""Newest answers that are compared with each other at once (our default)."""
CROSSING: Final = {
    "alike_answers": 2,
    "exclusion_outliers": 7,
    "crowds": 8,
    "leaks": 10,
    "mark_outliers": 11,
}
"""Rules over many tickets at once, with their number in the handbook."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of suspicions is about."""

    rule: str
    span: Span
    unexamined_only: bool
    cursor: str


def _asked(request: Request) -> Asked:
    given = request.query_params
    rule = given.get("rule", "")
    if rule and rule not in RULES and rule not in CROSSING:
        raise ProblemError("unknown-page")
    since, until = span_of(request)
    span = Span(since=since, until=until, department=given.get("department", "")[:64])
    return Asked(rule, span, given.get("state") == "unexamined", given.get("cursor", "")[:500])


@router.get("/inspect/suspicions", dependencies=[requires(Query.INSPECTION)])
async def suspicions(request: Request) -> Response:
    """疑点清单: every rule with its count, and the tickets of one rule."""
    asked, actor, house = _asked(request), actor_of(request), faces(request)
    found = await in_thread(partial(_overview, house, actor, asked))
    await note_look(request, Look.SUSPICION, f"suspicion/{asked.rule or 'all'}")
    filters = {
        **days_told(asked.span.since, asked.span.until),
        "department": asked.span.department,
        "state": "unexamined" if asked.unexamined_only else "",
    }
    kept = {name: value for name, value in filters.items() if value}
    values: dict[str, Any] = {
        "rule": asked.rule,
        "rules": _numbered(),
        "given": filters,
        "query": urlencode(kept),
        "departments": _departments(house, language(request)),
        "next": "/inspect/suspicions?" + urlencode({**kept, "rule": asked.rule}),
        **found,
    }
    return render(request, "inspection/suspicions.html", values)


def _numbered() -> list[tuple[int, str]]:
    own = [(rule.number, code) for code, rule in RULES.items()]
    return sorted([*own, *((number, code) for code, number in CROSSING.items())])


def _overview(house: Faces, actor: Actor, asked: Asked) -> dict[str, Any]:
    sight = listed_for(actor)

    def ask(connection: Connection) -> dict[str, Any]:
        found: dict[str, Any] = {
            "counts": queries.counts(connection, asked.span, sight=sight),
            "page": None,
            "crossed": None,
        }
        if asked.rule in RULES:
            found["page"] = queries.suspects(
                connection,
                asked.rule,
                asked.span,
                unexamined_only=asked.unexamined_only,
                cursor=asked.cursor,
                sight=sight,
            )
        elif asked.rule == "exclusion_outliers":
            found["crossed"] = crossing.exclusion_outliers(connection, asked.span, sight=sight)
        elif asked.rule == "mark_outliers":
            found["crossed"] = crossing.mark_outliers(connection, asked.span)
        elif asked.rule == "crowds":
            found["crossed"] = crossing.crowds(connection, asked.span, sight=sight)
        return found

    found: dict[str, Any] = reading.ask(house, ask)
    if asked.rule == "alike_answers":
        found["crossed"] = _alike(house, actor, asked.span)
    elif asked.rule == "leaks":
        found["crossed"] = _leaks(house, asked.span)
    return found


def _alike(house: Faces, actor: Actor, span: Span) -> Sequence[Any]:
    """Compare the newest answers of each department with each other."""
    wanted = TicketFilter(
        department=span.department, since=span.since, until=span.until, open=False
    )
    page = reading.ticket_page(house, actor, wanted, limit=ANSWERS_MAX)
    answers: dict[str, list[tuple[str, str]]] = {}
    for line in page.lines:
        if line.answered_at is None:
            continue
        text = next(
            (
                fact.fact.event.public_text
                for fact in reversed(house.archive.facts(f"ticket/{line.number}"))
                if isinstance(fact.fact.event, TicketAnswered)
            ),
            "",
        )
        answers.setdefault(line.lead, []).append((line.number, text))
    return [
        (department, one)
        for department, told_ones in sorted(answers.items())
        for one in crossing.alike_answers(told_ones)
    ]


def _leaks(house: Faces, span: Span) -> Sequence[Any]:
    """List who looked at very many tickets within minutes."""
    found = house.access_book.bursts(
        span.since, span.until, seconds=crossing.VIEWS_SECONDS, least=crossing.VIEWS_MIN
    )
    names = {one.person: one.display_name for one in house.accounts.staff()}
    return [
        {
            "person": person,
            "name": names.get(person, person),
            "role": role,
            "department": department,
            "at": datetime.fromtimestamp(at, span.since.tzinfo),
            "count": count,
        }
        for person, role, department, at, count in found
    ]


def _departments(house: Faces, chosen: Any) -> list[tuple[str, str]]:
    directory = house.archive.departments()
    return [(code, directory.name(code, chosen)) for code in directory.codes()]


@router.get("/inspect/suspicions/{rule}/{number}", dependencies=[requires(Query.INSPECTION)])
async def suspicion(request: Request, rule: str, number: str) -> Response:
    """疑点 with its proof."""
    return await _suspicion(request, rule, number)


@router.post("/inspect/suspicions/{rule}/{number}", dependencies=[requires(ExamineSuspicion)])
async def examine(request: Request, rule: str, number: str) -> Response:
    """查核: put on record what came of looking into it."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    if rule not in RULES:
        raise ProblemError("unknown-page")
    try:
        verdict = Verdict(form_text(form, "verdict"))
    except ValueError:
        problem = ProblemError(
            "input-invalid", violations=[{"field": "verdict", "code": "missing"}]
        )
        return await _suspicion(request, rule, number, problem=problem, form=dict(form))
    envelope = Envelope(
        message_id=identity_of(request, form, actor.person),
        stream=queries.stream_of(rule, number),
        command=ExamineSuspicion(
            rule=rule,
            subject=number,
            verdict=verdict,
            reason=form_text(form, "reason")[:1000],
            facts=tuple(form_text(form, "facts").split(",")) if form_text(form, "facts") else (),
        ),
        actor=actor,
        at=house.clock(),
        correlation=request.scope.get("request_id", ""),
    )
    try:
        receipt = await send(request, envelope)
    except ProblemError as problem:
        return await _suspicion(request, rule, number, problem=problem, form=dict(form))
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    return RedirectResponse(f"/inspect/suspicions/{rule}/{number}?done=1", 303)


async def _suspicion(
    request: Request,
    rule: str,
    number: str,
    *,
    problem: ProblemError | None = None,
    form: dict[str, Any] | None = None,
) -> Response:
    if rule not in RULES:
        raise ProblemError("unknown-page")
    house, actor = faces(request), actor_of(request)
    values = await in_thread(partial(_proof, request, house, actor, rule, number))
    await note_look(request, Look.SUSPICION, f"ticket/{number}", rule)
    values |= {
        "given": form or {},
        "message_id": house.new_id(),
        "done": "done" in request.query_params,
        **told(request, problem),
    }
    status = problem.status if problem else 200
    return render(request, "inspection/suspicion.html", values, status)


def _proof(request: Request, house: Faces, actor: Actor, rule: str, number: str) -> dict[str, Any]:
    line = reading.ask(house, lambda c: tickets.ticket(c, number, sight=EVERYTHING))
    if line is None:
        raise ProblemError("unknown-ticket")
    chosen = language(request)
    judged, others = reading.ask(
        house, lambda c: (queries.suspect(c, rule, line), queries.rules_of(c, line))
    )
    stream = f"ticket/{number}"
    locked = line.secrecy >= Secrecy.SECRET and (
        house.accounts.access_open_until(actor.person, stream, house.clock()) is None
    )
    facts = () if locked else proof_of(judged.grounds, house.archive.facts(stream))
    naming = Naming(house, chosen)
    examined = house.archive.facts(queries.stream_of(rule, number))
    return {
        "rule": rule,
        "number_of_rule": RULES[rule].number,
        "line": line,
        "judged": judged,
        "others": [one for one in others if one.rule != rule],
        "locked": locked,
        "facts": [(fact, told_of(house, naming, fact.fact.event, line.region)) for fact in facts],
        "named": ",".join(f"{stream}:{fact.version}" for fact in facts),
        "examined": examined,
        "names": {one.person: one.display_name for one in house.accounts.staff()},
        "verdicts": [one.value for one in Verdict],
    }
