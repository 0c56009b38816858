"""Places 分级指标: the figures from city to village; every number opens its tickets."""

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.looking import note_look
from api.naming import Naming, areas
from api.pages.frame import language, render
from api.pages.inspection.spans import days_told, span_of
from api.ports import Faces
from api.problems import ProblemError
from api.security import faces, in_thread, requires
from hotline.people.access import Look
from hotline.people.queries import Query
from projections.kpis.definition import Period, Scope
from projections.kpis.grouped import areas as by_area
from projections.kpis.grouped import grouped, none_of
from projections.kpis.ranking import RANKED_MIN

router = APIRouter(include_in_schema=False)

COLUMNS: Final = (
    *("closed", "response", "on_time", "overdue", "returned", "solved", "satisfied"),
    *("redone", "repeated", "good_rating"),
)
"""What a row shows of an area; the page of its figures shows all."""
POOR_WHEN_HIGH: Final = frozenset({"overdue", "returned", "redone", "repeated"})
DIGITS: Final = (4, 6, 9, 12)
"""Digits of the code of a city, a district, a town and a village (GB/T 2260 and its extension)."""
_DAYS: Final = 30


@router.get("/inspect/places", dependencies=[requires(Query.INSPECTION)])
async def city(request: Request) -> Response:
    """分级指标 of the whole city, by district."""
    return await _places(request, "")


@router.get("/inspect/places/{region}", dependencies=[requires(Query.INSPECTION)])
async def place(request: Request, region: str) -> Response:
    """分级指标 of one area, by what lies below it."""
    if not (region.isascii() and region.isdecimal() and len(region) in DIGITS):
        raise ProblemError("unknown-page")
    return await _places(request, region)


async def _places(request: Request, region: str) -> Response:
    since, until = span_of(request, _DAYS)
    house, chosen = faces(request), language(request)
    found = await in_thread(partial(_figures, house, region, Period(since, until)))
    await note_look(request, Look.VIEW, f"places/{region or 'city'}")
    naming, days = Naming(house, chosen), days_told(since, until)
    values: dict[str, Any] = {
        "region": region,
        "name": naming.region(region) if region else house.city,
        "above": [
            (region[:end], naming.region(region[:end])) for end in DIGITS[1:] if end < len(region)
        ],
        "rows": [
            (code, _name(house, code, chosen), code == region, figures)
            for code, figures in sorted(found["rows"].items())
        ],
        "total": found["total"],
        "columns": COLUMNS,
        "high_is_poor": POOR_WHEN_HIGH,
        "small": RANKED_MIN,
        "deeper": _digits_below(region) < DIGITS[-1] + 1 and len(region) < DIGITS[-1],
        "days": urlencode(days),
        **days,
    }
    return render(request, "inspection/places.html", values)


def _digits_below(region: str) -> int:
    """Give the digits of the areas right below one."""
    return next((end for end in DIGITS[1:] if end > len(region)), DIGITS[-1])


def _figures(house: Faces, region: str, period: Period) -> dict[str, Any]:
    digits = _digits_below(region)

    def ask(connection: Connection) -> dict[str, Any]:
        scope = Scope(region=region)
        rows = grouped(connection, period, by_area(digits), COLUMNS, scope)
        total = grouped(connection, period, by_area(max(1, len(region))), COLUMNS, scope)
        return {"rows": rows, "total": total}

    found: dict[str, Any] = reading.ask(house, ask)
    for code in _known_below(house, region, digits):
        found["rows"].setdefault(code, {})
    for figures in found["rows"].values():
        for code in COLUMNS:
            figures.setdefault(code, none_of(code))
    total = found["total"].get(region) if region else _summed(found["total"])
    found["total"] = {code: (total or {}).get(code) or none_of(code) for code in COLUMNS}
    return found


def _summed(groups: dict[str, Any]) -> dict[str, Any]:
    """Add up what stands under the first digit of its code: a house may serve two provinces."""
    if len(groups) <= 1:
        return next(iter(groups.values()), {})
    found: dict[str, Any] = {}
    for code in COLUMNS:
        parts = [figures[code] for figures in groups.values() if code in figures]
        if parts:
            first = parts[0]
            found[code] = type(first)(
                first.code,
                first.version,
                first.zh,
                first.en,
                sum(one.numerator for one in parts),
                sum(one.denominator for one in parts),
                {name: sum(one.excluded.get(name, 0) for one in parts) for name in first.excluded},
            )
    return found


def _known_below(house: Faces, region: str, digits: int) -> list[str]:
    """List the areas of the organisation right below one, so that a silent one is seen too."""
    known = areas(house.archive.departments())
    return [
        code
        for code in known
        if len(code) == digits and code.startswith(region) and not code.endswith("00")
    ]


def _name(house: Faces, code: str, chosen: Any) -> str:
    known = areas(house.archive.departments()).get(code)
    return code if known is None else known[0 if chosen == "zh" else 1]
