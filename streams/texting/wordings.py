"""文案: the words of texts that the house published, as the log has them.

Looked at again after a second at most, so that a batch of texts asks once.
"""

from threading import Lock
from time import monotonic
from typing import Final

from sqlalchemy import Engine

from hotline.house.state import Wording
from streams.database.engine import reading
from streams.log.store import records, stream_names
from streams.wiring import Wiring

PREFIX: Final = "wording/"
_KEPT_SECONDS: Final = 1.0


class Wordings:
    """文案 in force; called with language and text."""

    __slots__ = ("_engine", "_lock", "_looked_at", "_wiring", "_words")

    def __init__(self, engine: Engine, wiring: Wiring) -> None:
        self._engine: Final = engine
        self._wiring: Final = wiring
        self._lock: Final = Lock()
        self._looked_at = -_KEPT_SECONDS
        self._words: dict[str, str] = {}

    def __call__(self, language: str, template: str) -> str:
        """Give the words of a text, "" where the product's own are in force."""
        with self._lock:
            if monotonic() - self._looked_at >= _KEPT_SECONDS:
                self._words = self._read()
                self._looked_at = monotonic()
            return self._words.get(f"{language}/{template}", "")

    def _read(self) -> dict[str, str]:
        with reading(self._engine) as connection:
            names = list(stream_names(connection, PREFIX))
            found = records(connection, names, self._wiring) if names else {}
        return {
            name.removeprefix(PREFIX): one.state.words
            for name, one in found.items()
            if isinstance(one.state, Wording)
        }
