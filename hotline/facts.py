"""Facts: an event together with who caused it and when it happened.

The log keeps the payload apart from these columns; `evolve` and every projection read both.
"""

from datetime import datetime
from typing import Generic, TypeVar

from hotline.people.actors import Actor
from hotline.values import dataclass

EventT_co = TypeVar("EventT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Fact(Generic[EventT_co]):
    """事实: something that happened. `occurred_at` is as told, never before the fact it follows."""

    event: EventT_co
    actor: Actor
    occurred_at: datetime
