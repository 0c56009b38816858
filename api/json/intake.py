"""Intake 收件: what became of a message that Kafka kept before anybody had handled it.

An id that nobody could guess is its own key; one with the sender's name in it answers to that
sender alone. For everybody else it looks as if no answer were there yet, so nothing can be listed.
"""

import re
from functools import partial
from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.json.commands import described_receipt
from api.json.kept import INTAKE, accepted
from api.ports import Faces, IntakeAnswer
from api.security import anyone, faces, in_thread, member_of
from handlers.receipt import Receipt, ReceiptStatus
from hotline.people.actors import Role
from hotline.people.staff import StaffMember

router = APIRouter(prefix=INTAKE, tags=["intake"])

_UNGUESSABLE: Final = re.compile(r"(?:api|form|citizen)/[0-9a-z-]+")
"""Ids that were drawn, or derived from a key and every word of a message."""


def may_ask(house: Faces, member: StaffMember | None, message_id: str) -> bool:
    """Tell whether the answer to a message is any business of who asks."""
    if _UNGUESSABLE.fullmatch(message_id):
        return True
    if member is None:
        return False
    if Role.SYSTEM_ADMINISTRATOR in member.roles:
        return True
    source = message_id.partition(" ")[0]
    system = house.intake_systems.get(source, source)
    own = (f"key/{member.person}/", f"form/{member.person}/")
    return message_id.startswith(own) or (" " in message_id and system == member.person)


async def answer_to(request: Request, message_id: str) -> IntakeAnswer | None:
    """Give what is known of a message to whom it concerns."""
    house, member = faces(request), await member_of(request)
    if not may_ask(house, member, message_id):
        return None
    return await in_thread(partial(house.answer_of, message_id))


def registered_code(house: Faces, receipt: Receipt) -> str:
    """Give the query code of the ticket that this very message registered, "" for any other."""
    kind, _, number = receipt.stream.partition("/")
    if kind != "ticket" or receipt.status is not ReceiptStatus.DONE:
        return ""
    facts = house.archive.facts(receipt.stream)
    is_its_own = bool(facts) and facts[0].message_id == receipt.message_id
    return house.accounts.query_code(number) if is_its_own else ""


@router.get("/{message_id:path}", dependencies=[anyone("message id")])
async def intake(request: Request, message_id: str) -> Response:
    """收件进度 by message id."""
    answer = await answer_to(request, message_id)
    if answer is None:
        receipt = Receipt(
            message_id=message_id, status=ReceiptStatus.ACCEPTED, stream="", version=0
        )
        return accepted(receipt)
    said = {**described_receipt(answer.receipt), "message_id": message_id}
    if answer.waits:
        said["status"] = "waiting"
    code = await in_thread(partial(registered_code, faces(request), answer.receipt))
    if code:
        said["query_code"] = code
    return Response(msgspec.json.encode(said), 200, media_type="application/json")
