"""翻页: keyset pages. A cursor is the sort key of the last line shown, opaque to whoever holds it.

No page is found by counting rows, so page 1,000 costs what page 1 costs.
"""

import base64
import json
from collections.abc import Sequence
from typing import Generic, TypeVar

from hotline.values import dataclass
from projections.jsons import dumps

LineT_co = TypeVar("LineT_co", covariant=True)

PAGE_LINES_MAX = 500
"""Longest page (our default); exports walk page by page."""


class CursorError(ValueError):
    """坏游标: a cursor that this question never gave; the edge answers it as a bad request."""


@dataclass(frozen=True, slots=True)
class Page(Generic[LineT_co]):
    """一页: `cursor` leads to the next page, "" at the end."""

    lines: tuple[LineT_co, ...]
    cursor: str = ""


def encode(*key: int | str) -> str:
    """Write a sort key as a cursor."""
    return base64.urlsafe_b64encode(dumps(key).encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> tuple[int | str, ...] | None:
    """Read a cursor, None for the empty one; each part must be of the kind that is named."""
    if not cursor:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        parts = None
    fits = (
        isinstance(parts, list)
        and len(parts) == len(kinds)
        and all(type(part) is kind for part, kind in zip(parts, kinds, strict=True))
        and all(not isinstance(part, int) or abs(part) < 2**63 for part in parts)
    )
    if not fits:
        raise CursorError("not a cursor of this list")
    return tuple(parts)


def limited(limit: int) -> int:
    """Keep a page length within reason."""
    return max(1, min(limit, PAGE_LINES_MAX))


def page_of(lines: Sequence[LineT_co], limit: int, *key: str) -> Page[LineT_co]:
    """Make a page of `limit + 1` lines read; the one too many only says that more follow."""
    shown = tuple(lines[:limit])
    if len(lines) <= limit:
        return Page(shown)
    return Page(shown, encode(*(getattr(shown[-1], name) for name in key)))
