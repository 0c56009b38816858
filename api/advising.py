"""派单建议 beside the rule: the trained model, read again when its file changes."""

from pathlib import Path
from threading import Lock

from api.ports import Advice
from hotline.routing.route import Route
from streams.suggestion import (
    SuggestionModel,
    UnusableModelError,
    categories_of,
    combine,
)


class ModelAdviser:
    """模型建议 from the file that `bihuan routing train` writes; read when it is first asked.

    Reading it brings scikit-learn in, which takes seconds: a start must not wait for that. A file
    that changed is read again; one that is no model of ours is treated as none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._model: SuggestionModel | None = None
        self._read_at = 0

    def __call__(self, route: Route, text: str) -> Advice | None:
        """Guess, and compare with the rule."""
        model = self._current()
        if model is None or not text.strip():
            return None
        guess = model.suggest(text)
        return Advice(
            label=guess.category,
            categories=categories_of(guess.category),
            confidence=guess.confidence,
            alternatives=guess.alternatives,
            agrees=combine(route, guess).agrees,
        )

    def _current(self) -> SuggestionModel | None:
        try:
            written_at = self._path.stat().st_mtime_ns
        except OSError:
            return None
        with self._lock:
            if written_at != self._read_at:
                self._read_at = written_at
                try:
                    self._model = SuggestionModel.load(self._path)
                except (UnusableModelError, OSError):
                    self._model = None
            return self._model
