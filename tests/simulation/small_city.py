"""A city just large enough for every part of a loop, founded once and copied for each world."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Final

from handlers.envelope import Command, Envelope
from handlers.receipt import ReceiptStatus
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM
from hotline.people.commands import AddDepartment, AppointStaff
from hotline.people.permissions import may_send
from hotline.people.state import Staff
from hotline.routing.commands import PublishCalendar, PublishCatalogue
from hotline.routing.state import Catalogue
from streams.batches.commit import commit_batch
from streams.batches.context import slices
from streams.city.commands import city_commands
from streams.database.engine import reading
from streams.log.store import records, stream_names
from streams.processes.opening import Store
from streams.simulation.arrivals import Arrivals, Place
from streams.simulation.cast import Appointment, Cast
from streams.simulation.moves import City

START: Final = datetime(2026, 3, 2, tzinfo=SHANGHAI)
TOWN: Final = "341902001"
KEPT: Final = frozenset(
    {
        "city",
        "341902",
        TOWN,
        "hotline",
        "housing",
        "city_management",
        "government_services",
        "general_office",
        "supervision_office",
        "discipline",
        "data",
    }
)
ENTRIES_MAX: Final = 24


def commands() -> Iterator[tuple[str, Command]]:
    """Take from the demonstration city what concerns the departments that are kept."""
    for stream, command in city_commands():
        match command:
            case AddDepartment() if stream.removeprefix("department/") not in KEPT:
                continue
            case AppointStaff(department=department) if department not in KEPT:
                continue
            case PublishCalendar():
                continue  # the published calendar holds anyway
            case PublishCatalogue():
                yield stream, _small(command)
            case _:
                yield stream, command


def _small(command: PublishCatalogue) -> PublishCatalogue:
    entries = [one for one in command.entries if one.lead in KEPT and not one.region]
    kept = tuple(entries[:: max(1, len(entries) // ENTRIES_MAX)])
    codes = {one.category[:digits] for one in kept for digits in (2, 4, 6)}
    categories = tuple(one for one in command.categories if one.code in codes)
    return replace(command, entries=kept, categories=categories)


def found(store: Store) -> None:
    """Found the city in an empty store."""
    envelopes = [
        Envelope(message_id=f"city:{count}", stream=stream, command=command, actor=SYSTEM, at=START)
        for count, (stream, command) in enumerate(commands())
    ]
    for part in slices(envelopes, 400):
        context = store.contexts.refreshed()
        for receipt in commit_batch(store.engine, part, context, store.wiring, START):
            assert receipt.status is ReceiptStatus.DONE, receipt


def inhabited(store: Store, rng: Random, *, tickets: int, days: int) -> tuple[City, Arrivals]:
    """Give the city to those who act in it, and what arrives there."""
    context = store.contexts.refreshed()
    with reading(store.engine) as connection:
        staff = records(connection, list(stream_names(connection, "staff/")), store.wiring)
        catalogue = records(connection, ["catalogue/"], store.wiring)["catalogue/"].state
    assert isinstance(catalogue, Catalogue)
    cast = Cast(
        [
            Appointment(name.removeprefix("staff/"), record.state.department, record.state.roles)
            for name, record in staff.items()
            if isinstance(record.state, Staff)
        ],
        may_send,
    )
    arrivals = Arrivals(
        rng=rng,
        start=START,
        days=days,
        tickets=tickets,
        places=[Place(TOWN, "城东街道")],
        entries=catalogue.entries,
        cast=cast,
        indicators=context.indicators,
        region=TOWN[:6],
    )
    return City(cast, context.routing, context.clocks_of(""), "government_services"), arrivals


def copy(template: Path, folder: Path) -> Path:
    """Give a world its own copy of the founded store."""
    (folder / template.name).write_bytes(template.read_bytes())
    return folder / template.name
