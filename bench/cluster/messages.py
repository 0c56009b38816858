"""What outside systems send: calls, finished services and good ratings, by seed."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from hotline.routing.commands import CatalogueEntry
from hotline.tickets.vocabulary import TicketType
from streams.messages.topics import CALLS, EVALUATIONS, SERVICES
from streams.simulation.arrivals import Place
from streams.simulation.texts import words_of

SOURCE: Final = "/bench"
_CALLERS_SHARE: Final = 0.7
_SURNAMES: Final = "赵钱孙李周吴郑王"
_TYPES: Final = (TicketType.COMPLAINT, TicketType.HELP)


@dataclass(frozen=True, slots=True)
class Message:
    """A record on its way to a topic. The inbox will know it as `message_id`."""

    topic: str
    id: str
    type: str
    value: bytes
    time: str

    @property
    def message_id(self) -> str:
        return f"{SOURCE} {self.id}"

    @property
    def key(self) -> bytes:
        return self.id.encode()

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        return [
            ("ce_specversion", b"1.0"),
            ("ce_id", self.id.encode()),
            ("ce_source", SOURCE.encode()),
            ("ce_type", self.type.encode()),
            ("ce_time", self.time.encode()),
            ("content-type", b"application/json"),
        ]


@dataclass(slots=True)
class Composer:
    """Makes messages of one run; `run` keeps their ids apart from those of other runs."""

    run: str
    seed: int
    places: tuple[Place, ...]
    entries: tuple[CatalogueEntry, ...]

    def calls(self, count: int, at: datetime, entry: CatalogueEntry | None = None) -> list[Message]:
        """Complaints and calls for help that the catalogue can route, seven in ten by new people.

        With `entry` all of them go to one department.
        """
        draw = Random(f"{self.seed}/{self.run}")
        callers = max(1, int(count * _CALLERS_SHARE))
        made = []
        for number in range(count):
            type_, place = draw.choice(_TYPES), draw.choice(self.places)
            matter = entry or draw.choice(self.entries)
            title, text = words_of(type_, place.name, draw.choice(matter.keywords), draw)
            body = {
                "type": type_.value,
                "region": place.region,
                "place": place.name,
                "category": matter.category,
                "title": title,
                "text": text,
                "name": draw.choice(_SURNAMES) + "安",
                "phone": f"199{draw.randrange(callers):08}",
            }
            made.append(self._made(CALLS, "bihuan.call.v1", f"call-{number}", body, at))
        return made

    def services(self, count: int, at: datetime) -> list[Message]:
        draw = Random(f"{self.seed}/{self.run}/services")
        made = []
        for number in range(count):
            body = {
                "project_no": f"{self.run}-{number}",
                "service_number": "1",
                "region": draw.choice(self.places).region[:6],
                "department": draw.choice(self.entries).lead,
                "item_code": f"XZ-{draw.randrange(1, 613):04}",
                "item_name": "办证",
                "node": "finished",
                "object": "item",
                "served_at": (at - timedelta(hours=1)).isoformat(),
                "name": draw.choice(_SURNAMES) + "宁",
                "phone": f"198{draw.randrange(count):08}",
            }
            made.append(self._made(SERVICES, "bihuan.service.v1", f"service-{number}", body, at))
        return made

    def ratings(self, services: int, at: datetime) -> list[Message]:
        """Rate each service well: nothing has to follow."""
        draw = Random(f"{self.seed}/{self.run}/ratings")
        made = []
        for number in range(services):
            body = {
                "project_no": f"{self.run}-{number}",
                "service_number": "1",
                "level": draw.choice((5, 5, 5, 4)),
                "channel": "mobile",
            }
            made.append(
                self._made(EVALUATIONS, "bihuan.evaluation.v1", f"rating-{number}", body, at)
            )
        return made

    def _made(
        self, topic: str, type_: str, number: str, body: dict[str, Any], at: datetime
    ) -> Message:
        value = json.dumps(body, ensure_ascii=False).encode()
        time = at.astimezone(UTC).isoformat()
        return Message(topic, f"{self.run}-{number}", type_, value, time)
