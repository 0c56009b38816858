"""System 运行: health, metrics, dead letters, and opening personal data for a stated reason."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter
from fastapi import Query as Parameter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.json.commands import described_receipt
from api.json.queries import answer
from api.ports import Faces
from api.problems import ProblemError
from api.security import actor_of, anyone, faces, in_thread, requires
from hotline.people.actors import Actor
from hotline.people.masking import mask_address, mask_name, mask_phone
from hotline.people.queries import Query

router = APIRouter(prefix="/api/v1")
operations = APIRouter()

REASON_LENGTH_MIN: Final = 4
_PLAIN: Final = "text/plain"


class Opening(msgspec.Struct, forbid_unknown_fields=True):
    """说明理由."""

    reason: Annotated[str, msgspec.Meta(max_length=500)]


def open_personal(house: Faces, actor: Actor, number: str, reason: str) -> dict[str, Any]:
    """解锁: log the reason, then give the person's fields and words until the opening ends."""
    if len(reason.strip()) < REASON_LENGTH_MIN:
        raise ProblemError("reason-missing", violations=[{"field": "reason", "code": "missing"}])
    stream = f"ticket/{number}"
    until = house.accounts.open_access(actor, stream, reason.strip(), house.clock())
    seen = reading.detail(house, actor, number)
    return {"until": until.isoformat(), **personal_of(house, seen)}


def personal_of(house: Faces, seen: reading.Detail) -> dict[str, Any]:
    """Read what the vault holds of a ticket's caller, for a reader to whom it is open."""
    person = house.vault.open_person(seen.state.caller) if seen.state.caller else None
    narratives = [
        getattr(line.fact.event, "narrative", "")
        for line in seen.facts
        if getattr(line.fact.event, "narrative", "")
    ]
    opened = [found for one in narratives if (found := house.vault.open_narrative(one))]
    return {
        "name": person.name if person else "",
        "phone": person.phone if person else "",
        "address": person.address if person else "",
        "id_number": person.id_number if person else "",
        "words": [{"title": title, "text": body} for title, body in opened],
    }


def masked_person(house: Faces, caller: str) -> dict[str, str]:
    """Give what may be shown of a caller without a reason."""
    person = house.vault.open_person(caller) if caller else None
    if person is None:
        return {}
    return {
        "name": mask_name(person.name),
        "phone": mask_phone(person.phone.removeprefix("+86")) if person.phone else "",
        "address": mask_address(person.address) if person.address else "",
    }


@router.post(
    "/tickets/{number}/personal", dependencies=[requires(Query.PERSONAL_UNLOCK)], tags=["tickets"]
)
async def unlock(request: Request, number: str) -> Response:
    """解锁个人信息: needs a reason, lasts 30 minutes, is logged."""
    try:
        given = msgspec.json.decode(await request.body(), type=Opening)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProblemError(
            "input-invalid", violations=[{"field": "reason", "code": "missing"}]
        ) from None
    house = faces(request)
    opened = await in_thread(partial(open_personal, house, actor_of(request), number, given.reason))
    return Response(
        msgspec.json.encode(opened),
        headers={"Cache-Control": "no-store"},
        media_type="application/json",
    )


@router.get("/accesses", dependencies=[requires(Query.ACCESS_LOG)], tags=["audit"])
async def list_accesses(
    request: Request, before: int = 0, limit: Annotated[int, Parameter(ge=1, le=500)] = 100
) -> Response:
    """访问日志: who opened personal data, and why."""
    found = await in_thread(partial(faces(request).accounts.accesses, before=before, limit=limit))
    return answer({"items": found})


@router.get("/dead-letters", dependencies=[requires(Query.DEAD_LETTERS)], tags=["operations"])
async def list_dead_letters(
    request: Request, after: str = "", limit: Annotated[int, Parameter(ge=1, le=200)] = 50
) -> Response:
    """死信 that wait; their bytes stay sealed."""
    letters = await in_thread(partial(faces(request).dead_letters.list, after=after, limit=limit))
    shown = ("id", "message_id", "source", "reason", "first_seen_at", "resends_count")
    return answer({"items": [{name: getattr(one, name) for name in shown} for one in letters]})


@router.post(
    "/dead-letters/{letter}/resend",
    dependencies=[requires(Query.DEAD_LETTERS)],
    tags=["operations"],
)
async def resend_dead_letter(request: Request, letter: str) -> Response:
    """Hand a dead letter in once more."""
    receipt = await in_thread(partial(faces(request).dead_letters.resend, letter))
    if receipt is None:
        raise ProblemError("unknown-dead-letter")
    return answer(described_receipt(receipt))


@operations.get("/healthz", dependencies=[anyone("health")], include_in_schema=False)
async def health() -> Response:
    """Say that the process answers."""
    return Response("ok", media_type="text/plain")


@operations.get("/readyz", dependencies=[anyone("health")], include_in_schema=False)
async def ready(request: Request) -> Response:
    """Say whether the process can do its work, and if not, what is missing."""
    troubles = await in_thread(partial(faces(request).troubles))
    if troubles:
        return Response("\n".join(troubles), HTTPStatus.SERVICE_UNAVAILABLE, media_type=_PLAIN)
    return Response("ready", media_type=_PLAIN)


@operations.get("/metrics", dependencies=[anyone("metrics")], include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Write the metrics."""
    await in_thread(partial(faces(request).gauge))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
