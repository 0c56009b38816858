"""Real commands to measure with: what a synthetic city did, written down as it did it.

A recording holds whole loops in the order in which they happened: registrations with personal
fields, assignments, contacts, answers, reviews, revisits, redos, ratings. Carried out anew on the
same founded city, the same commands meet the same states, whatever the size of the batch.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cli.house import found_city
from cli.play import play_city
from handlers.envelope import Envelope
from handlers.handle import handle
from handlers.outcome import Context, Outcome, Records
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import CLOCK
from hotline.tickets.commands import RegisterTicket
from streams.batches.context import ContextSource
from streams.processes.opening import Store, open_store
from streams.settings import Settings

START: Final = datetime(2026, 3, 2, tzinfo=SHANGHAI)
DAYS: Final = 5
SEED: Final = 1
_CITY: Final = "city"


def found(folder: Path) -> Store:
    """Make a store with the demonstration city and nothing else, as durable as a real one."""
    house = open_store(Settings(data=folder))
    found_city(house, START)
    return house


def record(tickets: int, seed: int = SEED) -> list[Envelope]:
    """Play a city of so many tickets, and give the commands of its people in order.

    A registration has no stream yet: the batch that carries it out allots the number. Ids stand in
    the order of time, as those of our own forms do.
    """
    return [
        replace(
            one,
            message_id=f"form/{number:032x}",
            stream="" if isinstance(one.command, RegisterTicket) else one.stream,
        )
        for number, one in enumerate(_played(tickets, seed))
    ]


def loops(tickets: int, seed: int = SEED) -> list[list[Envelope]]:
    """Give the same commands ticket by ticket, each list from registration to the end."""
    found: dict[str, list[Envelope]] = {}
    for envelope in _played(tickets, seed):
        if envelope.stream.startswith("ticket/"):
            found.setdefault(envelope.stream, []).append(envelope)
    return [loop for loop in found.values() if isinstance(loop[0].command, RegisterTicket)]


def _played(tickets: int, seed: int) -> list[Envelope]:
    kept: list[Envelope] = []

    def recording(envelope: Envelope, records: Records, context: Context) -> Outcome:
        outcome = handle(envelope, records, context)
        is_work = envelope.actor is not CLOCK and envelope.correlation != _CITY
        if is_work and outcome.refusal is None:
            kept.append(envelope)
        return outcome

    with TemporaryDirectory(prefix="bihuan-bench-") as folder:
        opened = open_store(Settings(data=Path(folder)), durable=False)
        wiring = replace(opened.wiring, handle=recording)
        house = replace(opened, wiring=wiring, contexts=ContextSource(opened.engine, wiring))
        play_city(
            house,
            tickets=tickets,
            start=START,
            until=START + timedelta(days=DAYS),
            seed=seed,
            aftermath=True,
            progress=lambda _: None,
        )
        house.engine.dispose()
    return kept
