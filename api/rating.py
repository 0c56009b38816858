"""Rating 评价: a service behind a link, what may be done with it, and the command of a rating.

Whoever holds a link that was sent to a phone is the evaluator; a link shown at a window names
nobody. The device is kept as a keyed mark, so that many ratings from one place can be seen.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request

from api.bodies import read_fields
from api.ports import Faces
from api.problems import ProblemError
from api.security import client_address, faces
from api.sending import sealed
from handlers.envelope import Envelope
from hotline.evaluations.commands import RateLater, RecordEvaluation
from hotline.evaluations.state import Service
from hotline.evaluations.timers import is_rated
from hotline.evaluations.vocabulary import EvaluationChannel, EvaluationKind
from hotline.people.actors import Actor, Role
from hotline.tickets.secrecy import is_secret
from hotline.tickets.state import Ticket
from notifications.rating_links import RatingLink, Way

CHANNELS: Final = {
    Way.TEXT: EvaluationChannel.MOBILE,
    Way.QR: EvaluationChannel.QR,
    Way.TABLET: EvaluationChannel.TABLET,
    Way.TERMINAL: EvaluationChannel.TERMINAL,
}


_PROVEN: Final = (Way.TEXT, Way.TERMINAL)


@dataclass(frozen=True, slots=True)
class Rateable:
    """可评: a service as the page of its link shows it."""

    stream: str
    number: str
    department: str  # "" where it may not be named
    is_ticket: bool
    service: Service
    link: RatingLink

    @property
    def evaluator(self) -> str:
        """Give who rates: whose phone got the link, who proved it at a terminal, or nobody."""
        return self.service.citizen if self.link.way in _PROVEN else ""

    @property
    def rated(self) -> bool:
        """Tell whether somebody has rated."""
        return is_rated(self.service)

    def may_rate_later(self, house: Faces) -> bool:
        """Tell whether a 追评 is open to whoever holds this link."""
        service, window = self.service, self.service.rerate_until
        return (
            self.rated
            and not service.later_level
            and bool(service.evaluator)
            and service.evaluator == self.evaluator
            and (not service.loop or (window is not None and house.clock() <= window))
        )


def behind(house: Faces, token: str) -> Rateable:
    """Open a link. Blocks on the store."""
    link = house.texting.read_rating_link(token)
    if link is None:
        raise ProblemError("link-invalid")
    if house.clock() > link.expires_at:
        raise ProblemError("link-expired")
    stream = link.stream
    if stream.startswith("ticket/"):
        stream = _newest(house, stream.removeprefix("ticket/"))
    return rateable(house, stream, link)


def rateable(house: Faces, stream: str, link: RatingLink) -> Rateable:
    """Show a service to whoever may rate it. Blocks on the store."""
    service = house.archive.state(stream).state
    if not isinstance(service, Service):
        raise ProblemError("unknown-service")
    ticket = house.archive.state(f"ticket/{service.ticket}").state if service.ticket else None
    secret = isinstance(ticket, Ticket) and is_secret(ticket)
    return Rateable(
        stream=stream,
        number=service.ticket or service.project_no,
        department="" if secret else service.department,
        is_ticket=bool(service.ticket),
        service=service,
        link=link,
    )


def rating_of(
    request: Request,
    house: Faces,
    found: Rateable,
    given: dict[str, Any],
    *,
    identity: str,
    device: str = "",
) -> partial[Envelope]:
    """Give what makes the envelope of a rating, or of the later one.

    The form says which of the two it was made for, so that a form sent twice means the same.
    """
    later = given.pop("later")
    command = RateLater if later else RecordEvaluation
    values: dict[str, Any] = {**given, "channel": CHANNELS[found.link.way].value}
    if not later:
        values["kind"] = (
            EvaluationKind.ON_SITE
            if found.link.way in (Way.QR, Way.TABLET, Way.TERMINAL)
            else EvaluationKind.PER_MATTER
        ).value
        values |= marks_of(request, device)
    return partial(
        sealed,
        house,
        command,
        read_fields(values, command),
        stream=found.stream,
        actor=Actor(found.evaluator, Role.EVALUATOR),
        identity=identity,
        correlation=request.scope.get("request_id", ""),
        citizen=found.evaluator,
    )


def marks_of(request: Request, device: str = "") -> dict[str, str]:
    """Mark where a rating came from, without saying where that is: keyed hashes of both.

    A device of the house is known by its own name, any other by its address and browser.
    """
    mark, address = faces(request).texting.mark_of, client_address(request)
    browser = request.headers.get("user-agent", "")
    seen = f"{address}\n{browser}" if address else ""
    return {
        "device": mark(device or seen) if device or seen else "",
        "network": network_mark(request),
    }


def network_mark(request: Request) -> str:
    """Mark the address that a request came from."""
    address = client_address(request)
    return faces(request).texting.mark_of(f"network/{address}") if address else ""


def _newest(house: Faces, number: str) -> str:
    count = 1
    while house.archive.state(f"service/{number}/{count + 1}").version:
        count += 1
    return f"service/{number}/{count}"
