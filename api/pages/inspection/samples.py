"""Samples 抽查: closed tickets drawn by a seed that nobody chose, and what was found in each.

The house makes the seed and draws; the draw is a fact of the log before anybody sees a ticket of
it. Whoever draws again leaves both draws, and every list says which draw of a period it was.
"""

import hashlib
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import reading
from api.looking import note_look
from api.pages.frame import form_text, identity_of, language, render, told
from api.pages.inspection.spans import day_of, days_told, wrong
from api.ports import Faces
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, requires
from api.sending import SHOWN_SECONDS, send
from handlers.envelope import Command, Envelope
from hotline.inspection.commands import DrawSample, RecordFinding
from hotline.inspection.sampling import SEED_DIGITS, SIZE_MAX, digest_of, drawn
from hotline.inspection.state import Sample
from hotline.inspection.vocabulary import Finding
from hotline.people.access import Look
from hotline.people.actors import Actor
from hotline.people.queries import Query
from hotline.people.sight import listed_for
from projections.audit import queries as audit
from projections.cursors import Page
from projections.suspicions.closures import closures, lines_in_order
from projections.suspicions.queries import Span

router = APIRouter(include_in_schema=False)

SIZE: Final = 20
_ID_DIGITS: Final = 16
_LISTED: Final = 50


@router.get("/inspect/samples", dependencies=[requires(Query.INSPECTION)])
async def samples(request: Request) -> Response:
    """抽查: every draw there ever was, newest first."""
    return await _samples(request)


async def _samples(
    request: Request, *, problem: ProblemError | None = None, given: dict[str, Any] | None = None
) -> Response:
    house = faces(request)
    cursor = request.query_params.get("cursor", "")[:500]
    page = await in_thread(partial(_drawn_before, house, cursor))
    directory, chosen = house.archive.departments(), language(request)
    values = {
        "samples": page.lines,
        "cursor": page.cursor,
        "given": given or {},
        "size": SIZE,
        "size_max": SIZE_MAX,
        "departments": [(code, directory.name(code, chosen)) for code in directory.codes()],
        "names": _names(house),
        "message_id": house.new_id(),
        **told(request, problem),
    }
    return render(request, "inspection/samples.html", values, problem.status if problem else 200)


def _drawn_before(house: Faces, cursor: str) -> Page[Any]:
    wanted = audit.EventFilter(type="SampleDrawn")
    page = reading.ask(house, lambda c: audit.events(c, wanted, cursor=cursor, limit=_LISTED))
    found: list[dict[str, Any]] = []
    for line in page.lines:
        state = house.archive.state(line.stream).state
        if isinstance(state, Sample):
            found.append({"id": line.stream.partition("/")[2], "sample": state} | _span_of(state))
    draws: dict[tuple[Any, ...], int] = {}
    for one in reversed(found):
        sample = one["sample"]
        key = (sample.since, sample.until, sample.department, sample.region)
        one["draw"] = draws[key] = draws.get(key, 0) + 1
    return Page(tuple(found), page.cursor)


def _span_of(sample: Sample) -> dict[str, str]:
    return days_told(sample.since, sample.until)


@router.post("/inspect/samples", dependencies=[requires(DrawSample)])
async def draw(request: Request) -> Response:
    """抽样."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    try:
        identity = identity_of(request, form, actor.person)
        sample = hashlib.sha256(f"sample/{identity}".encode()).hexdigest()[:_ID_DIGITS]
        command = await in_thread(partial(_drawing, house, actor, form))
        await _send(request, f"sample/{sample}", command, identity)
    except ProblemError as problem:
        return await _samples(request, problem=problem, given=dict(form))
    return RedirectResponse(f"/inspect/samples/{sample}", 303)


def _drawing(house: Faces, actor: Actor, form: FormData) -> DrawSample:
    """Make the seed, then draw: in this order, and both by the house."""
    since, until = day_of(form_text(form, "since")), day_of(form_text(form, "until"))
    size = form_text(form, "size")
    if since is None or until is None:
        raise wrong("since")
    if not size.isdecimal() or not 0 < int(size) <= SIZE_MAX:
        raise wrong("size")
    end = until.replace(hour=23, minute=59, second=59, microsecond=999_999)
    span = Span(since=since, until=end, department=form_text(form, "department")[:64])
    seed = hashlib.sha256(f"seed/{house.new_id()}".encode()).hexdigest()[:SEED_DIGITS]
    sight = listed_for(actor)
    population = reading.ask(house, lambda c: closures(c, span, sight=sight))
    if not population:
        raise ProblemError("population-empty")
    return DrawSample(
        seed=seed,
        since=span.since,
        until=span.until,
        department=span.department,
        population_count=len(population),
        population_digest=digest_of(population),
        numbers=drawn(population, seed, int(size)),
    )


@router.get("/inspect/samples/{sample}", dependencies=[requires(Query.INSPECTION)])
async def one_sample(request: Request, sample: str) -> Response:
    """样本: its tickets, what was found in each, and the same draw made again."""
    return await _sample(request, sample)


@router.post("/inspect/samples/{sample}/{number}", dependencies=[requires(RecordFinding)])
async def find(request: Request, sample: str, number: str) -> Response:
    """抽查结果."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    try:
        try:
            finding = Finding(form_text(form, "finding"))
        except ValueError:
            raise wrong("finding") from None
        command = RecordFinding(number=number, finding=finding, note=form_text(form, "note")[:1000])
        identity = identity_of(request, form, actor_of(request).person)
        await _send(request, f"sample/{sample}", command, identity)
    except ProblemError as problem:
        return await _sample(request, sample, problem=problem, given={number: dict(form)})
    return RedirectResponse(f"/inspect/samples/{sample}#t{number}", 303)


async def _send(request: Request, stream: str, command: Command, identity: str) -> None:
    house = faces(request)
    envelope = Envelope(
        message_id=identity,
        stream=stream,
        command=command,
        actor=actor_of(request),
        at=house.clock(),
        correlation=request.scope.get("request_id", ""),
    )
    receipt = await send(request, envelope)
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))


async def _sample(
    request: Request,
    sample: str,
    *,
    problem: ProblemError | None = None,
    given: dict[str, Any] | None = None,
) -> Response:
    house, actor = faces(request), actor_of(request)
    values = await in_thread(partial(_checked, house, actor, sample))
    await note_look(request, Look.SAMPLE, f"sample/{sample}")
    values |= {"id": sample, "given": given or {}, "new_id": house.new_id, **told(request, problem)}
    status = problem.status if problem else 200
    return render(request, "inspection/sample.html", values, status)


def _checked(house: Faces, actor: Actor, sample: str) -> dict[str, Any]:
    state = house.archive.state(f"sample/{sample}").state
    if not isinstance(state, Sample):
        raise ProblemError("unknown-sample")
    span = Span(since=state.since, until=state.until, department=state.department)
    sight = listed_for(actor)

    def ask(connection: Connection) -> tuple[Any, Any]:
        again = closures(connection, span, state.region, sight=sight)
        return again, lines_in_order(connection, state.numbers, sight=sight)

    population, lines = reading.ask(house, ask)
    findings = [(line, state.finding_of(line.number)) for line in lines]
    results = {one.value: 0 for one in Finding}
    for _, found in findings:
        if found is not None:
            results[found.finding.value] += 1
    return {
        "sample": state,
        "findings": findings,
        "results": results,
        "settled": sum(results.values()),
        "same_population": digest_of(population) == state.population_digest,
        "same_draw": drawn(population, state.seed, len(state.numbers)) == state.numbers,
        "population_now": len(population),
        "names": _names(house),
        "finding_words": [one.value for one in Finding],
        **_span_of(state),
    }


def _names(house: Faces) -> dict[str, str]:
    return {one.person: one.display_name for one in house.accounts.staff()}
