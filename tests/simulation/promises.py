"""What must hold after any run, told from the log alone and compared with everything beside it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select

from handlers.aggregates import aggregate_of
from handlers.receipt import Receipt, ReceiptStatus
from hotline.people.actors import CLOCK
from hotline.tickets.events import TicketRegistered
from hotline.timer import Timer
from notifications.intent import TextIntent
from notifications.outbox import TextStatus, texts
from notifications.plan import plan
from notifications.simulated_sender import MemoryLedger
from projections.log import LogLine
from projections.rebuild import compare
from streams.batches import inbox
from streams.database.engine import reading
from streams.feed.subscriptions import READ_MODELS, read_positions, whole_log
from streams.letters import dead_letters
from streams.log.store import heads, history, stream_names
from streams.processes.opening import Store
from streams.timers import firing as timers
from streams.verification.verify import verify

KINDS = ("ticket/", "service/", "department/", "staff/", "catalogue/", "calendar/")
ENDED = {
    TextStatus.DELIVERED,
    TextStatus.PERMANENT_FAILURE,
    TextStatus.TECHNICAL_FAILURE,
    TextStatus.SUPPRESSED,
}


def broken_promises(
    store: Store, ledger: MemoryLedger, acknowledged: Mapping[str, Receipt], now: datetime
) -> Iterator[str]:
    """Name every promise that was broken, and where."""
    for fault in verify(store.engine, store.wiring).faults:
        yield f"verify: {fault.code} {fault.place}"
    with reading(store.engine) as connection:
        streams = [name for kind in KINDS for name in stream_names(connection, kind)]
        log = {stream: history(connection, stream) for stream in streams}
        yield from _acknowledged(connection, log, acknowledged)
        yield from _timers(connection, log, now)
        yield from _texts(connection, log, ledger)
        if count := dead_letters.count_unresolved(connection):
            yield f"dead letters: {count}"
        if read_positions(connection, READ_MODELS) != {
            partition: head for partition, head in heads(connection).items() if head
        }:
            yield "read models: not at the end of the log"
    with store.engine.connect() as connection:
        for difference in compare(connection, whole_log(store.engine)):
            yield f"read models: {difference}"
        connection.rollback()


def _acknowledged(
    connection: Connection,
    log: Mapping[str, tuple[LogLine, ...]],
    acknowledged: Mapping[str, Receipt],
) -> Iterator[str]:
    """What was answered is stored once, with the very answer that was given."""
    lines = [line for history in log.values() for line in history]
    places = {(line.partition, line.position): line for line in lines}
    known = inbox.answered(connection, list(acknowledged))
    for message, receipt in acknowledged.items():
        if message not in known:
            yield f"inbox: {message} is not remembered"
            continue
        stored = known[message][1]
        if (stored.status, stored.stream, stored.version, stored.positions) != (
            receipt.status,
            receipt.stream,
            receipt.version,
            receipt.positions,
        ):
            yield f"inbox: {message} was answered in another way"
        if receipt.status is ReceiptStatus.DEAD:
            yield f"inbox: {message} met a defect"
        for place in receipt.positions:
            if place not in places or places[place].message_id != message:
                yield f"log: {message} is not at {place}"
    told = Counter(line.message_id for line in lines)
    for message, receipt in acknowledged.items():
        if told[message] != len(receipt.positions):
            yield f"log: {message} has {told[message]} events, not {len(receipt.positions)}"
    registered = Counter(
        line.message_id for line in lines if isinstance(line.fact.event, TicketRegistered)
    )
    yield from (f"log: {message} registered twice" for message, n in registered.items() if n > 1)


def _timers(
    connection: Connection, log: Mapping[str, tuple[LogLine, ...]], now: datetime
) -> Iterator[str]:
    """Each timer fired once and none early, and none that is due was left."""
    for stream, lines in log.items():
        aggregate = aggregate_of(stream)
        state, fired = None, Counter[Timer]()
        for key, group in groupby(lines, _decision):
            decided = list(group)
            if decided[0].fact.actor == CLOCK:
                kind = key[1].rpartition(" ")[2]
                running = [one for one in aggregate.timers(state) if one.kind == kind]
                for timer in running:
                    fired[timer] += 1
                    if timer.due_at > decided[0].fact.occurred_at:
                        yield f"timer: {stream} {kind} fired early"
                if not running:
                    yield f"timer: {stream} {kind} was not running"
            for line in decided:
                state = aggregate.evolve(state, line.fact)
        yield from (f"timer: {stream} {timer} fired twice" for timer, n in fired.items() if n > 1)
    if (due := timers.next_due(connection)) is not None and due <= now:
        yield f"timer: due at {due} and not fired"


def _decision(line: LogLine) -> tuple[str, str, datetime]:
    return line.message_id, line.causation, line.fact.occurred_at


def _texts(
    connection: Connection,
    log: Mapping[str, tuple[LogLine, ...]],
    ledger: MemoryLedger,
) -> Iterator[str]:
    """Every text that follows from the log is in the outbox, came to an end, and left once."""
    wanted = {intent.intent_id for lines in log.values() for intent in _planned(lines)}
    rows = connection.execute(select(texts.c.intent_id, texts.c.status)).all()
    stored = {intent: TextStatus(status) for intent, status in rows}
    yield from (f"text: {intent} was lost" for intent in wanted - stored.keys())
    yield from (f"text: {intent} came from nothing" for intent in stored.keys() - wanted)
    yield from (f"text: {one} is still {s}" for one, s in stored.items() if s not in ENDED)
    yield from (f"text: {intent} left twice" for intent in ledger.doubled)
    delivered = {intent for intent, status in stored.items() if status is TextStatus.DELIVERED}
    taken = {i for i, result in ledger.taken.items() if result.status is TextStatus.DELIVERED}
    yield from (f"text: {intent} is said to have left" for intent in delivered - taken)
    yield from (f"text: {intent} left and nobody knows" for intent in taken - delivered)


def _planned(lines: tuple[LogLine, ...]) -> Iterator[TextIntent]:
    """Plan as the batch does: with the state at the end of each message."""
    state = None
    for _, group in groupby(lines, lambda line: line.message_id):
        told = list(group)
        for line in told:
            state = aggregate_of(line.stream).evolve(state, line.fact)
        for line in told:
            yield from plan(line.stream, line.version, line.fact, state)
