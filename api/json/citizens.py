"""Citizens 市民: register, look up by number and code, add, object. No account, but throttled.

A stranger, a wrong number and a wrong code get the same answer at the same cost.
"""

import hashlib
from dataclasses import replace
from functools import partial
from typing import Any, Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import read_json
from api.json.kept import accepted, told_bypassed
from api.json.queries import answer
from api.ports import Faces
from api.problems import ProblemError
from api.reading import described_due
from api.security import anyone, client_address, faces, in_thread
from api.sending import KEY, sealed, send
from api.tracking import data_of, described_services, erasure_of, looked_at
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.correspondence.commands import RequestErasure
from hotline.people.actors import Actor, Role
from hotline.people.command_table import AnyCommand
from hotline.tickets import commands as tickets
from hotline.tickets.stages import OPEN, RESTING
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Channel, Kind, Secrecy

router = APIRouter(prefix="/api/v1/citizen", tags=["citizen"])

STRANGER: Final = Actor("", Role.CALLER)
CODE_HEADER: Final = "x-query-code"
_SHOWN_EVENTS: Final = frozenset(
    {
        *("TicketRegistered", "TicketAssigned", "TicketAcknowledged", "ContactRecorded"),
        *("TicketAnsweredDirectly", "TicketRefused", "TicketMerged", "InformationRequested"),
        *("InformationProvided", "ExtensionGranted", "TicketSuspended", "TicketResumed"),
        *("TicketAnswered", "RedoOrdered", "TicketClosed", "ObjectionRaised", "ObjectionDecided"),
        *("FeedbackGiven", "TicketArchived", "AdditionAppended", "TicketUrged"),
    }
)
"""What a citizen sees of the history: their own side of it, no internal step."""


async def let_in(request: Request, number: str, code: str) -> Ticket:
    """Check number and code; the ticket of whoever knows both."""
    house = faces(request)
    right = await in_thread(
        partial(
            house.accounts.code_is_right,
            number[:40],
            code.strip()[:12],
            house.clock(),
            address=client_address(request),
        )
    )
    if not isinstance(right, bool):
        raise ProblemError(
            "too-many-tries",
            {"minutes": str(-(-right.seconds // 60))},
            headers={"Retry-After": str(right.seconds)},
        )
    record = await in_thread(partial(house.archive.state, f"ticket/{number}"))
    if not right or not isinstance(record.state, Ticket):
        raise ProblemError("number-or-code-wrong")
    return record.state


def as_caller(envelope: Envelope) -> Envelope:
    """Let a citizen act as the person they gave, or as nobody."""
    caller = getattr(envelope.command, "caller", "")
    return replace(envelope, actor=replace(STRANGER, person=caller))


def public_view(house: Faces, state: Ticket) -> dict[str, Any]:
    """Say what the citizen may know: stage, promised date, answer, steps."""
    facts = house.archive.facts(f"ticket/{state.number}")
    answers = [
        text
        for line in facts
        if type(line.fact.event).__name__ in ("TicketAnswered", "TicketAnsweredDirectly")
        and (
            text := getattr(line.fact.event, "public_text", "")
            or getattr(line.fact.event, "text", "")
        )
    ]
    steps = [
        {"type": type(line.fact.event).__name__, "at": line.fact.occurred_at.isoformat()}
        for line in facts
        if type(line.fact.event).__name__ in _SHOWN_EVENTS
    ]
    secret = state.secrecy >= Secrecy.CONFIDENTIAL
    return {
        "number": state.number,
        "stage": state.stage.value,
        "title": "" if secret else state.title,
        "department": "" if secret else state.lead,
        "due": described_due(state.citizen_due),
        "answers": answers,
        "steps": steps,
        "services": described_services(house, state.number),
        "looked_at": looked_at(house, state),
        "erasure": erasure_of(house, state),
        "can_erase": bool(state.caller),
        "can_rate": rateable(house, state.number) != "",
        "can_object": state.stage in RESTING,
        "can_add": state.stage in OPEN,
    }


def rateable(house: Faces, number: str) -> str:
    """Name the newest answer of a ticket that waits for a rating, as a service; "" for none."""
    found, count = "", 1
    while (record := house.archive.state(f"service/{number}/{count}")).version:
        rated = getattr(record.state, "level", 0) != 0
        found, count = "" if rated else f"service/{number}/{count}", count + 1
    return found


async def ask_erasure(request: Request, state: Ticket, identity: str) -> None:
    """Ask, as the caller, for the end of their personal data."""
    if not state.caller:
        raise ProblemError("nothing-to-erase")
    house = faces(request)
    envelope = Envelope(
        message_id=identity,
        stream=f"citizen/{state.caller}",
        command=RequestErasure(ticket=state.number),
        actor=replace(STRANGER, person=state.caller),
        at=house.clock(),
        correlation=request.scope.get("request_id", ""),
    )
    await send(request, envelope)


async def citizen_sends(
    request: Request, state: Ticket, command: type[AnyCommand], body: Any, identity: str
) -> None:
    """Send a command of the ticket's caller."""
    house = faces(request)
    envelope = await in_thread(
        partial(
            sealed,
            house,
            command,
            body,
            stream=f"ticket/{state.number}",
            actor=replace(STRANGER, person=state.caller),
            identity=identity,
            correlation=request.scope.get("request_id", ""),
            citizen=state.caller,
        )
    )
    await send(request, envelope)


def identity_of(house: Faces, key: str, place: str, content: bytes) -> str:
    """Give the identity of a stranger's message, who has no name that could keep keys apart.

    The key counts together with where it is sent and with every word of the message: who sends the
    same again gets the first answer, and who happens upon a key of somebody else gets their own.
    """
    if not key:
        return "citizen/" + house.new_id()
    parts = hashlib.sha256()
    for part in (key.encode(), place.encode(), content):
        parts.update(len(part).to_bytes(8) + part)
    return f"citizen/{parts.hexdigest()}"


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key")
    if key is not None and not KEY.fullmatch(key):
        raise ProblemError("idempotency-key-invalid")
    return key or ""


@router.post("/tickets", dependencies=[anyone("citizen")], status_code=201)
async def register(request: Request) -> Response:
    """诉求登记 by a citizen; the answer holds number and query code, shown this once."""
    raw = await request.body()
    body: Any = read_json(raw, tickets.RegisterTicket)
    house = faces(request)
    body = msgspec.structs.replace(body, **trusted(house))
    envelope = await in_thread(
        partial(
            sealed,
            house,
            tickets.RegisterTicket,
            body,
            stream="",
            actor=STRANGER,
            identity=identity_of(faces(request), _key(request), "tickets", raw),
            correlation=request.scope.get("request_id", ""),
        )
    )
    receipt = await send(request, as_caller(envelope))
    if receipt.status is ReceiptStatus.ACCEPTED:
        return accepted(receipt)
    number = receipt.stream.partition("/")[2]
    code = await in_thread(partial(house.accounts.query_code, number))
    said = {"number": number, "query_code": code, **told_bypassed(house, receipt)}
    return Response(msgspec.json.encode(said), 201, media_type="application/json")


def trusted(house: Faces) -> dict[str, Any]:
    """Give what a citizen's form may not choose."""
    return {
        "kind": Kind.HOTLINE,
        "channel": Channel.WEB,
        "region": house.region,
        "rated_department": "",
        "evaluation": "",
        "level": 0,
        "repeat_count": 0,
    }


@router.get("/tickets/{number}", dependencies=[anyone("number and code")])
async def track(request: Request, number: str) -> Response:
    """查询进度 by number and the code in X-Query-Code."""
    state = await let_in(request, number, request.headers.get(CODE_HEADER, ""))
    return answer(await in_thread(partial(public_view, faces(request), state)))


@router.get("/tickets/{number}/data", dependencies=[anyone("number and code")])
async def download(request: Request, number: str) -> Response:
    """下载本人数据 (个人信息保护法 45): what the house keeps, for machines."""
    state = await let_in(request, number, request.headers.get(CODE_HEADER, ""))
    response = answer(await in_thread(partial(own_data, faces(request), state)))
    response.headers["Cache-Control"] = "no-store"
    return response


def own_data(house: Faces, state: Ticket) -> dict[str, Any]:
    """Gather a citizen's own data. Blocks on the store."""
    return data_of(house, state, public_view(house, state))


@router.post("/tickets/{number}/erasure", dependencies=[anyone("number and code")])
async def erase(request: Request, number: str) -> Response:
    """申请删除个人信息 (个人信息保护法 47); a person decides."""
    state = await let_in(request, number, request.headers.get(CODE_HEADER, ""))
    identity = identity_of(faces(request), _key(request), f"{number}/erasure", b"")
    await ask_erasure(request, state, identity)
    return answer({"status": "done"})


@router.post("/tickets/{number}/objection", dependencies=[anyone("number and code")])
async def object_to(request: Request, number: str) -> Response:
    """提出异议."""
    state = await let_in(request, number, request.headers.get(CODE_HEADER, ""))
    raw = await request.body()
    body: Any = read_json(raw, tickets.RaiseObjection)
    identity = identity_of(faces(request), _key(request), f"{number}/objection", raw)
    await citizen_sends(request, state, tickets.RaiseObjection, body, identity)
    return answer({"status": "done"})


@router.post("/tickets/{number}/addition", dependencies=[anyone("number and code")])
async def add_to(request: Request, number: str) -> Response:
    """追加."""
    state = await let_in(request, number, request.headers.get(CODE_HEADER, ""))
    raw = await request.body()
    body: Any = read_json(raw, tickets.AppendAddition)
    identity = identity_of(faces(request), _key(request), f"{number}/addition", raw)
    await citizen_sends(request, state, tickets.AppendAddition, body, identity)
    return answer({"status": "done"})
