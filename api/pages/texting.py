"""Texting pages 短信页面: previews, the tasks of those who speak to citizens, a text for trial."""

from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.contact_tasks import open_tasks
from api.pages.frame import form_text, identity_of, language, render, told
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, requires
from api.sending import SHOWN_SECONDS, answered
from handlers.envelope import Envelope
from hotline.correspondence.commands import CompleteContactTask
from hotline.correspondence.events import TextSettled
from hotline.people.masking import mask
from hotline.people.queries import Query
from notifications.inbound import ReceivedText
from notifications.intent import Template

router = APIRouter(include_in_schema=False)

SIMULATED: Final = "simulated"
_OUTCOME_MAX: Final = 500


@router.get("/texts/preview", dependencies=[requires(Query.TEXT_LOG)])
async def preview(request: Request) -> Response:
    """短信预览 with made-up values, in the language of the page."""
    asked = request.query_params.get("template", "")
    template = asked if asked in set(Template) else ""
    texting = faces(request).texting
    found = await in_thread(partial(texting.previews, template, language(request)))
    return render(request, "texts_preview.html", {"previews": found})


@router.get("/texts/try", dependencies=[requires(Query.TEXT_LOG)])
async def try_page(request: Request) -> Response:
    """演示来信."""
    return _try(request, None)


@router.post("/texts/try", dependencies=[requires(Query.TEXT_LOG)])
async def try_text(request: Request) -> Response:
    """写一条来信, as the simulated provider would hand it over."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house = faces(request)
    if not house.texting.is_simulated:
        raise ProblemError("not-simulated")
    phone, words = form_text(form, "from").strip(), form_text(form, "words")
    if not phone or not words.strip():
        missing = "from" if not phone else "words"
        problem = ProblemError("input-invalid", violations=[{"field": missing, "code": "missing"}])
        return _try(request, problem)
    text = ReceivedText(provider=SIMULATED, text_id=house.new_id(), phone=phone, words=words)
    receipt = await in_thread(partial(house.texting.receive, text))
    answered(receipt)
    facts = await in_thread(partial(house.archive.facts, receipt.stream))
    settled = [
        line.fact.event
        for line in facts
        if isinstance(line.fact.event, TextSettled) and line.fact.event.text_id == text.text_id
    ]
    return _try(request, None, settled[-1] if settled else None)


@router.get("/reports", dependencies=[requires(Query.REPORTS)])
async def reports(request: Request) -> Response:
    """评价上报对账."""
    sums = await in_thread(partial(faces(request).texting.reconciliation))
    return render(request, "reports.html", {"sums": sums})


@router.get("/contact-tasks", dependencies=[requires(Query.CONTACT_TASKS)])
async def tasks(request: Request) -> Response:
    """联络任务."""
    return await _tasks(request, None)


@router.post("/contact-tasks/{citizen}", dependencies=[requires(CompleteContactTask)])
async def complete(request: Request, citizen: str) -> Response:
    """联络任务办结."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    actor, house = actor_of(request), faces(request)
    envelope = Envelope(
        message_id=identity_of(request, form, actor.person),
        stream=f"citizen/{citizen}",
        command=CompleteContactTask(
            task=form_text(form, "task"), outcome=mask(form_text(form, "outcome")[:_OUTCOME_MAX])
        ),
        actor=actor,
        at=house.clock(),
        correlation=request.scope.get("request_id", ""),
    )
    try:
        receipt = answered(await in_thread(partial(house.gateway.submit, envelope)))
    except ProblemError as problem:
        return await _tasks(request, problem)
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    return RedirectResponse("/contact-tasks", 303)


@router.post("/contact-tasks/{citizen}/unlock", dependencies=[requires(Query.PERSONAL_UNLOCK)])
async def unlock(request: Request, citizen: str) -> Response:
    """查看号码, with a stated reason, which the access log keeps."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, reason = faces(request), form_text(form, "reason").strip()
    if not reason:
        problem = ProblemError("input-invalid", violations=[{"field": "reason", "code": "missing"}])
        return await _tasks(request, problem)
    await in_thread(
        partial(
            house.accounts.open_access,
            actor_of(request),
            f"citizen/{citizen}",
            reason[:_OUTCOME_MAX],
            house.clock(),
        )
    )
    return RedirectResponse("/contact-tasks", 303)


async def _tasks(request: Request, problem: ProblemError | None) -> Response:
    house, actor = faces(request), actor_of(request)
    values = {
        "tasks": await in_thread(partial(open_tasks, house, actor.person)),
        "new_id": house.new_id,
        **told(request, problem),
    }
    return render(request, "contact_tasks.html", values, problem.status if problem else 200)


def _try(
    request: Request, problem: ProblemError | None, settled: TextSettled | None = None
) -> Response:
    values = {
        "settled": settled,
        "simulated": faces(request).texting.is_simulated,
        **told(request, problem),
    }
    return render(request, "texts_try.html", values, problem.status if problem else 200)
