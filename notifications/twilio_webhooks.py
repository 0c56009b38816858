"""Twilio 回调的校验与翻译: whether Twilio signed a form, and what its words mean for a text."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

from notifications.outbox import TextStatus
from notifications.sender import SendResult
from notifications.twilio_sender import status_of


def is_signed(token: str, address: str, form: Mapping[str, str], signature: str) -> bool:
    """Check the signature over address and form; without a token nothing is signed."""
    if not token or not signature:
        return False
    return bool(RequestValidator(token).validate(address, dict(form), signature))


def reported(provider_id: str, status: str, code: str) -> SendResult | None:
    """Translate a delivery report; None where it says nothing that the sender does not know."""
    if not provider_id:
        return None
    number = int(code) if code.isascii() and code.isdecimal() else None
    translated = status_of(status, number)
    if translated is TextStatus.SENT:
        return None
    failed = translated is not TextStatus.DELIVERED
    return SendResult(translated, provider_id, f"twilio-{number or status}" if failed else "")
