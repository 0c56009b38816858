"""短信通道: the port behind which a provider stands. One contract suite holds for each adapter."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from notifications.outbox import TextStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """发送请求. Number and words are kept out of `repr`, so that no log can hold them."""

    intent_id: str
    phone: str = field(repr=False)  # E.164
    body: str = field(repr=False)  # ends with the tag of the intent
    tag: str
    created_at: datetime  # when the intent was written; the provider cannot have it from before


@dataclass(frozen=True, slots=True)
class SendResult:
    """发送结果. `SENDING` means: nobody knows whether the provider has it; look before sending."""

    status: TextStatus
    provider_id: str = ""
    error: str = ""


UNKNOWN = SendResult(TextStatus.SENDING, error="unanswered")


class Sender(Protocol):
    """短信通道: blocking calls, made while no transaction is open. Nothing is raised for a "no"."""

    @property
    def name(self) -> str:
        """Name the provider."""
        ...

    def send(self, request: SendRequest) -> SendResult:
        """Hand a text to the provider, once."""
        ...

    def find(self, request: SendRequest) -> SendResult | None:
        """Look whether the provider has this text; None when it surely has not.

        Gives a result in `SENDING` when the provider cannot be asked.
        """
        ...
