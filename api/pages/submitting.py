"""Submitting 提交: what a form of the staff says, sealed and sent as one command."""

from functools import partial

import msgspec
from starlette.datastructures import FormData
from starlette.requests import Request

from api.pages.frame import form_text, identity_of
from api.security import faces, in_thread
from api.sending import sealed, send
from handlers.receipt import Receipt
from hotline.people.actors import Actor
from hotline.people.command_table import AnyCommand


async def submit(
    request: Request,
    form: FormData,
    actor: Actor,
    command: type[AnyCommand],
    body: msgspec.Struct,
    *,
    stream: str,
    citizen: str = "",
) -> Receipt:
    """Send it; a form that names its `version` is refused where somebody was quicker.

    `citizen` is the known person of a ticket. Raises `ProblemError` for every refusal.
    """
    version = form_text(form, "version")
    envelope = await in_thread(
        partial(
            sealed,
            faces(request),
            command,
            body,
            stream=stream,
            actor=actor,
            identity=identity_of(request, form, actor.person),
            version=int(version) if version.isdecimal() else None,
            correlation=request.scope.get("request_id", ""),
            citizen=citizen,
        )
    )
    return await send(request, envelope)
