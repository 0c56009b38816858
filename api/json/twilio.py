"""Twilio 回调: delivery reports, received texts and calls, form-encoded, each signed by Twilio.

The signature covers the address as Twilio knows it, which behind a proxy is the public one. A
repeat is answered like the first; replies leave through the outbox, never in the answer here.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final, TypeVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.ports import Texting
from api.problems import ProblemError
from api.security import anyone, faces, in_thread
from notifications.inbound import ReceivedText

AnswerT = TypeVar("AnswerT")

router = APIRouter(prefix="/api/v1/twilio", tags=["twilio"])

SIGNATURE: Final = "x-twilio-signature"
PROVIDER: Final = "twilio"
_NOTHING_TO_SAY: Final = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
STEPS: Final = frozenset({"incoming", "language", "wait", "left", "talked", "rating", "reason"})
"""What Twilio asks in the course of a call."""
_FIELDS_MAX: Final = 200


@router.post("/status", dependencies=[anyone("twilio signature")], status_code=204)
async def delivery(request: Request) -> Response:
    """送达回执: how far a text got. Late, early and repeated reports move nothing back."""
    texting, form = await _signed(request)
    report = partial(
        texting.report,
        provider_id=form.get("MessageSid", ""),
        status=form.get("MessageStatus", ""),
        code=form.get("ErrorCode", ""),
        intent_id=request.query_params.get("intent", ""),
    )
    await in_thread(report)
    return Response(status_code=204)


@router.post("/texts", dependencies=[anyone("twilio signature")])
async def received(request: Request) -> Response:
    """来信: a citizen wrote back."""
    texting, form = await _signed(request)
    text_id = form.get("MessageSid", "")
    if not text_id:
        raise ProblemError("input-invalid", violations=[{"field": "MessageSid", "code": "missing"}])
    text = ReceivedText(
        provider=PROVIDER,
        text_id=text_id[:64],
        phone=form.get("From", ""),
        words=form.get("Body", ""),
    )
    await in_thread(partial(texting.receive, text))
    return Response(_NOTHING_TO_SAY, media_type="application/xml")


@router.post("/calls/status", dependencies=[anyone("twilio signature")], status_code=204)
async def call_ended(request: Request) -> Response:
    """通话结束: one that nobody took is called back."""
    _, form = await _signed(request)
    await _named(partial(faces(request).calling.ended, form))
    return Response(status_code=204)


@router.post("/calls/line", dependencies=[anyone("twilio signature")], status_code=204)
async def operator_line(request: Request) -> Response:
    """坐席线路: how far the telephone of an operator got."""
    await _reported(request, "line")
    return Response(status_code=204)


@router.post("/calls/recording", dependencies=[anyone("twilio signature")], status_code=204)
async def recording(request: Request) -> Response:
    """录音回执: a recording is ready at the provider; only its reference is kept."""
    await _reported(request, "recording")
    return Response(status_code=204)


@router.post("/calls", dependencies=[anyone("twilio signature")])
async def incoming(request: Request) -> Response:
    """来电: what the caller hears first."""
    return await _document(request, "incoming")


@router.post("/calls/{step}", dependencies=[anyone("twilio signature")])
async def call_step(request: Request, step: str) -> Response:
    """通话步骤: what comes next in a call."""
    if step not in STEPS:
        raise ProblemError("unknown-page")
    return await _document(request, step)


async def _document(request: Request, step: str) -> Response:
    document = await _reported(request, step)
    return Response(document, media_type="application/xml")


async def _reported(request: Request, step: str) -> str:
    _, form = await _signed(request)
    query = dict(request.query_params)
    answer = partial(faces(request).calling.answer, step, form, query)
    return await _named(answer) or ""


async def _named(work: partial[AnswerT]) -> AnswerT:
    """Do what a form asks for; one that names no call is refused."""
    answer = await in_thread(work)
    if answer is None or answer is False:
        raise ProblemError("input-invalid", violations=[{"field": "CallSid", "code": "missing"}])
    return answer


async def _signed(request: Request) -> tuple[Texting, Mapping[str, str]]:
    """Read the form, and refuse one that Twilio did not sign for this address."""
    texting = faces(request).texting
    form = await request.form(max_files=0, max_fields=_FIELDS_MAX)
    values = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    address = _address(request, texting.public_url)
    if not texting.is_signed(address, values, request.headers.get(SIGNATURE, "")):
        raise ProblemError("signature-wrong")
    return texting, values


def _address(request: Request, public_url: str) -> str:
    """Give the address as the sender knows it."""
    url = request.url
    query = f"?{url.query}" if url.query else ""
    if public_url:
        return f"{public_url.rstrip('/')}{url.path}{query}"
    return str(url)
