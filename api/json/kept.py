"""Kept 已收件: the answer to a message that Kafka keeps, and the word that Kafka was silent."""

from typing import Any, Final
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from api.messages import LANGUAGES
from api.ports import Faces
from api.problems import RETRY_AFTER_SECONDS
from handlers.receipt import Receipt

INTAKE: Final = "/api/v1/intake"


def link_of(message_id: str) -> str:
    """Give the address under which a message is asked for; proxies merge bare slashes."""
    return f"{INTAKE}/{quote(message_id, safe='')}"


def accepted(receipt: Receipt) -> Response:
    """Say that a message is kept, and where its answer will be."""
    link = link_of(receipt.message_id)
    said = {"message_id": receipt.message_id, "status": receipt.status.value, "intake": link}
    headers = {"Location": link, "Retry-After": RETRY_AFTER_SECONDS}
    return Response(msgspec.json.encode(said), 202, headers, "application/json")


def told_bypassed(house: Faces, receipt: Receipt) -> dict[str, Any]:
    """Say, where it is so, that Kafka did not answer and the call was stored directly."""
    if not receipt.bypassed:
        return {}
    texts = {one: house.messages.text(one, "page.bypassed") for one in LANGUAGES}
    return {"bypassed": True, "texts": texts}
