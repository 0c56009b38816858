"""Call ports 电话端口: what the faces need of the telephone, and nothing of how it is done."""

from collections.abc import Mapping
from typing import Protocol


class Sound(Protocol):
    """录音内容."""

    @property
    def content(self) -> bytes:
        """Give the bytes."""
        ...

    @property
    def media_type(self) -> str:
        """Give the type."""
        ...


class Calling(Protocol):
    """电话口: the telephone provider's questions, recordings, calls for trial."""

    @property
    def is_simulated(self) -> bool:
        """Tell whether there is no telephone provider, so that calls may be made up."""
        ...

    def answer(self, step: str, form: Mapping[str, str], query: Mapping[str, str]) -> str | None:
        """Answer a question of the provider; None where it names no call."""
        ...

    def ended(self, form: Mapping[str, str]) -> bool:
        """Take in the end of a call; false where it names none."""
        ...

    def sound(self, recording: str) -> Sound | None:
        """Fetch a recording from where it lies; None where it is gone or out of reach."""
        ...

    def simulate(
        self, call_id: str, phone: str, *, rating: str, reason: str, language: str
    ) -> bool:
        """Let a telephone for trial ring; false where that may not be."""
        ...

    def end_line(self, line_id: str) -> bool:
        """Ask the provider to end the line of an operator; false where it does not answer."""
        ...

    def hang_up(self, call_id: str) -> bool:
        """Let the caller of a trial hang up; false where there is none."""
        ...
