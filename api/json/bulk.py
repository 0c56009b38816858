"""Bulk 批量: the same command to many tickets, one receipt each; some may be refused."""

from functools import partial
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import read_fields
from api.json.commands import command_named, described_receipt
from api.problems import ProblemError, refused, status_of, texts_of
from api.security import acting, any_staff, faces, in_thread, member_of
from api.sending import message_id, sealed
from handlers.receipt import Receipt
from hotline.people.command_table import COMMANDS

router = APIRouter(tags=["tickets"])

TICKETS_MAX: Final = 500


class Bulk(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """批量."""

    command: Annotated[str, msgspec.Meta(max_length=60)]
    tickets: Annotated[list[str], msgspec.Meta(min_length=1, max_length=TICKETS_MAX)]
    body: dict[str, Any] = {}
    versions: dict[str, int] = {}


@router.post("/tickets/bulk", dependencies=[any_staff()], response_model=None, status_code=207)
async def send_to_many(request: Request) -> Response:
    """Send one command to up to 500 tickets; the permission is that of the command."""
    try:
        bulk = msgspec.json.decode(await request.body(), type=Bulk)
    except msgspec.ValidationError as error:
        violation = {"field": "tickets", "code": "invalid"}
        raise ProblemError("input-invalid", violations=[violation]) from error
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProblemError("not-json") from None
    command = command_named(bulk.command)
    member = await member_of(request)
    if member is None:
        raise ProblemError("not-logged-in")
    actor, body, house = (
        acting(member, COMMANDS[command]),
        read_fields(bulk.body, command),
        faces(request),
    )
    identity = message_id(request, actor, bulk.command)
    envelopes = [
        sealed(
            house,
            command,
            body,
            stream=f"ticket/{number}",
            actor=actor,
            identity=f"{identity}/{number}",
            version=bulk.versions.get(number),
            correlation=request.scope.get("request_id", ""),
        )
        for number in dict.fromkeys(bulk.tickets)
    ]
    receipts = await in_thread(partial(house.gateway.run, envelopes))
    said = [_described(house.messages, receipt) for receipt in receipts]
    done = sum(receipt.refusal is None for receipt in receipts)
    answer = {"done": done, "refused": len(said) - done, "receipts": said}
    return Response(msgspec.json.encode(answer), 207, media_type="application/json")


def _described(messages: Any, receipt: Receipt) -> dict[str, Any]:
    said = described_receipt(receipt)
    if receipt.refusal is not None:
        problem = refused(receipt.refusal)
        said["http_status"] = status_of(problem.code)
        said["texts"] = {
            language: texts_of(messages, language, problem.code, problem.detail)
            for language in ("zh", "en")
        }
    return said
