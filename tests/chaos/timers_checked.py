"""Timers against the log: whatever the clock did was due, by the state just before it, once."""

from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, text

from hotline.facts import Fact
from hotline.people.actors import CLOCK
from streams.batches.timer_rows import row_of
from streams.database.moments import instant
from streams.messages.wire import decode_actor, decode_event, encode_actor
from streams.processes.opening import Store

_LOG: Final = text(
    "SELECT stream, version, type, payload, actor, message_id, causation, occurred_at, recorded_at "
    'FROM events ORDER BY stream COLLATE "C", version'
)

_CLOCK: Final = encode_actor(CLOCK)


def timer_faults(store: Store, connection: Connection) -> list[str]:
    """Fold every stream; before each command of the clock its timer has to run and be due."""
    faults: list[str] = []
    for stream, history in groupby(connection.execute(_LOG), key=lambda row: row[0]):
        aggregate = store.wiring.aggregate_of(stream)
        state: Any = None
        last = ("", "")
        for row in history:
            _, version, type_, payload, actor, message, causation, occurred_at, recorded_at = row
            fact = Fact(decode_event(type_, payload), decode_actor(actor), instant(occurred_at))
            if _is_timer(causation, stream, actor) and (message, causation) != last:
                running = {one[0]: one for one in _rows(stream, aggregate.timers_of(state))}
                if causation not in running:
                    faults.append(f"{stream} version {version}: {causation} did not run")
                elif running[causation][3] > recorded_at:
                    faults.append(f"{stream} version {version}: {causation} fired early")
            last = (message, causation)
            state = aggregate.evolve(state, fact)
    return faults


def _rows(stream: str, timers: Any) -> list[Any]:
    return [row_of(stream, timer) for timer in timers]


def _is_timer(causation: str, stream: str, actor: str) -> bool:
    """Tell whether the clock itself caused it, in the stream of its own timer."""
    return actor == _CLOCK and causation.startswith(stream)
