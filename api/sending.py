"""Sending 提交: from a body to a receipt. The one way in which a face sends a command."""

import re
from dataclasses import replace
from typing import Final

import msgspec
from starlette.requests import Request

from api.answers import answers
from api.bodies import Person, command_of, phone_of, speaks_of_person
from api.erasing import tickets_of
from api.ports import Faces
from api.problems import ProblemError, refused
from api.security import faces
from handlers.envelope import Envelope
from handlers.receipt import Receipt, ReceiptStatus
from hotline.correspondence.commands import GrantErasure
from hotline.people.actors import Actor
from hotline.people.command_table import AnyCommand
from hotline.people.commands import ChangeDutyPhone

KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_VERSION: Final = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')
SHOWN_SECONDS: Final = 2.0
"""How long a page waits for the read models before it says 处理中 (our default)."""


def message_id(request: Request, actor: Actor, place: str) -> str:
    """Give the identity of the message: the sender's key within its scope, or a new one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return "api/" + faces(request).new_id()
    if not KEY.fullmatch(key):
        raise ProblemError("idempotency-key-invalid")
    return f"key/{actor.person}/{place}/{key}"


def expected_version(request: Request) -> int | None:
    """Read If-Match: the version that the sender saw."""
    given = request.headers.get("if-match")
    if given is None or given == "*":
        return None
    found = _VERSION.fullmatch(given)
    if found is None:
        raise ProblemError("version-invalid")
    return int(found[1])


def sealed(
    house: Faces,
    command: type[AnyCommand],
    body: msgspec.Struct,
    *,
    stream: str,
    actor: Actor,
    identity: str,
    version: int | None = None,
    correlation: str = "",
    citizen: str = "",
) -> Envelope:
    """Put a body into an envelope. `citizen` is the known person of a ticket. Blocks on the vault.

    References are derived from the message's identity, so that a repeat means the same person.
    """
    person = Person(stream, "", known=True) if command is ChangeDutyPhone else None
    if person is None and (speaks_of_person(command, body) or citizen):
        phone = phone_of(body)
        found = citizen or (house.vault.find(phone, getattr(body, "name", "")) if phone else None)
        token = house.token_of(identity)
        person = Person(found or f"c-{token}", f"n-{token}", known=found is not None)
    built, personal = command_of(command, body, person)
    if isinstance(built, GrantErasure):
        built = replace(built, tickets=tickets_of(house, stream.partition("/")[2]))
    return Envelope(
        message_id=identity,
        stream=stream,
        command=built,
        actor=actor,
        at=house.clock(),
        correlation=correlation,
        expected_version=version,
        personal=personal,
    )


async def send(request: Request, envelope: Envelope) -> Receipt:
    """Hand an envelope in; a refusal becomes a problem."""
    receipt = await answers(request).of(faces(request).gateway.hand_in(envelope))
    if envelope.stream and receipt.repeated and receipt.stream not in ("", envelope.stream):
        raise ProblemError("idempotency-key-reused")
    return answered(receipt)


def answered(receipt: Receipt) -> Receipt:
    """Give a receipt that says done, or raise what it says instead."""
    if receipt.status is ReceiptStatus.REFUSED and receipt.refusal is not None:
        raise refused(receipt.refusal)
    if receipt.status is ReceiptStatus.DEAD:
        raise ProblemError("defect")
    return receipt
