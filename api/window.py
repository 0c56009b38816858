"""Window 窗口: devices for rating that stand in a hall, and what is offered on them.

A device is an address that the house signed: it names a hall's department and the device, and logs
nobody in. What is shown on a tablet is a note of the house with an end, so that a service which
the clerk offered goes away by itself. A visit is one person's turn at a terminal: whoever goes home
ends it, and no address of it opens anything afterwards.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from starlette.requests import Request

from api.ports import Faces
from api.problems import ProblemError
from api.rating import Rateable, network_mark, rateable
from api.security import client_address, in_thread
from hotline.evaluations.state import Service
from hotline.evaluations.timers import is_rated
from hotline.tickets.state import Ticket
from notifications.rating_links import RatingLink, Way

OFFERED_FOR: Final = timedelta(minutes=5)
"""How long a tablet shows what was offered (our default)."""

SEEN_AGAIN: Final = timedelta(hours=1)
"""How often it is written down that a device is in use, and where (our default)."""

_PROJECT_SERVICES_MAX: Final = 50
_CODE_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Device:
    """设备: a tablet at a window or a terminal in a hall."""

    token: str
    kind: str  # tablet, terminal
    department: str
    name: str

    @property
    def place(self) -> str:
        """Name it as notes and marks do."""
        return f"{self.kind}/{self.department}/{self.name}"


def device_link(house: Faces, kind: str, department: str, name: str) -> str:
    """Make the address of a device."""
    return f"/{kind}/{house.texting.rating_link(f'{kind}/{department}/{name}', Way.DEVICE)}"


def device_of(house: Faces, kind: str, token: str) -> Device:
    """Read the address of a device, or refuse it."""
    link = house.texting.read_rating_link(token)
    if link is None or link.way is not Way.DEVICE:
        raise ProblemError("link-invalid")
    if house.clock() > link.expires_at:
        raise ProblemError("link-expired")
    named, department, name = (*link.stream.split("/", 2), "", "")[:3]
    if named != kind:
        raise ProblemError("link-invalid")
    return Device(token, kind, department, name)


def note_network(house: Faces, department: str, network: str) -> None:
    """Remember that staff or devices of a window are online from here. Blocks on the store."""
    if not network:
        return
    place, now = f"network/{network}", house.clock()
    known = house.notes.read(f"window/{department}", place, now)
    if known is None or now - known[1] > SEEN_AGAIN:
        house.notes.keep(f"window/{department}", place, "", now)


def offer(house: Faces, department: str, name: str, stream: str) -> None:
    """Show a service on a tablet. Blocks on the store."""
    house.notes.keep(f"tablet/{department}/{name}", "offer", stream, house.clock())


def offered(house: Faces, device: Device) -> Rateable | None:
    """Give what the tablet shows; None while there is nothing to rate. Blocks on the store."""
    now = house.clock()
    note = house.notes.read(device.place, "offer", now)
    if note is None or now - note[1] > OFFERED_FOR:
        return None
    link = RatingLink(note[0], Way.TABLET, note[1] + OFFERED_FOR)
    found = rateable(house, note[0], link)
    return None if found.rated or found.service.department != device.department else found


def withdraw(house: Faces, device: Device) -> None:
    """Take away what the tablet shows. Blocks on the store."""
    house.notes.drop(device.place, "offer")


def begin_visit(house: Faces, device: Device) -> None:
    """Begin a new turn at a terminal; what the one before had opened is closed."""
    house.notes.keep(device.place, "visit", house.new_id(), house.clock())


def visit_link(house: Faces, device: Device, stream: str) -> str:
    """Open something for the person at the terminal, until the visit ends."""
    note = house.notes.read(device.place, "visit", house.clock())
    return house.texting.rating_link(f"{note[0] if note else ''}/{stream}", Way.VISIT)


def visited(house: Faces, device: Device, token: str) -> str:
    """Give the stream that was opened in this visit, "" where the visit is over."""
    link = house.texting.read_rating_link(token)
    if link is None or link.way is not Way.VISIT or house.clock() > link.expires_at:
        return ""
    visit, _, stream = link.stream.partition("/")
    note = house.notes.read(device.place, "visit", house.clock())
    return stream if visit and note is not None and note[0] == visit else ""


def rateable_here(house: Faces, stream: str) -> Rateable:
    """Show a service to whoever proved at a terminal that it was theirs. Blocks on the store."""
    return rateable(house, stream, RatingLink(stream, Way.TERMINAL, house.clock()))


async def proven(request: Request, house: Faces, number: str, proof: str) -> str:
    """Find the service that a number names, for who shows a query code or the phone they left.

    A service that nobody left a number for is rated by whoever holds its number, as with a code
    printed on its receipt. An unknown number and a wrong proof are one answer.
    """
    number, proof = number.strip()[:64], proof.strip()[:24]
    stream = await in_thread(partial(_newest_unrated, house, number))
    right = bool(stream) and await in_thread(partial(_is_right, house, stream, number, proof))
    checked = await in_thread(
        partial(
            house.accounts.proof_is_right,
            number,
            house.clock(),
            right=right,
            address=client_address(request),
        )
    )
    if not isinstance(checked, bool):
        raise ProblemError(
            "too-many-tries",
            {"minutes": str(-(-checked.seconds // 60))},
            headers={"Retry-After": str(checked.seconds)},
        )
    if not checked:
        raise ProblemError("number-or-proof-wrong")
    return stream


def _newest_unrated(house: Faces, number: str) -> str:
    """Name the newest service of a number that waits for a rating, else its newest, else ""."""
    if not number or "/" in number:
        return ""
    found: list[tuple[str, Service]] = []
    for count in range(1, _PROJECT_SERVICES_MAX):
        stream = f"service/{number}/{count}"
        state = house.archive.state(stream).state
        if not isinstance(state, Service):
            break
        found.append((stream, state))
    waiting = [stream for stream, service in found if not is_rated(service)]
    return (waiting or [stream for stream, _ in found] or [""])[-1]


def _is_right(house: Faces, stream: str, number: str, proof: str) -> bool:
    service = house.archive.state(stream).state
    if not isinstance(service, Service):
        return False
    is_ticket = isinstance(house.archive.state(f"ticket/{number}").state, Ticket)
    if is_ticket and len(proof) == _CODE_DIGITS:
        return proof == house.accounts.query_code(number)
    if not service.citizen:
        return not is_ticket
    return any(one.citizen == service.citizen for one in house.vault.sharing(proof))


def note_device(request: Request, house: Faces, device: Device) -> None:
    """Remember where a device of the house stands in the network. Blocks on the store."""
    note_network(house, device.department, network_mark(request))
