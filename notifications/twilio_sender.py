"""Twilio 通道: the real SDK, switched on by settings.

Twilio keeps no reference of ours, so a text is found again by the tag at the end of its body among
the messages to its number. Doubt costs a look-up, never a second text. What Twilio says in words
may hold the number, so only codes leave this module.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from notifications.outbox import TextStatus
from notifications.sender import UNKNOWN, SendRequest, SendResult

ERRORS: Final[Mapping[int, TextStatus]] = {
    14107: TextStatus.TEMPORARY_FAILURE,  # rate limit
    20429: TextStatus.TEMPORARY_FAILURE,  # too many requests
    21211: TextStatus.PERMANENT_FAILURE,  # not a number
    21610: TextStatus.SUPPRESSED,  # opted out at the carrier
    21612: TextStatus.PERMANENT_FAILURE,  # no route
    21614: TextStatus.PERMANENT_FAILURE,  # not a mobile number
    21635: TextStatus.PERMANENT_FAILURE,  # a land line
    30001: TextStatus.TEMPORARY_FAILURE,  # queue overflow
    30003: TextStatus.TEMPORARY_FAILURE,  # handset off or out of reach
    30004: TextStatus.PERMANENT_FAILURE,  # blocked by the recipient
    30005: TextStatus.PERMANENT_FAILURE,  # unknown destination
    30006: TextStatus.PERMANENT_FAILURE,  # land line or unreachable carrier
    30009: TextStatus.TEMPORARY_FAILURE,  # a segment is missing
    30017: TextStatus.TEMPORARY_FAILURE,  # carrier congestion
    30022: TextStatus.TEMPORARY_FAILURE,  # carrier rate limit
}
"""Twilio's error codes and what they mean for us (Twilio's public dictionary of errors).

Any other is a technical failure, among them what is our own fault: 20003 wrong credentials, 21408
region not allowed, 21617 too long, 21703 no number in the service, 30002 account suspended, 30007
filtered as spam, 30008 unknown.
"""

_ACCEPTED: Final = frozenset({"accepted", "scheduled", "queued", "sending", "sent"})
_DELIVERED: Final = frozenset({"delivered", "read"})
_FAILED: Final = frozenset({"failed", "undelivered"})
_UNDECIDED: Final = frozenset({408, 499})
_SERVER_ERROR: Final = 500
_LOOKED_THROUGH_MAX: Final = 1000
_CLOCKS_APART: Final = timedelta(minutes=10)
_UNREADABLE: Final = (TwilioException, OSError, ValueError, LookupError)
"""No answer, or none that can be read: the transport's errors are kinds of `OSError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """Twilio 设置. `status_callback` is our own address, or "" for none."""

    account: str
    token: str = field(repr=False)
    messaging_service: str
    status_callback: str = ""
    timeout_seconds: float = 10.0
    api_url: str = ""  # of a gateway in front of Twilio; "" for Twilio's own


def status_of(status: str, code: int | None) -> TextStatus:
    """Translate what Twilio says of a message; what is unknown is a technical failure."""
    if status in _DELIVERED:
        return TextStatus.DELIVERED
    if status in _ACCEPTED:
        return TextStatus.SENT
    if status in _FAILED and code is not None:
        return ERRORS.get(code, TextStatus.TECHNICAL_FAILURE)
    return TextStatus.TECHNICAL_FAILURE


class TwilioSender:
    """Twilio 通道."""

    name: Final = "twilio"

    def __init__(self, settings: TwilioSettings, http: HttpClient | None = None) -> None:
        self._settings: Final = settings
        _keep_numbers_out_of_logs()
        transport = http or TwilioHttpClient(timeout=settings.timeout_seconds)
        self._client: Final = Client(settings.account, settings.token, http_client=transport)
        if settings.api_url:
            self._client.api.base_url = settings.api_url.rstrip("/")

    def send(self, request: SendRequest) -> SendResult:
        """Create a message. An error of the network or of their server is doubt, not a "no"."""
        values = {
            "to": request.phone,
            "body": request.body,
            "messaging_service_sid": self._settings.messaging_service,
        }
        if self._settings.status_callback:
            values["status_callback"] = self._callback(request)
        try:
            message = self._client.messages.create(**values)
        except TwilioRestException as error:
            return _refused(error)
        except _UNREADABLE:
            return UNKNOWN
        return _result(message)

    def _callback(self, request: SendRequest) -> str:
        """Name the intent in the address: a report may come before we know Twilio's id."""
        address = self._settings.status_callback
        return f"{address}{'&' if '?' in address else '?'}intent={request.intent_id}"

    def find(self, request: SendRequest) -> SendResult | None:
        """Search the messages to this number for the tag."""
        earliest = request.created_at - _CLOCKS_APART
        try:
            for message in self._client.messages.stream(
                to=request.phone, limit=_LOOKED_THROUGH_MAX
            ):
                recent = message.date_created is None or message.date_created >= earliest
                if recent and str(message.body or "").endswith(request.tag):
                    return _result(message)
        except _UNREADABLE:
            return UNKNOWN
        return None


def _keep_numbers_out_of_logs() -> None:
    """Silence the SDK, which logs every request, and urllib3, which logs every address."""
    logging.getLogger("twilio.http_client").disabled = True
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


def _refused(error: TwilioRestException) -> SendResult:
    if error.status >= _SERVER_ERROR or error.status in _UNDECIDED:
        return UNKNOWN
    status = ERRORS.get(error.code or 0, TextStatus.TECHNICAL_FAILURE)
    return SendResult(status, error=f"twilio-{error.code or error.status}")


def _result(message: Any) -> SendResult:
    code = int(message.error_code) if message.error_code else None
    status = status_of(str(message.status), code)
    failed = status not in {TextStatus.SENT, TextStatus.DELIVERED}
    error = f"twilio-{code or message.status}" if failed else ""
    return SendResult(status, str(message.sid), error)
