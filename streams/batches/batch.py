"""批: everything that changes anything goes through `run_batch`, one transaction a batch.

inbox, numbers, load and lock, handle, write, and only then commit. A refusal is an answer; an
envelope that meets a defect goes to the dead letters and leaves no trace on its neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from handlers.envelope import Envelope
from handlers.outcome import Context, Outcome, Recorded
from handlers.policies import foreseen
from handlers.receipt import Receipt, ReceiptStatus
from hotline.evaluations.commands import FireInvitation
from hotline.refusal import Refusal
from hotline.tickets.commands import FireTimer, RegisterTicket
from hotline.tickets.vocabulary import TimerKind
from hotline.timer import Timer
from hotline.values import replace
from streams.batches import inbox, numbers, timer_rows
from streams.batches.records import LockedRecords
from streams.database.moments import local
from streams.database.pipeline import pipelined
from streams.database.statements import Row
from streams.letters import dead_letters
from streams.letters.defects import reason_of
from streams.log import append
from streams.wiring import Wiring

OTHER_CONTENT: Final = "message-id-reused"
"""The same message id came with other content."""


@dataclass(slots=True)
class _Draft:
    """草稿: one envelope on its way through the batch."""

    asked: Envelope
    fingerprint: bytes
    envelope: Envelope  # with its stream and its time in the local zone
    receipt: Receipt | None = None  # of one that was carried out: made when its places are known
    version: int = 0
    recorded: tuple[Recorded, ...] = ()
    letter: Row | None = None
    fresh: bool = False  # to be remembered in the inbox
    same_as: "_Draft | None" = None  # an earlier one in this batch with the same id


@dataclass(slots=True)
class _Batch:
    """批: what the steps share, and what follows from them beside the log."""

    connection: Connection
    context: Context
    wiring: Wiring
    now: datetime
    records: LockedRecords
    timers: dict[str, tuple[Timer, ...]] = field(default_factory=dict)
    fired: list[timer_rows.Fired] = field(default_factory=list)
    intents: list[Any] = field(default_factory=list)


def run_batch(
    connection: Connection,
    envelopes: Sequence[Envelope],
    context: Context,
    wiring: Wiring,
    now: datetime,
) -> list[Receipt]:
    """Handle envelopes in order inside the caller's transaction; the caller commits.

    `now` is the store's time of record. Raises only when the database fails.
    """
    with pipelined(connection):
        batch = _Batch(connection, context, wiring, now, LockedRecords(connection, wiring))
        drafts = [_draft(envelope) for envelope in envelopes]
        _look_up(batch, drafts)
        fresh = [draft for draft in drafts if draft.fresh]
        _place(batch, fresh)
        for draft in fresh:
            if draft.receipt is None:
                _handle(batch, draft)
        _write(batch, fresh)
        dead_letters.bury(connection, [draft.letter for draft in drafts if draft.letter])
    return [_receipt_of(draft) for draft in drafts]


def _draft(envelope: Envelope) -> _Draft:
    return _Draft(envelope, inbox.fingerprint_of(envelope), envelope)


def _placed(envelope: Envelope, stream: str) -> Envelope:
    """Give it its stream and its time in the local zone; most have both already."""
    at = local(envelope.at)
    if stream == envelope.stream and at is envelope.at:
        return envelope
    return Envelope(
        message_id=envelope.message_id,
        stream=stream,
        command=envelope.command,
        actor=envelope.actor,
        at=at,
        correlation=envelope.correlation,
        causation=envelope.causation,
        expected_version=envelope.expected_version,
        source=envelope.source,
        personal=envelope.personal,
    )


def _look_up(batch: _Batch, drafts: Sequence[_Draft]) -> None:
    """Answer what has been answered before, here or in an earlier batch."""
    known = inbox.answered(batch.connection, [draft.asked.message_id for draft in drafts])
    first: dict[str, _Draft] = {}
    for draft in drafts:
        message_id = draft.asked.message_id
        answer = known.get(message_id)
        earlier = first.get(message_id)
        if answer is None and earlier is None:
            draft.fresh = True
            first[message_id] = draft
        elif answer and answer[0] == draft.fingerprint:
            draft.receipt = answer[1]
        elif earlier and earlier.fingerprint == draft.fingerprint:
            draft.same_as = earlier
        else:
            _give_up(batch, draft, OTHER_CONTENT)


def _place(batch: _Batch, fresh: Sequence[_Draft]) -> None:
    """Give registrations their number, then lock the other streams in a fixed order."""
    unnumbered: list[_Draft] = []
    prefixes: list[str] = []
    wanted: list[str] = []
    for draft in fresh:
        asked = draft.asked
        command = asked.command
        if asked.stream:
            draft.envelope = _placed(asked, asked.stream)
            wanted.append(asked.stream)
            wanted.extend(foreseen(asked.stream, command))
        elif isinstance(command, RegisterTicket):
            unnumbered.append(draft)
            prefixes.append(numbers.prefix_of(asked, command))
        else:
            draft.receipt = _refused(draft, Refusal("stream-missing"), 0)
    for draft, number in zip(unnumbered, numbers.allot(batch.connection, prefixes), strict=True):
        stream = f"ticket/{number}"
        draft.envelope = _placed(draft.asked, stream)
        batch.records.expect_new(stream)
    batch.records.load(wanted)


def _handle(batch: _Batch, draft: _Draft) -> None:
    """Ask the handlers, and take in the outcome as a whole or not at all."""
    envelope = draft.envelope
    try:
        outcome = batch.wiring.handle(envelope, batch.records, batch.context)
        intents = _planned(outcome, batch.wiring)
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 (any defect of a rule is this envelope's alone)
        _give_up(batch, draft, reason_of(error))
    else:
        if outcome.refusal is not None:
            version = batch.records.get(envelope.stream).version
            draft.receipt = _refused(draft, outcome.refusal, version)
        else:
            batch.records.take_in(outcome.records)
            draft.recorded = outcome.recorded
            draft.version = batch.records.get(envelope.stream).version
            batch.timers.update(outcome.timers)
            batch.intents.extend(intents)
    _note_fired(batch, envelope)


def _planned(outcome: Outcome, wiring: Wiring) -> list[Any]:
    if outcome.refusal is not None:
        return []
    return [
        intent
        for one in outcome.recorded
        for intent in wiring.plan(
            one.stream, one.version, one.fact, outcome.records[one.stream].state
        )
    ]


def _note_fired(batch: _Batch, envelope: Envelope) -> None:
    """Let a timer's row go when its command was handled, whatever the answer was."""
    match envelope.command:
        case FireTimer(timer=kind, due_at=due_at):
            batch.fired.append(timer_rows.Fired(envelope.stream, kind, due_at))
        case FireInvitation(due_at=due_at):
            batch.fired.append(timer_rows.Fired(envelope.stream, TimerKind.INVITE, due_at))
        case _:
            pass


def _write(batch: _Batch, fresh: Sequence[_Draft]) -> None:
    """Write everything; the counters of the log are locked last."""
    connection, records = batch.connection, batch.records
    done = [draft for draft in fresh if draft.receipt is None]
    batch.wiring.vault.store(connection, [one for draft in done for one in draft.envelope.personal])
    before = {stream: records.timers_before(stream) for stream in batch.timers}
    timer_rows.write(connection, before, batch.timers, batch.fired)
    if batch.intents:
        batch.wiring.write_texts(connection, batch.intents, batch.now)
    positions: Sequence[append.Position] = ()
    if recorded := [one for draft in done for one in draft.recorded]:
        appended = append.append(connection, recorded, records.hashes, batch.now)
        append.write_heads(connection, records.changed, appended.hashes)
        positions = appended.positions
    _answer(done, positions)
    inbox.remember(
        connection,
        [(draft.asked, draft.fingerprint, _receipt_of(draft)) for draft in fresh],
        batch.now,
    )


def _answer(done: Sequence[_Draft], positions: Sequence[append.Position]) -> None:
    """Make the receipts of what was carried out, with its places in the log."""
    start = 0
    for draft in done:
        end = start + len(draft.recorded)
        draft.receipt = Receipt(
            message_id=draft.asked.message_id,
            status=ReceiptStatus.DONE,
            stream=draft.envelope.stream,
            version=draft.version,
            positions=tuple(positions[start:end]),
        )
        start = end


def _give_up(batch: _Batch, draft: _Draft, reason: str) -> None:
    """Keep the envelope as a dead letter; the answer says so."""
    draft.letter = dead_letters.letter_of(
        draft.asked, draft.fingerprint, reason, batch.wiring.vault, batch.now
    )
    draft.receipt = Receipt(
        message_id=draft.asked.message_id,
        status=ReceiptStatus.DEAD,
        stream=draft.asked.stream,
        version=0,
        refusal=Refusal("dead-letter", {"letter": draft.letter[0]}),
    )


def _refused(draft: _Draft, refusal: Refusal, version: int) -> Receipt:
    return Receipt(
        message_id=draft.asked.message_id,
        status=ReceiptStatus.REFUSED,
        stream=draft.asked.stream,
        version=version,
        refusal=refusal,
    )


def _receipt_of(draft: _Draft) -> Receipt:
    if draft.same_as is not None:
        return replace(_receipt_of(draft.same_as), repeated=True)
    if draft.receipt is None:
        raise AssertionError("an envelope went through a batch without an answer")
    return draft.receipt
