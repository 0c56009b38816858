"""信箱: takes texts of citizens in, each once, and hands their words to the vault.

The answer to a text that was taken before is read from the inbox, so a provider may deliver as
often as it likes. What the rules refuse, because something moved meanwhile, is left to an operator.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine

from handlers.envelope import Envelope, Personal
from handlers.receipt import Receipt, ReceiptStatus
from hotline.calls.admission import call_back_at
from hotline.correspondence.commands import ReceiveText, ReportMissedCall
from hotline.correspondence.vocabulary import Meaning
from hotline.people.actors import Actor, Role
from notifications.inbound import MissedCall, ReceivedText, command_of
from notifications.written import written_to
from streams.batches import inbox
from streams.database.engine import reading
from streams.people.phone import e164
from streams.people.vault import Vault

_TITLE: Final = "短信来信"


@dataclass(frozen=True, slots=True)
class Letterbox:
    """信箱 over one store."""

    engine: Engine
    vault: Vault
    submit: Callable[[Envelope], Receipt]
    clock: Callable[[], datetime]

    def receive(self, received: ReceivedText) -> Receipt:
        """Take a text in; a repeat gets the first answer."""
        with reading(self.engine) as connection:
            known = inbox.answered(connection, (received.message_id,))
        first = known.get(received.message_id)
        receipt = first[1] if first else self.submit(self._envelope(received))
        if receipt.status is not ReceiptStatus.REFUSED:
            return receipt
        return self.submit(self._left_to_operator(received))

    def miss(self, call: MissedCall) -> Receipt:
        """Take in a call that nobody took; it is called back within hours, not at night."""
        token = hashlib.sha256(call.message_id.encode()).hexdigest()[:24]
        now = self.clock()
        with reading(self.engine) as connection:
            citizens = self.vault.citizens_by_phone(connection, call.phone)
        caller = min(citizens, default=f"c-{token}")
        unknown = not citizens and bool(e164(call.phone))
        envelope = Envelope(
            message_id=call.message_id,
            stream=f"citizen/{caller}",
            command=ReportMissedCall(call_id=call.call_id, call_back_at=call_back_at(now)),
            actor=Actor(call.provider, Role.SYSTEM),
            at=now,
            personal=(Personal(citizen=caller, phone=call.phone),) if unknown else (),
        )
        return self.submit(envelope)

    def _envelope(self, received: ReceivedText) -> Envelope:
        token = hashlib.sha256(received.message_id.encode()).hexdigest()[:24]
        narrative = f"n-{token}"
        with reading(self.engine) as connection:
            citizens = self.vault.citizens_by_phone(connection, received.phone)
            written = written_to(connection, (f"citizen/{one}" for one in citizens))
            people = self.vault.people(connection, citizens)
        sender = written.recipient or f"citizen/{min(citizens, default=f'c-{token}')}"
        sharing = tuple(f"citizen/{one}" for one in citizens if f"citizen/{one}" != sender)
        known = [word for one in people.values() for word in (one.name, one.address) if word]
        command = command_of(received, (*written.streams, *sharing), narrative, known)
        reference = sender.removeprefix("citizen/")
        personal = Personal(
            citizen=reference,
            phone="" if citizens else received.phone,
            narrative=command.narrative,
            title=_TITLE if command.narrative else "",
            body=received.words if command.narrative else "",
        )
        kept = bool(command.narrative) or (not citizens and bool(e164(received.phone)))
        return Envelope(
            message_id=received.message_id,
            stream=sender,
            command=command,
            actor=Actor(received.provider, Role.SYSTEM),
            at=self.clock(),
            personal=(personal,) if kept else (),
        )

    def _left_to_operator(self, received: ReceivedText) -> Envelope:
        envelope = self._envelope(received)
        command = ReceiveText(text_id=received.text_id, meaning=Meaning.NOTHING)
        return Envelope(
            message_id=f"{received.message_id}/unread",
            stream=envelope.stream,
            command=command,
            actor=envelope.actor,
            at=envelope.at,
            personal=envelope.personal,
        )
