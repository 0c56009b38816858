"""日历发布: takes over a checked year into the store's calendar, as an event.

Open due dates are recomputed by the running product, by events that say so.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from cli.house import open_house
from cli.report import refuse
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.clocks.calendar import SHANGHAI, Calendar, Day
from hotline.people.actors import SYSTEM
from hotline.routing.commands import PublishCalendar
from streams.batches.commit import commit_batch


def publish_days(data: Path, region: str, days: Sequence[Day], *, as_json: bool) -> str:
    """Publish the days beside the other published years; give the new version."""
    house = open_house(data, create=False, as_json=as_json)
    context = house.contexts.refreshed()
    now = datetime.now(SHANGHAI)
    years = "-".join(str(year) for year in sorted({day.date.year for day in days}))
    version = f"{region or 'cn'}-{years}@{now:%Y%m%dT%H%M%S}"
    calendar = context.clocks_of(region).calendar.replaced(version, days)
    command = PublishCalendar(version=version, days=listed(calendar))
    envelope = Envelope(
        message_id=f"calendar:{uuid4()}",
        stream=f"calendar/{region}",
        command=command,
        actor=SYSTEM,
        at=now,
    )
    (receipt,) = commit_batch(house.engine, [envelope], context, house.wiring, now)
    if receipt.status is not ReceiptStatus.DONE:
        code = receipt.refusal.code if receipt.refusal else receipt.status.value
        refuse(code, f"日历未发布：{code}。", f"Not published: {code}.", as_json=as_json)
    return version


def current_calendar(data: Path, region: str, *, as_json: bool) -> Calendar:
    """Give the calendar that the store counts by."""
    house = open_house(data, create=False, as_json=as_json)
    return house.contexts.refreshed().clocks_of(region).calendar


def listed(calendar: Calendar) -> tuple[Day, ...]:
    """List every published day of a calendar, in order."""
    return tuple(day for year in sorted(calendar.published) for day in calendar.listed_in(year))
