"""收件: messages of the intake topics into the log, one transaction a batch.

Every message gets its one answer: a receipt of the rules, or a dead letter with its bytes. Nothing
is skipped, so a caller may acknowledge everything when this returns, and nothing when it raises.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine

from handlers.envelope import Envelope, Personal, Source
from handlers.outcome import Context, Outcome, Records
from handlers.receipt import Receipt, ReceiptStatus
from hotline.evaluations.commands import RecordEvaluation
from hotline.refusal import Refusal
from streams.batches.commit import commit_batch
from streams.database.engine import reading, writing
from streams.intake import places
from streams.letters import dead_letters
from streams.letters.defects import SetAsideError
from streams.messages.cloudevents import UnreadableMessageError
from streams.messages.decoding import (
    RULES,
    RULES_OF_RESENDING,
    Decoded,
    IntakeRules,
    Reader,
    envelope_of,
    new_citizen,
)
from streams.messages.raw import RawMessage, packed, unpacked
from streams.people.persons import PERSON_FIELDS, Asked, known_persons
from streams.people.vault import Vault
from streams.settings import Settings
from streams.wiring import Handle, Wiring

OVERTAKEN: Final = "in-the-past"
PREMATURE: Final = "unknown-service"
PREMATURE_REASON: Final = f"refused {PREMATURE}"
"""Why a rating is kept that came before its service."""


def rules_of(settings: Settings) -> IntakeRules:
    """Give the rules that an installation has chosen."""
    pairs = [one.partition("=") for one in settings.intake_sources.split(",") if one]
    sources = {source.strip(): system.strip() for source, _, system in pairs}
    return IntakeRules(
        inbox_days=settings.inbox_days,
        clock_skew_seconds_max=settings.intake_clock_skew_seconds_max,
        message_bytes_max=settings.intake_bytes_max,
        sources=sources,
    )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """不可读: a message on its way to the dead letters."""

    message: RawMessage
    reason: str


def take_in(
    engine: Engine,
    messages: Sequence[RawMessage],
    context: Context,
    wiring: Wiring,
    now: datetime,
    *,
    rules: IntakeRules = RULES,
) -> list[Receipt]:
    """Commit messages in order and give a receipt for each.

    Raises `DatabaseUnavailable` when nothing more could be stored: acknowledge nothing then, and
    call again. Whatever had been stored by then is recognised.
    """
    vault = wiring.vault
    reader = Reader(vault.open_message, vault.message_key_id, rules)
    with reading(engine) as connection:
        answers = places.answered(connection, [message.source for message in messages])
        read = [_read(reader, one, now) for one in messages if one.source not in answers]
        envelopes = _with_persons(connection, vault, read)
    answers |= _bury(engine, [one for one in read if isinstance(one, Unreadable)], vault, now)
    own = frozenset(one.message_id for one in read if isinstance(one, Envelope))
    receipts = commit_batch(engine, list(envelopes.values()), context, patient(wiring, own), now)
    answers |= dict(zip(envelopes, receipts, strict=True))
    return [answers[message.source] for message in messages]


def patient(wiring: Wiring, own: Collection[str] = ()) -> Wiring:
    """Let a message that was overtaken on its way count from the newest fact of its stream.

    A rating may wait in Kafka while a timer of its service fires. It is no less true for that. And
    one that overtook its service, which comes by another topic, is kept until it can be sent again.
    Who asked our own faces is still there to be told no: `own` are the ids of such messages.
    """
    return replace(wiring, handle=_patient(wiring.handle, own))


def _patient(handle: Handle, own: Collection[str]) -> Handle:
    def handled(envelope: Envelope, records: Records, context: Context) -> Outcome:
        outcome = handle(envelope, records, context)
        refusal = outcome.refusal
        if refusal is None or not isinstance(envelope.command, RecordEvaluation):
            return outcome
        if refusal.code == PREMATURE and envelope.message_id not in own:
            raise SetAsideError(PREMATURE_REASON)
        if refusal.code != OVERTAKEN:
            return outcome
        last_at = getattr(records.get(envelope.stream).state, "last_at", envelope.at)
        return handle(replace(envelope, at=max(envelope.at, last_at)), records, context)

    return handled


def _read(reader: Reader, message: RawMessage, now: datetime) -> Decoded | Envelope | Unreadable:
    try:
        return reader.decoded(message, now)
    except UnreadableMessageError as error:
        return Unreadable(message, str(error))


def _with_persons(
    connection: Connection, vault: Vault, read: Sequence[Decoded | Envelope | Unreadable]
) -> dict[Source, Envelope]:
    """Look up who is meant; the same new number and name in one batch is the same new person.

    Whom our own faces took for somebody new is looked up again: they may not have been able to ask.
    """
    asked = {_person_of(one) for one in read if isinstance(one, Decoded) and one.has_person}
    asked |= {new for one in read if isinstance(one, Envelope) and (new := _new_person_of(one))}
    known = known_persons(connection, vault, asked) if asked else {}
    envelopes: dict[Source, Envelope] = {}
    for one in read:
        if isinstance(one, Decoded):
            envelope = envelope_of(one, known.get(_person_of(one), ""))
            if one.has_person and one.data.phone:
                known.setdefault(_person_of(one), envelope.personal[0].citizen)
            envelopes[one.source] = envelope
        elif isinstance(one, Envelope) and one.source is not None:
            new = _new_person_of(one)
            citizen = known.setdefault(new, one.personal[0].citizen) if new else ""
            envelopes[one.source] = _meaning(one, citizen)
    return envelopes


def _new_person_of(envelope: Envelope) -> Asked | None:
    """Give number and name of somebody whose reference was derived and not found."""
    match envelope.personal:
        case (Personal(phone=phone, name=name, citizen=citizen),) if phone:
            return (phone, name) if citizen == new_citizen(envelope.message_id) else None
        case _:
            return None


def _meaning(envelope: Envelope, citizen: str) -> Envelope:
    """Give the same envelope, which means this person; "" leaves it as it is."""
    if not citizen or envelope.personal[0].citizen == citizen:
        return envelope
    command, (personal,) = envelope.command, envelope.personal
    changed: dict[str, Any] = {
        name: citizen for name in PERSON_FIELDS if getattr(command, name, "") == personal.citizen
    }
    personal = replace(personal, citizen=citizen)
    return replace(envelope, command=replace(command, **changed), personal=(personal,))


def _person_of(decoded: Decoded) -> Asked:
    return decoded.data.phone, decoded.data.name


def _bury(
    engine: Engine, unreadable: Sequence[Unreadable], vault: Vault, now: datetime
) -> dict[Source, Receipt]:
    """Keep what cannot be read, whole: its headers and its place belong to it."""
    letters = {
        one.message.source: dead_letters.letter_of_bytes(
            packed(one.message), one.message.source, one.reason, vault, now
        )
        for one in unreadable
    }
    if letters:
        with writing(engine) as connection:
            dead_letters.bury(connection, list(letters.values()))
    return {source: _dead(letter[0]) for source, letter in letters.items()}


def _dead(letter: str) -> Receipt:
    return Receipt(
        message_id="",
        status=ReceiptStatus.DEAD,
        stream="",
        version=0,
        refusal=Refusal("dead-letter", {"letter": letter}),
    )


def read_again(connection: Connection, vault: Vault, data: bytes, now: datetime) -> Envelope | None:
    """Read a buried message once more; None where these bytes are no message.

    `UnreadableMessageError` where it still cannot be read. It keeps its own message id, because
    it never came as far as the inbox.
    """
    message = unpacked(data)
    if message is None:
        return None
    reader = Reader(vault.open_message, vault.message_key_id, RULES_OF_RESENDING)
    read = reader.decoded(message, now)
    return _with_persons(connection, vault, [read])[message.source]
