"""Contact tasks 联络任务: whom somebody must speak to. The trail finds them, the states confirm.

A task that was opened long ago among thousands of done ones is found all the same: the trail is
read back until enough open ones stand on the page or the look-back ends.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from api.ports import Faces
from hotline.correspondence.events import ContactTaskOpened
from hotline.correspondence.state import ContactTask, Correspondence
from hotline.people.masking import mask_name, mask_phone
from projections.audit import queries as audit
from projections.audit.line import EventLine

SHOWN_MAX: Final = 100
LOOKED_BACK_MAX: Final = 5000
"""Tasks looked back at, done ones included (our default)."""

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class ShownTask:
    """联络任务 as a page shows it."""

    citizen: str
    person: str  # masked
    number: str
    task: ContactTask
    phone: str = ""  # only while the access is open


def open_tasks(house: Faces, person: str) -> list[ShownTask]:
    """List the tasks that wait, the oldest first. Blocks on the store."""
    with house.reader() as connection:
        streams = list(_streams(connection))
    shown = [one for stream in streams for one in _of(house, stream, person)]
    return sorted(shown, key=lambda one: one.task.opened_at)[:SHOWN_MAX]


def _streams(connection: Connection) -> Iterator[str]:
    wanted = audit.EventFilter(type=ContactTaskOpened.__name__)
    seen: set[str] = set()
    cursor, read = "", 0
    while read < LOOKED_BACK_MAX:
        page = audit.events(connection, wanted, cursor=cursor, limit=_PAGE)
        yield from _fresh(page.lines, seen)
        read += len(page.lines)
        cursor = page.cursor
        if not cursor:
            return


def _fresh(lines: Iterable[EventLine], seen: set[str]) -> Iterator[str]:
    for line in lines:
        if line.stream not in seen:
            seen.add(line.stream)
            yield line.stream


def _of(house: Faces, stream: str, person: str) -> list[ShownTask]:
    state = house.archive.state(stream).state
    if not isinstance(state, Correspondence) or not state.tasks:
        return []
    citizen = stream.removeprefix("citizen/")
    known = house.vault.open_person(citizen)
    name = mask_name(known.name) if known else ""
    phone = known.phone if known else ""
    masked = " ".join(one for one in (name, mask_phone(phone) if phone else "") if one)
    open_until = house.accounts.access_open_until(person, stream, house.clock())
    return [
        ShownTask(citizen, masked, _number(task.about), task, phone if open_until else "")
        for task in state.tasks
    ]


def _number(about: str) -> str:
    kind, _, rest = about.partition("/")
    return rest if kind == "ticket" else ""
