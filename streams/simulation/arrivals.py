"""What comes in: calls, matters and finished services, with the shares of the domain handbook.

Shares: section 2 (types, channels), section 5 (ratings; 1-2 % poor, some anonymous, some default).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from handlers.envelope import Envelope
from hotline.evaluations.commands import RecordEvaluation, RecordService
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import (
    POOR_LEVEL_MAX,
    EvaluationChannel,
    Node,
    RatedObject,
)
from hotline.people.actors import Actor, Role
from hotline.routing.commands import CatalogueEntry
from hotline.situation import IndicatorTable
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, Kind, Secrecy, TicketType, Urgency
from streams.simulation.cast import Cast
from streams.simulation.texts import person_of, words_of

_TYPES: Final = (
    (TicketType.CONSULT, 50.0),
    (TicketType.COMPLAINT, 36.0),
    (TicketType.HELP, 5.0),
    (TicketType.REPORT, 3.0),
    (TicketType.SUGGEST, 2.5),
    (TicketType.PRAISE, 1.5),
    (TicketType.OTHER, 2.0),
)
_CHANNELS: Final = (
    (Channel.PHONE, 88.0),
    (Channel.WECHAT, 6.0),
    (Channel.WEB, 2.0),
    (Channel.PROVINCE_APP, 1.0),
    (Channel.LETTER, 1.0),
    (Channel.WINDOW, 1.0),
    (Channel.TRANSFER, 1.0),
)
_HOURS: Final = (1, 1, 1, 1, 1, 1, 2, 4, 9, 14, 14, 11, 6, 6, 11, 12, 11, 9, 6, 5, 5, 4, 3, 2)
_MATTERS: Final = 0.015
_WINDOWS_OFFICE: Final = "government_services"
"""Runs the 办不成事 window, so no matter is ever about itself."""
_SERVICES: Final = 0.5
_ANONYMOUS: Final = 0.08
_LEVELS: Final = ((5, 70.0), (4, 19.0), (3, 8.5), (2, 1.5), (1, 1.0))


@dataclass(frozen=True, slots=True)
class Place:
    """地点: a town or street where somebody calls from."""

    region: str
    name: str


class Arrivals:
    """The intake of one synthetic city in the order of time."""

    def __init__(
        self,
        *,
        rng: Random,
        start: datetime,
        days: int,
        tickets: int,
        places: Sequence[Place],
        entries: Sequence[CatalogueEntry],
        cast: Cast,
        indicators: IndicatorTable,
        region: str,
        rare: float = 1.0,
    ) -> None:
        self._rng = rng
        self._places = places
        self._entries = [entry for entry in entries if entry.keywords]
        self._item_entries = [one for one in self._entries if one.lead != _WINDOWS_OFFICE]
        self._cast = cast
        self._indicators = indicators
        self._region = region
        self._matters = _MATTERS * rare
        poor = sum(share for level, share in _LEVELS if level <= POOR_LEVEL_MAX)
        self._levels = [
            (level, share * rare if level <= POOR_LEVEL_MAX else share - poor * (rare - 1) / 3)
            for level, share in _LEVELS
        ]
        self._citizens = max(20, int(tickets * 0.7))
        moments = sorted(self._moment(start, days) for _ in range(tickets))
        self._source: Iterator[Envelope] = self._envelopes(moments)

    def next(self) -> Envelope | None:
        """Give the next arrival, None at the end."""
        return next(self._source, None)

    def rating(self, service: Service) -> RecordEvaluation:
        """Rate a service."""
        rng = self._rng
        level = rng.choices([one for one, _ in self._levels], [share for _, share in self._levels])[
            0
        ]
        offered = sorted(self._indicators.codes(level))
        return RecordEvaluation(
            level=level,
            channel=rng.choice(
                (EvaluationChannel.TABLET, EvaluationChannel.QR, EvaluationChannel.TEXT)
            ),
            indicators=tuple(rng.sample(offered, k=min(2, len(offered)))),
            evaluator=service.citizen,
            real_name=bool(service.citizen) and rng.random() < 0.8,
        )

    def evaluator(self, service: Service) -> Actor:
        """Let the person who was served rate."""
        return Actor(service.citizen or "anonymous", Role.EVALUATOR)

    def _moment(self, start: datetime, days: int) -> datetime:
        hour = self._rng.choices(range(24), _HOURS)[0]
        day = start.replace(hour=0, minute=0, second=0) + timedelta(days=self._rng.randrange(days))
        return max(start, day + timedelta(hours=hour, seconds=self._rng.randrange(3600)))

    def _envelopes(self, moments: Sequence[datetime]) -> Iterator[Envelope]:
        for count, at in enumerate(moments):
            yield self._ticket(count, at)
            if self._rng.random() < _SERVICES:
                yield self._service(count, at + timedelta(seconds=1))

    def _ticket(self, count: int, at: datetime) -> Envelope:
        rng = self._rng
        type_ = rng.choices([t for t, _ in _TYPES], [share for _, share in _TYPES])[0]
        channel = rng.choices([c for c, _ in _CHANNELS], [share for _, share in _CHANNELS])[0]
        kind = Kind.MATTER if rng.random() < self._matters else Kind.HOTLINE
        entries = self._entries if kind is Kind.HOTLINE else self._item_entries
        place, entry = rng.choice(self._places), rng.choice(entries)
        title, body = words_of(type_, place.name, rng.choice(entry.keywords), rng)
        anonymous = kind is Kind.HOTLINE and rng.random() < _ANONYMOUS
        citizen = "" if anonymous else f"citizen-{rng.randrange(self._citizens):06d}"
        narrative = f"sim-{count}"
        command = RegisterTicket(
            kind=kind,
            type=TicketType.COMPLAINT if kind is Kind.MATTER else type_,
            channel=Channel.WINDOW if kind is Kind.MATTER else channel,
            region=place.region,
            title=title,
            summary=body,
            caller=citizen,
            narrative="" if anonymous else narrative,
            category=entry.category,
            urgency=Urgency.UTILITY if rng.random() < 0.02 else Urgency.NORMAL,
            secrecy=Secrecy.CONFIDENTIAL if type_ is TicketType.REPORT else Secrecy.MASKED,
            place=place.name,
            item_code="XZ-0001" if kind is Kind.MATTER else "",
            visits_count=rng.randrange(2, 5) if kind is Kind.MATTER else 0,
            rated_department=entry.lead if kind is Kind.MATTER else "",
        )
        personal = () if anonymous else (person_of(citizen, narrative, title, body, rng),)
        role = Role.MATTER_OFFICER if kind is Kind.MATTER else Role.OPERATOR
        actor = self._cast.able(RegisterTicket, rng, role=role)
        return Envelope(
            message_id=f"sim:ticket:{count}",
            stream="",
            command=command,
            actor=actor,
            at=at,
            correlation=f"sim:ticket:{count}",
            personal=personal,
        )

    def _service(self, count: int, at: datetime) -> Envelope:
        rng = self._rng
        entry = rng.choice(self._entries)
        project, number = f"P{count:08d}", "1"
        command = RecordService(
            project_no=project,
            service_number=number,
            region=self._region,
            department=entry.lead,
            item_code=f"XZ-{rng.randrange(1, 613):04d}",
            item_name=rng.choice(entry.keywords),
            node=Node.FINISHED,
            object=RatedObject.ITEM,
            served_at=at,
            citizen=f"citizen-{rng.randrange(self._citizens):06d}",
        )
        return Envelope(
            message_id=f"sim:service:{count}",
            stream=f"service/{project}/{number}",
            command=command,
            actor=Actor("government-service", Role.PEER_SYSTEM),
            at=at,
            correlation=f"sim:service:{count}",
        )
