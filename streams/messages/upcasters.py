"""升版: turns the data of an older version of an intake message into the next one.

A released version never changes. Its successor gets a new number, and a function here that takes
the fields of the old and gives the fields of the new. Empty as long as no version was replaced.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from streams.messages.cloudevents import UnreadableMessageError

Fields: TypeAlias = dict[str, Any]
Upcaster: TypeAlias = Callable[[Fields], Fields]
Upcasters: TypeAlias = Mapping[tuple[str, int], Upcaster]

UPCASTERS: Final[Upcasters] = {}
"""By name and version of the old form."""


def upcast(
    name: str, version: int, newest: int, fields: Fields, upcasters: Upcasters = UPCASTERS
) -> Fields:
    """Bring fields to the newest version, step by step."""
    for step in range(version, newest):
        upcaster = upcasters.get((name, step))
        if upcaster is None:
            raise UnreadableMessageError("version-unknown", name)
        try:
            fields = upcaster(fields)
        except (KeyError, TypeError, ValueError):
            raise UnreadableMessageError("data-invalid", name) from None
    return fields
