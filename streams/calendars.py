"""日历数据: the published working-day calendar, built from the package ``chinesecalendar``.

The package carries the yearly notices of 国务院办公厅 from 2004 on. Nothing is fetched: a year that
the installed version does not know is left out, and is provisional until it is imported.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.metadata import version
from typing import Final

from chinese_calendar.constants import Holiday, holidays, workdays

from hotline.clocks.calendar import Calendar, Day, DayKind

_NAMES: Final = {
    Holiday.new_years_day.value: "元旦",
    Holiday.spring_festival.value: "春节",
    Holiday.tomb_sweeping_day.value: "清明节",
    Holiday.labour_day.value: "劳动节",
    Holiday.dragon_boat_festival.value: "端午节",
    Holiday.national_day.value: "国庆节",
    Holiday.mid_autumn_festival.value: "中秋节",
    Holiday.anti_fascist_70th_day.value: "抗战胜利70周年纪念日",
}


@cache
def published_calendar() -> Calendar:
    """Give the calendar of every year that ``chinesecalendar`` knows; built once a process."""
    return Calendar.of(_version(), published_days())


def published_days() -> tuple[Day, ...]:
    """Every day of every published year, each with its kind and the name of its holiday."""
    return tuple(_days())


def _days() -> Iterator[Day]:
    source = f"chinesecalendar {version('chinesecalendar')}"
    day = date(min(holidays).year, 1, 1)
    end = date(max(holidays).year, 12, 31)
    while day <= end:
        weekend = day.weekday() >= 5  # noqa: PLR2004 (Saturday is 5)
        if day in workdays:
            # The package also lists days that are ordinary in the week.
            kind = DayKind.MAKEUP_WORKDAY if weekend else DayKind.WORKDAY
            yield Day(day, kind, _NAMES.get(workdays[day], ""), source)
        elif day in holidays:
            yield Day(day, DayKind.HOLIDAY, _NAMES.get(holidays[day], ""), source)
        else:
            kind = DayKind.WEEKEND if weekend else DayKind.WORKDAY
            yield Day(day, kind, "", source)
        day += timedelta(days=1)


def _version() -> str:
    first, last = min(holidays).year, max(holidays).year
    return f"cn-{first}-{last}+chinesecalendar-{version('chinesecalendar')}"
