"""Spans 时段: the days that a page of the inspectors is about."""

from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request

from api.problems import ProblemError
from api.security import faces
from hotline.clocks.calendar import SHANGHAI

SPAN_DAYS: Final = 90
SPAN_DAYS_MAX: Final = 366
"""A longer span is cut into periods (our default)."""
_ONE_DAY: Final = timedelta(days=1)


def span_of(request: Request, days: int = SPAN_DAYS) -> tuple[datetime, datetime]:
    """Read the days that are asked for; the last ninety by default. A running day ends now."""
    now = faces(request).clock().astimezone(SHANGHAI)
    since = day_of(request.query_params.get("since", ""))
    until = day_of(request.query_params.get("until", ""))
    end = min(until + _ONE_DAY, now) if until else now
    begin = since or end.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
    if begin >= end or end - begin > timedelta(days=SPAN_DAYS_MAX):
        raise wrong("since")
    return begin, end


def day_of(text: str) -> datetime | None:
    """Read a day as its first instant; None for nothing."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text[:10]).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise wrong("since") from None


def days_told(since: datetime, until: datetime) -> dict[str, str]:
    """Write a span as its first and last day."""
    last = until - timedelta(microseconds=1)
    return {
        "since": since.astimezone(SHANGHAI).date().isoformat(),
        "until": last.astimezone(SHANGHAI).date().isoformat(),
    }


def wrong(field: str) -> ProblemError:
    """Say that a field holds nothing that can be read."""
    return ProblemError("input-invalid", violations=[{"field": field, "code": "invalid"}])
