"""Our calls and Twilio's answers, held against Twilio's own OpenAPI description where it is there.

The description is large and not ours, so it lies beside the project; without it the few lines that
we rely on stand in for it. No validator of schemas is needed for the few rules used in it.
"""

import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

import pytest

from notifications.outbox import TextStatus
from notifications.twilio_sender import TwilioSender, TwilioSettings, status_of
from tests.contract.senders.test_senders import ORDINARY, request
from tests.contract.senders.twilio_stub import ACCOUNT, TwilioStub, serving

GIVEN: Final = Path(__file__).parents[4] / "shared" / "contracts" / "twilio_api_v2010.json"
MESSAGES: Final = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
SERVICE: Final = "MG" + "0" * 32
STATUSES: Final = (
    *("queued", "sending", "sent", "failed", "delivered", "undelivered", "receiving", "received"),
    *("accepted", "scheduled", "read", "partially_delivered", "canceled"),
)
RELIED_ON: Final[dict[str, Any]] = {
    "form": {
        "To": {"type": "string"},
        "Body": {"type": "string"},
        "StatusCallback": {"type": "string"},
        "MessagingServiceSid": {"type": "string", "pattern": "^MG[0-9a-fA-F]{32}$"},
    },
    "required": ["To"],
    "query": ["AccountSid", "To", "PageSize", "Page", "PageToken"],
    "message": {
        "sid": {"type": "string", "pattern": "^(SM|MM)[0-9a-fA-F]{32}$"},
        "to": {"type": "string"},
        "body": {"type": "string"},
        "status": {"type": "string", "enum": list(STATUSES)},
        "error_code": {"type": "integer"},
        "date_created": {"type": "string", "format": "date-time-rfc-2822"},
    },
}


def description() -> dict[str, Any]:
    """Take the parts we use out of Twilio's description."""
    if not GIVEN.exists():
        return RELIED_ON
    document = json.loads(GIVEN.read_text("utf-8"))
    path = document["paths"][MESSAGES]
    content = path["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    schemas = document["components"]["schemas"]

    def followed(schema: dict[str, Any]) -> dict[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        return dict(schemas[name]) if name else schema

    form, message = content["schema"], schemas["api.v2010.account.message"]
    return {
        "form": {name: followed(one) for name, one in form["properties"].items()},
        "required": form["required"],
        "query": [one["name"] for one in path["get"]["parameters"]],
        "message": {name: followed(one) for name, one in message["properties"].items()},
    }


DESCRIBED: Final = description()


class DescribedStub(TwilioStub):
    """Refuses what the description does not know, and answers with every field that it names."""

    def create(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        unknown = set(form) - set(DESCRIBED["form"])
        missing = set(DESCRIBED["required"]) - set(form)
        wrong = {
            name
            for name, value in form.items()
            if not re.search(DESCRIBED["form"].get(name, {}).get("pattern", ""), value)
        }
        assert (unknown, missing, wrong) == (set(), set(), set())
        status, message = super().create(form)
        return status, answer_of(message)

    def list(self, number: str, page: int) -> dict[str, Any]:
        found = super().list(number, page)
        return {**found, "messages": [answer_of(one) for one in found["messages"]]}


def answer_of(message: dict[str, Any]) -> dict[str, Any]:
    """Fill an answer with all that the description names, what nobody asked for as null."""
    answer = {**dict.fromkeys(DESCRIBED["message"]), **message}
    for name, value in message.items():
        rule = DESCRIBED["message"][name]
        assert value is None or re.search(rule.get("pattern", ""), str(value))
        assert value is None or "enum" not in rule or value in rule["enum"]
    return answer


def sender(transport: object) -> TwilioSender:
    settings = TwilioSettings(
        account=ACCOUNT,
        token="secret-token",
        messaging_service=SERVICE,
        status_callback="https://12345.example/api/v1/twilio/status",
    )
    return TwilioSender(settings, http=transport)


def test_we_send_what_is_described_and_read_what_is_answered() -> None:
    with serving(DescribedStub()) as transport:
        result = sender(transport).send(request())
        found = sender(transport).find(request())
    assert result.status is TextStatus.SENT
    assert found is not None
    assert (found.provider_id, found.status) == (result.provider_id, result.status)


def test_we_ask_only_by_what_may_be_asked() -> None:
    asked: list[str] = []
    with serving(DescribedStub()) as transport:
        honest = transport.request

        def noting(method: str, url: str, *rest: Any, **more: Any) -> Any:
            params = more.get("params") or (rest[0] if rest else None) or {}
            asked.extend(params if method == "GET" else ())
            return honest(method, url, *rest, **more)

        transport.request = noting  # type: ignore[method-assign]
        sender(transport).find(request())
    assert "To" in asked
    assert set(asked) <= set(DESCRIBED["query"])


@pytest.mark.parametrize("status", DESCRIBED["message"]["status"]["enum"])
def test_every_status_that_twilio_knows_has_a_meaning(status: str) -> None:
    assert status in STATUSES, "Twilio has a new word: say what it means"
    meaning = {
        **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), TextStatus.SENT),
        **dict.fromkeys(("delivered", "read"), TextStatus.DELIVERED),
    }
    assert status_of(status, None) is meaning.get(status, TextStatus.TECHNICAL_FAILURE)


def test_a_date_of_twilio_is_read() -> None:
    stub = DescribedStub()
    with serving(stub) as transport:
        sender(transport).send(request())
        stub.messages[0]["date_created"] = format_datetime(datetime(2020, 1, 1, tzinfo=UTC))
        assert sender(transport).find(request()) is None, "an old message is none of ours"
    assert stub.forms[0]["To"] == ORDINARY
