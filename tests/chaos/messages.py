"""What outside systems produce: CloudEvents in binary mode, by the document alone, and poison.

Every record carries a header of the harness, so that the topics themselves say afterwards what had
to become of each record.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from streams.messages.topics import CALLS, EVALUATIONS, SERVICES, WEB_COMPLAINTS
from tests.simulation.small_city import TOWN

MARK: Final = "chaos"
SOURCE: Final = "/chaos/call-centre"

GOOD: Final = b"good"
REPEAT: Final = b"repeat"  # the same id with the same bytes: nothing may happen
POISON: Final = b"poison"  # has to end as a dead letter
HUGE: Final = b"huge"  # no broker takes it

_BACK_DAYS_MAX: Final = 12
_HUGE_BYTES: Final = 1_500_000
_LARGE_BYTES: Final = 300_000


@dataclass(frozen=True, slots=True)
class Message:
    """报文 on its way to a topic."""

    topic: str
    id: str
    key: bytes
    value: bytes | None
    mark: bytes
    type: str = ""
    time: str = ""

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        ours = [(MARK, self.mark)]
        if not self.type:
            return ours
        return [
            *ours,
            ("ce_specversion", b"1.0"),
            ("ce_id", self.id.encode()),
            ("ce_source", SOURCE.encode()),
            ("ce_type", self.type.encode()),
            ("ce_time", self.time.encode()),
            ("content-type", b"application/json"),
        ]


class Composer:
    """Makes messages by seed. Times lie back by up to some days, so that deadlines come due."""

    def __init__(self, seed: int) -> None:
        self._draw: Final = Random(seed)
        self._count = 0

    def call(self, now: datetime) -> Message:
        draw, number = self._draw, self._next("call")
        body = {
            "type": draw.choice(("complaint", "help", "consult")),
            "region": TOWN,
            "title": draw.choice(("路灯不亮", "小区漏水", "噪声扰民")),
            "text": f"第 {number} 次来电，请尽快处理。",
            "name": "王安",
            "phone": f"138{draw.randrange(500):08}",
        }
        return self._message(CALLS, "bihuan.call.v1", number, body, self._back(now))

    def web_complaint(self, now: datetime) -> Message:
        number = self._next("web")
        body = {"type": "suggest", "region": TOWN, "title": "建议增加座椅", "text": number}
        return self._message(WEB_COMPLAINTS, "bihuan.web-complaint.v1", number, body, now)

    def service(self, now: datetime) -> Message:
        number = self._next("service")
        served_at = self._back(now)
        body = {
            "project_no": number,
            "service_number": "1",
            "region": TOWN,
            "department": "housing",
            "item_code": "XZ-0001",
            "item_name": "办证",
            "node": "finished",
            "object": "item",
            "served_at": served_at.isoformat(),
            "name": "李明",
            "phone": f"139{self._draw.randrange(500):08}",
        }
        return self._message(SERVICES, "bihuan.service.v1", number, body, served_at)

    def evaluation(self, project_no: str, now: datetime) -> Message:
        number = self._next("evaluation")
        level = self._draw.choice((5, 5, 4, 4, 2))
        body: dict[str, Any] = {
            "project_no": project_no,
            "service_number": "1",
            "level": level,
            "channel": "mobile",
        }
        if level == 2:
            body |= {"text": "等了很久，态度也不好。", "name": "李明", "phone": "13900000001"}
        return self._message(EVALUATIONS, "bihuan.evaluation.v1", number, body, now)

    def poison(self, now: datetime, known: Message | None) -> Message:
        number = self._next("poison")
        good = self.call(now)
        kinds = [
            Message(CALLS, number, number.encode(), b"\xff\xfe\x00not json", POISON),
            Message(CALLS, number, number.encode(), b"", POISON),
            replace(good, id=number, value=b'{"type": "complaint"', mark=POISON),
            replace(good, id=number, type="bihuan.rumour.v1", mark=POISON),
            replace(good, id=number, topic=SERVICES, mark=POISON),
            replace(good, id=number, value=b" " * _LARGE_BYTES, mark=POISON),
        ]
        if known is not None:  # the same id with other content is no repeat
            kinds += [replace(known, value=good.value, mark=POISON)] * 2
        return self._draw.choice(kinds)

    def huge(self, now: datetime) -> Message:
        return replace(self.call(now), value=b"x" * _HUGE_BYTES, mark=HUGE)

    def _back(self, now: datetime) -> datetime:
        return now - timedelta(seconds=self._draw.randrange(_BACK_DAYS_MAX * 86_400))

    def _next(self, kind: str) -> str:
        self._count += 1
        return f"{kind}-{self._count}"

    def _message(
        self, topic: str, type_: str, id_: str, body: dict[str, Any], at: datetime
    ) -> Message:
        value = json.dumps(body, ensure_ascii=False).encode()
        return Message(topic, id_, id_.encode(), value, GOOD, type_, at.isoformat())
