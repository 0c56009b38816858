"""The checker: holds what was promised against database and topics, and names what differs."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

from projections.rebuild import compare
from streams.database.engine import reading
from streams.feed.subscriptions import READ_MODELS, feed, whole_log
from streams.messages.topics import CALLS, EVALUATIONS, EVENTS, INTAKE, SERVICES, WEB_COMPLAINTS
from streams.processes.opening import Store
from streams.verification.verify import verify
from tests.chaos.city import OPERATOR, SYSTEM
from tests.chaos.ledger import Ledger
from tests.chaos.messages import GOOD, MARK, POISON, REPEAT, SOURCE
from tests.chaos.timers_checked import timer_faults
from tests.chaos.topics_read import records

BECOMES: Final = {
    CALLS: "TicketRegistered",
    WEB_COMPLAINTS: "TicketRegistered",
    SERVICES: "ServiceRecorded",
    EVALUATIONS: "EvaluationRecorded",
}
SHOWN_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One law that did not hold, with a few examples."""

    law: str
    count: int
    examples: Sequence[str]

    def __str__(self) -> str:
        shown = "; ".join(map(str, self.examples))
        return f"{self.law}: {self.count} ({shown})"


def _fault(law: str, found: Sequence[Any]) -> Iterator[Fault]:
    if found:
        yield Fault(law, len(found), [str(one) for one in found[:SHOWN_MAX]])


def check(store: Store, bootstrap: str, ledger: Ledger, witness: Path) -> list[Fault]:
    """Look at everything; nothing may run any more that could change it."""
    faults: list[Fault] = []
    intake = [one for topic in INTAKE for one in records(bootstrap, topic)]
    faults += _intake_is_kept(intake, ledger)
    with reading(store.engine) as connection:
        faults += _intake_became_one(connection, intake)
        faults += _answers_were_true(connection, ledger)
        faults += _dead_letters_hold_the_poison(connection, intake)
        faults += _texts_went_out_once(connection, witness)
        faults += _log_is_published(connection, bootstrap)
        faults += _fault("timer fired early, twice or for nothing", timer_faults(store, connection))
    faults += _fault(
        "log", [f"{one.code} {one.place}" for one in verify(store.engine, store.wiring).faults]
    )
    faults += _read_models_equal_a_replay(store)
    return faults


def _intake_is_kept(intake: Sequence[Any], ledger: Ledger) -> Iterator[Fault]:
    kept = {(one.topic, one.partition, one.offset) for one in intake}
    promised = [
        (line["topic"], line["partition"], line["offset"]) for line in ledger.lines("acknowledged")
    ]
    yield from _fault(
        "acknowledged by Kafka and gone", [one for one in promised if one not in kept]
    )


def _intake_became_one(connection: Connection, intake: Sequence[Any]) -> Iterator[Fault]:
    """Every good message became exactly one ticket, service or rating; nothing else did."""
    wanted = {
        f"{SOURCE} {headers['ce_id'].decode()}": BECOMES[one.topic]
        for one in intake
        if (headers := dict(one.headers)).get(MARK) in (GOOD, REPEAT)
    }
    rows = connection.execute(
        text(
            "SELECT message_id, type, count(*) FROM events "
            "WHERE type IN ('TicketRegistered', 'ServiceRecorded', 'EvaluationRecorded') "
            "AND message_id LIKE :source GROUP BY message_id, type"
        ),
        {"source": f"{SOURCE} %"},
    )
    became = {(message, type_): count for message, type_, count in rows}
    places = {
        f"{SOURCE} {dict(one.headers)['ce_id'].decode()}": (one.topic, one.partition, one.offset)
        for one in intake
        if dict(one.headers).get(MARK) == GOOD
    }
    lost = [
        f"{message} at {places.get(message)}: {_answer(connection, message)}"
        for message, type_ in wanted.items()
        if (message, type_) not in became
    ]
    doubled = [
        f"{message} {type_} × {count}" for (message, type_), count in became.items() if count != 1
    ]
    strange = [message for message, _ in became if message not in wanted]
    yield from _fault("intake that became nothing", lost)
    yield from _fault("intake that became more than one", doubled)
    yield from _fault("became something and was never sent", strange)


def _answer(connection: Connection, message: str) -> str:
    receipt = connection.scalar(
        text("SELECT receipt FROM inbox WHERE message_id = :message"), {"message": message}
    )
    return "never handled" if receipt is None else bytes(receipt).decode("utf-8", "replace")


def _answers_were_true(connection: Connection, ledger: Ledger) -> Iterator[Fault]:
    """What an API process has answered is in the log, once; what it has not, at most once."""
    for what, type_, form in (
        ("registered", "TicketRegistered", f"key/{SYSTEM}/RegisterTicket/{{key}}"),
        ("urged", "TicketUrged", f"key/{OPERATOR}/ticket/{{number}}/{{key}}"),
    ):
        rows = connection.execute(
            text(
                "SELECT message_id, stream, count(*) FROM events "
                "WHERE type = :type AND message_id LIKE 'key/%' GROUP BY message_id, stream"
            ),
            {"type": type_},
        )
        found = {(message, stream): count for message, stream, count in rows}
        promised = [
            (form.format(**line), f"ticket/{line['number']}") for line in ledger.lines(what)
        ]
        lost = [one for one in promised if one not in found]
        yield from _fault(f"answered as {what} and not in the log", lost)
        streams = Counter(message for message, _ in found)
        doubled = [one for one, count in found.items() if count != 1 or streams[one[0]] != 1]
        yield from _fault(f"{what} more than once", doubled)


def _dead_letters_hold_the_poison(connection: Connection, intake: Sequence[Any]) -> Iterator[Fault]:
    poison = Counter(
        f"{one.topic}/{one.partition}/{one.offset}"
        for one in intake
        if dict(one.headers).get(MARK) == POISON
    )
    rows = connection.execute(text("SELECT DISTINCT source FROM dead_letters"))
    letters = Counter(str(row[0]) for row in rows)
    total = connection.scalar(text("SELECT count(*) FROM dead_letters"))
    yield from _fault("poison that is no dead letter", sorted((poison - letters).elements()))
    yield from _fault("dead letter that was no poison", sorted((letters - poison).elements()))
    if total != len(letters):
        yield Fault("dead letters of one message", total - len(letters), [])


def _texts_went_out_once(connection: Connection, witness: Path) -> Iterator[Fault]:
    """The provider took each text once, and was handed none twice."""
    handed = Counter(
        json.loads(line)["intent"]
        for line in (witness.read_text("utf-8").splitlines() if witness.exists() else ())
    )
    yield from _fault("text handed over twice", [one for one, count in handed.items() if count > 1])
    sent = {
        row[0]
        for row in connection.execute(
            text("SELECT intent_id FROM texts WHERE status IN ('sent', 'delivered')")
        )
    }
    yield from _fault("text told as sent that the provider never had", sorted(sent - handed.keys()))


def _log_is_published(connection: Connection, bootstrap: str) -> Iterator[Fault]:
    """The topic holds every line of the log, in order in each partition, repeats aside."""
    rows = connection.execute(
        text("SELECT partition, position, stream, version, payload FROM events")
    )
    log = {(row[0], row[1]): (row[2], row[3], bytes(row[4])) for row in rows}
    seen: dict[tuple[int, int], Any] = {}
    newest: Counter[int] = Counter()
    versions: Counter[str] = Counter()
    wrong: list[str] = []
    for one in records(bootstrap, EVENTS):
        headers = dict(one.headers)
        place = int(headers["ce_partition"]), int(headers["ce_position"])
        stream, version = headers["ce_subject"].decode(), int(headers["ce_version"])
        line = (stream, version, one.value)
        if one.partition != place[0] or one.key != stream.encode() or log.get(place) != line:
            wrong.append(f"differs from the log at {place}")
        if place[1] > newest[place[0]]:
            if place[1] != newest[place[0]] + 1:
                wrong.append(f"jumps from {newest[place[0]]} to {place}")
            if version <= versions[stream]:
                wrong.append(f"version {version} of {stream} after {versions[stream]}")
            newest[place[0]] = place[1]
            versions[stream] = version
        elif place not in seen:
            wrong.append(f"comes late: {place}")
        seen[place] = line
    yield from _fault("log topic out of order", wrong)
    yield from _fault("line of the log that was never published", sorted(log.keys() - seen.keys()))


def _read_models_equal_a_replay(store: Store) -> Iterator[Fault]:
    feed(store.engine, READ_MODELS)
    with store.engine.connect() as connection:
        found = compare(connection, whole_log(store.engine))
        connection.rollback()
    yield from _fault("read model that differs from a replay", found)
