"""What the outside world was promised, line by line, in a file that is only ever appended to."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any, Final


class Ledger:
    """账本. A line is written before anybody relies on it; any thread may write."""

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._file: Final = path.open("a", encoding="utf-8", buffering=1)
        self._lock: Final = Lock()
        self.counts: Final[Counter[str]] = Counter()

    def note(self, what: str, **known: Any) -> None:
        with self._lock:
            self.counts[what] += 1
            self._file.write(json.dumps({"what": what, **known}, ensure_ascii=False) + "\n")

    def lines(self, what: str) -> Iterator[dict[str, Any]]:
        with self._lock:
            self._file.flush()
        for line in self.path.read_text("utf-8").splitlines():
            found = json.loads(line)
            if found["what"] == what:
                yield found

    def close(self) -> None:
        self._file.close()
