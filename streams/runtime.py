"""运行时: what the faces of the product may ask of it. Embedded or distributed, one behaviour."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from handlers.envelope import Envelope
from handlers.receipt import Receipt


class Runtime(Protocol):
    """运行时."""

    @property
    def last_tick_at(self) -> datetime | None:
        """Tell when the runner last went round; None before the first time."""
        ...

    def submit(self, envelope: Envelope) -> Receipt:
        """Handle one command and answer after the commit. Any thread may call."""
        ...

    def hand_in(self, envelope: Envelope) -> "Future[Receipt]":
        """Take one command without waiting; the answer comes after the commit."""
        ...

    def run(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        """Handle many in order, in batches; an answer for each."""
        ...

    def caught_up(self, receipt: Receipt, seconds: float) -> bool:
        """Wait until the read models have seen what the receipt tells of; False after a while."""
        ...

    def start(self) -> None:
        """Begin to take commands and to fire timers."""
        ...

    def stop(self) -> None:
        """Take nothing new, answer what was taken, then end."""
        ...
