"""`bihuan` as the benchmark starts it: with the preset of its city, watched by a sampler.

The sampler charges each thread's CPU since the last look to where that thread is now, and keeps the
sums in a file beside the others: what dominates shows without a tool that has to be installed.
"""

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Thread, get_ident
from threading import enumerate as threads
from types import FrameType
from typing import Final

from bench.cluster import preset

FOLDER: Final = "BENCH_PROFILES"
_SECONDS: Final = 0.01
_KEPT_SECONDS: Final = 1.0
_OURS: Final = ("hotline", "handlers", "projections", "notifications", "streams", "api", "cli")
_DEPTH: Final = 60


class Sampler(Thread):
    """Looks a hundred times a second."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="bench-sampler", daemon=True)
        self._file: Final = folder / f"{os.getpid()}.json"
        self._used: Final[dict[int, float]] = {}
        self._own: Final[Counter[str]] = Counter()
        self._below: Final[Counter[str]] = Counter()

    def run(self) -> None:
        kept = time.monotonic()
        while True:
            time.sleep(_SECONDS)
            self._look()
            if time.monotonic() - kept > _KEPT_SECONDS:
                kept = time.monotonic()
                sums = {"own": self._own, "below": self._below}
                aside = self._file.with_suffix(".new")
                aside.write_text(json.dumps(sums), encoding="utf-8")
                aside.replace(self._file)

    def _look(self) -> None:
        frames = sys._current_frames()  # noqa: SLF001 - the documented way to see other threads
        for thread in threads():
            ident = thread.ident
            if ident is None or ident == get_ident():
                continue
            try:
                used = time.clock_gettime(time.pthread_getcpuclockid(ident))
            except OSError:
                continue  # it has ended
            spent = used - self._used.get(ident, used)
            self._used[ident] = used
            if spent > 0 and (frame := frames.get(ident)) is not None:
                self._charge(frame, spent)

    def _charge(self, frame: FrameType | None, spent: float) -> None:
        """Charge the innermost function of ours, and each room of ours on the way once."""
        seen: set[str] = set()
        for _ in range(_DEPTH):
            if frame is None:
                break
            module = str(frame.f_globals.get("__name__", "?"))
            if module.partition(".")[0] in _OURS:
                name = f"{module}.{frame.f_code.co_name}"
                if not seen:
                    self._own[name] += spent  # type: ignore[assignment] # seconds
                if name not in seen:
                    self._below[name] += spent  # type: ignore[assignment] # seconds
                seen.add(name)
            frame = frame.f_back
        if not seen:
            self._own["outside"] += spent  # type: ignore[assignment] # seconds


def main() -> None:
    from cli.main import main as bihuan  # noqa: PLC0415 - the preset comes first

    preset.install()
    if folder := os.environ.get(FOLDER):
        Sampler(Path(folder)).start()
    bihuan()


if __name__ == "__main__":
    main()
