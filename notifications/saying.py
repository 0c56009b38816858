"""话语: what one text says, as data. Owns what a secret ticket may not say and what is too long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from hotline.clocks.due import Due
from hotline.tickets.secrecy import is_secret
from hotline.tickets.state import Ticket
from hotline.values import dataclass
from notifications.intent import Template

QUOTED_CHARACTERS_MAX: Final = 120
"""A longer passage is not quoted; the text says where to read it (our default: two segments)."""

_SAID_OF_A_SECRET: Final = frozenset({"number", "kind", "secret", "level"})


@dataclass(frozen=True, slots=True)
class Saying:
    """话语: a template and what fills it."""

    template: Template
    data: Mapping[str, str]


def about(ticket: Ticket, template: Template, **data: str | Due | datetime | None) -> Saying:
    """Say something about a ticket. Of a secret one only number and dates are said."""
    secret = is_secret(ticket)
    said = {"number": ticket.number, "kind": ticket.kind.value, "secret": "yes" if secret else ""}
    for key, value in data.items():
        said[key] = written(value)
    if secret:
        said = {key: value if _harmless(key) else "" for key, value in said.items()}
    return Saying(template, said)


def quoted(text: str) -> str:
    """Give the passage whole, or nothing where it is too long for a text."""
    return text if len(text) <= QUOTED_CHARACTERS_MAX else ""


def written(value: str | Due | datetime | None) -> str:
    """Write a value the way it is stored."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return (value.due_at if isinstance(value, Due) else value).isoformat()


def _harmless(key: str) -> bool:
    return key in _SAID_OF_A_SECRET or key.endswith("_at")
