"""Forms of the administration 管理表单: one way from a form to an event, and back with its reasons.

What was typed stands in the form again after every refusal. A form that somebody else overtook is
refused (`stale-form`); it is shown with what stands now beside what was typed, and goes through
when it is sent once more.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import changes
from api.naming import Naming
from api.pages.frame import FIELDS_MAX, form_text, identity_of, language, render, told
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread
from api.sending import SHOWN_SECONDS, answered
from handlers.envelope import Envelope, Personal
from handlers.receipt import Receipt
from hotline.people.command_table import AnyCommand

TEXT_LENGTH_MAX: Final = 200
REASON_LENGTH_MAX: Final = 500


async def form_of(request: Request) -> FormData:
    """Read a form that was made for this session."""
    form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    check_csrf(request, form_text(form, "csrf"))
    return form


def line(form: FormData, name: str) -> str:
    """Read one line."""
    return form_text(form, name).strip()[:TEXT_LENGTH_MAX]


def reason_of(form: FormData) -> str:
    """Read the reason for a change."""
    return form_text(form, "reason").strip()[:REASON_LENGTH_MAX]


def version_of(form: FormData) -> int | None:
    """Read the version that the form was made from."""
    given = form_text(form, "version")
    return int(given) if given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004


def wrong(field: str, code: str = "missing") -> ProblemError:
    """Say that a field cannot be read."""
    return ProblemError("input-invalid", violations=[{"field": field, "code": code}])


async def send(
    request: Request,
    form: FormData,
    stream: str,
    command: AnyCommand,
    *,
    personal: tuple[Personal, ...] = (),
    step: str = "",
    fresh: bool = False,
) -> Receipt:
    """Send a command and wait until pages show it; a refusal becomes a problem.

    A further `step` of one form follows what the first has changed, so it is `fresh` of versions.
    """
    house, actor = faces(request), actor_of(request)
    envelope = Envelope(
        message_id=identity_of(request, form, actor.person) + step,
        stream=stream,
        command=command,
        actor=actor,
        at=house.clock(),
        correlation=request.scope.get("request_id", ""),
        expected_version=None if fresh else version_of(form),
        personal=personal,
    )
    receipt = answered(await in_thread(partial(house.gateway.submit, envelope)))
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    return receipt


def done(path: str) -> RedirectResponse:
    """Lead back to a page that says it was done. 303, so a reload repeats the read."""
    return RedirectResponse(f"{path}{'&' if '?' in path else '?'}done=1", 303)


async def show(
    request: Request,
    template: str,
    values: Mapping[str, Any],
    problem: ProblemError | None = None,
    *,
    stream: str = "",
) -> Response:
    """Show a page of the administration with the history of what it is about."""
    house = faces(request)
    naming = Naming(house, language(request))
    record = house.archive.state(stream) if stream else None
    history: tuple[changes.Change, ...] = ()
    if record is not None and record.version:
        ask: Callable[[], tuple[changes.Change, ...]] = partial(
            changes.history, house, naming, stream
        )
        history = await in_thread(partial(ask))
    told_values = told(request, problem)
    shown = {
        "naming": naming,
        "message_id": house.new_id(),
        "version": record.version if record else 0,
        "history": history,
        "stale": problem is not None and problem.code == "stale-form",
        "done": "done" in request.query_params,
        "given": {},
        **told_values,
        **values,
    }
    return render(request, template, shown, problem.status if problem else 200)
