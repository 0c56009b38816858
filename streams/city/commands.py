"""The demonstration city as (stream, command) pairs, in an order in which each may be decided."""

from collections.abc import Iterator

from handlers.envelope import Command
from hotline.clocks.calendar import Day, DayKind
from hotline.routing.commands import ChoosePreset, PublishCalendar
from streams.calendars import published_calendar, published_days
from streams.city.catalogue import publish_catalogue
from streams.city.organisation import add_departments, appoint_staff

PRESET = "default"


def city_commands() -> Iterator[tuple[str, Command]]:
    """Give the whole city: calendar, clock preset, departments, catalogue, staff."""
    yield (
        "calendar/",
        PublishCalendar(version=published_calendar().version, days=_exceptions()),
    )
    yield "catalogue/", ChoosePreset(preset=PRESET)
    for code, added in add_departments():
        yield f"department/{code}", added
    yield "catalogue/", publish_catalogue()
    for id_, appointed in appoint_staff():
        yield f"staff/{id_}", appointed


def _exceptions() -> tuple[Day, ...]:
    """Holidays and make-up days only: the other days follow the week, and the event stays small."""
    notable = (DayKind.HOLIDAY, DayKind.MAKEUP_WORKDAY)
    return tuple(day for day in published_days() if day.kind in notable)
