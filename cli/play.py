"""Puts a synthetic city together from the store's own organisation and catalogue, and plays it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random

from cli.house import found_city
from hotline.clocks.due import Clocks
from hotline.people.commands import DepartmentLevel
from hotline.people.permissions import may_send
from hotline.people.state import Staff
from hotline.routing.state import Catalogue
from streams.database.engine import reading
from streams.log.store import records, stream_names
from streams.processes.opening import Store
from streams.simulation.arrivals import Arrivals, Place
from streams.simulation.cast import Appointment, Cast
from streams.simulation.machine import SimulatedMachine
from streams.simulation.moves import City
from streams.simulation.world import Hold, Tally, World

FALLBACK = "government_services"
"""兜底: takes what the catalogue has no entry for."""


def cast_of(house: Store) -> Cast:
    """Cast the staff of the store."""
    with reading(house.engine) as connection:
        names = list(stream_names(connection, "staff/"))
        found = records(connection, names, house.wiring)
    return Cast(
        [
            Appointment(name.removeprefix("staff/"), record.state.department, record.state.roles)
            for name, record in found.items()
            if isinstance(record.state, Staff)
        ],
        may_send,
    )


def city_of(house: Store) -> City:
    """Describe the store's city to those who act in it."""
    context = house.contexts.refreshed()
    clocks: Clocks = context.clocks_of("")
    return City(cast_of(house), context.routing, clocks, FALLBACK)


def play_city(
    house: Store,
    *,
    tickets: int,
    start: datetime,
    until: datetime,
    seed: int,
    aftermath: bool,
    progress: Callable[[int], None],
    rare: float = 1.0,
    hold: Hold | None = None,
) -> Tally:
    """Found the city where there is none, and play it from `start` to `until`."""
    found_city(house, start)
    rng = Random(seed)  # noqa: S311 - a synthetic city is drawn by its seed
    city = replace(city_of(house), rare=rare)
    context = house.contexts.current()
    with reading(house.engine) as connection:
        departments = records(
            connection, list(stream_names(connection, "department/")), house.wiring
        )
        catalogue = records(connection, ["catalogue/"], house.wiring)["catalogue/"].state
    towns = [
        Place(record.state.region, record.state.name)
        for record in departments.values()
        if record.state.level is DepartmentLevel.TOWN
    ]
    entries = catalogue.entries if isinstance(catalogue, Catalogue) else ()
    arrivals = Arrivals(
        rng=rng,
        start=start,
        days=max(1, (until - start).days),
        tickets=tickets,
        places=towns,
        entries=[entry for entry in entries if not entry.region],
        cast=city.cast,
        indicators=context.indicators,
        region=towns[0].region[:6],
        rare=rare,
    )
    machine = SimulatedMachine(house.engine, house.wiring, house.contexts.current)
    world = World(machine, city, arrivals, rng, hold)
    return world.run(start, until, aftermath=aftermath, progress=progress)
