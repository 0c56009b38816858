"""时间线: facts turned into entries: what, who, when, by which values, and what it changed.

Pure: the facts of one stream are handed in, oldest first. Words in Chinese or English belong to the
pages; an entry gives a stable code and values.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any, Final, TypeAlias

from hotline.clocks.due import Due, Ladder
from hotline.tickets import events as e
from hotline.values import dataclass
from projections.log import LogLine
from projections.tickets.line import TicketLine
from projections.tickets.project import project

Value: TypeAlias = str | int | float | bool | datetime | tuple[str, ...]

_FOLLOWED: Final = ("citizen_due", "department_due", "lead")
"""What entries show with the value before, since a change of it matters to somebody."""


@dataclass(frozen=True, slots=True)
class Change:
    """变更: old and new value side by side; nothing is ever overwritten."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """时间线条目: when it happened as told, and when it was recorded; both are shown."""

    version: int
    code: str
    person: str
    role: str
    department: str
    occurred_at: datetime
    recorded_at: datetime
    params: Mapping[str, Value]
    changes: tuple[Change, ...]
    correction: bool
    message_id: str


def timeline(lines: Iterable[LogLine], through: int | None = None) -> tuple[TimelineEntry, ...]:
    """Give the entries of a stream, up to a version if one is named."""
    entries: list[TimelineEntry] = []
    known: dict[str, Value] = {}
    for log in lines:
        if through is not None and log.version > through:
            break
        event, actor = log.event, log.actor
        params = dict(_params(event))
        entries.append(
            TimelineEntry(
                version=log.version,
                code=code_of(type(event)),
                person=actor.person,
                role=actor.role.value,
                department=actor.department,
                occurred_at=log.fact.occurred_at,
                recorded_at=log.recorded_at,
                params=params,
                changes=tuple(_changes(event, params, known)),
                correction=isinstance(event, e.TicketCorrected),
                message_id=log.message_id,
            )
        )
    return tuple(entries)


def line_at(lines: Iterable[LogLine], version: int) -> TicketLine | None:
    """Give the ticket as it stood after a version; None when it did not exist."""
    line: TicketLine | None = None
    for log in lines:
        if log.version > version:
            break
        line = project(line, log)
    return line


def code_of(event: type) -> str:
    """Give the code of an event type: `TicketAssigned` is `ticket-assigned`."""
    name = event.__name__
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in name).lstrip("-")


def _params(event: Any) -> Iterator[tuple[str, Value]]:
    """Give the values of an event that say something."""
    for field in fields(event):
        value = _plain(getattr(event, field.name))
        if value is not None and value not in ("", ()):
            yield field.name, value


def _plain(value: Any) -> Value | None:
    """Turn a value of an event into one that a page can show; None for what it cannot."""
    match value:
        case Enum():
            return _plain(value.value)
        case Due(due_at=due_at):
            return due_at
        case Ladder(level_1_at=level_1_at):
            return level_1_at
        case str() | bool() | int() | float() | datetime():
            return value
        case tuple():
            return tuple(str(_plain(each)) for each in value)
        case _:
            return None


def _changes(event: Any, params: Mapping[str, Value], known: dict[str, Value]) -> Iterator[Change]:
    if isinstance(event, e.TicketCorrected):
        for field in sorted(event.before.keys() | event.after.keys()):
            yield Change(field, event.before.get(field, ""), event.after.get(field, ""))
    for name in _FOLLOWED:
        after = params.get(name)
        if after is None:
            continue
        before = known.get(name)
        if before is not None and before != after:
            yield Change(name, before, after)
        known[name] = after
