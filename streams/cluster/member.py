"""成员: one process of the cluster, which can be started, stopped, killed, frozen and thawed."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

START_SECONDS_MAX: Final = 240
STOP_SECONDS_MAX: Final = 10
_PAUSE_SECONDS: Final = 0.05
_LINES_SHOWN: Final = 12


class MemberFailed(Exception):  # noqa: N818 - it says what happened, as DatabaseUnavailable does
    """A process of the cluster did not come up, or ended by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is started: everything but the moment."""

    name: str
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    directory: Path = Path("/")
    user: str | None = None
    """Whom it runs as, when not as the one who starts it."""
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class Member:
    """One process. Its output is appended to its log, over all its lives."""

    program: Program
    is_ready: Callable[[str], bool]
    """Told what this life has logged so far; asks the process itself where that says too little."""

    lives_count: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _log_offset: int = 0
    _frozen: bool = field(default=False)

    @property
    def name(self) -> str:
        """The name in messages."""
        return self.program.name

    @property
    def pid(self) -> int:
        """The process of this life."""
        if self._process is None:
            raise MemberFailed(f"{self.name} was never started")
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether the process is there, frozen or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def frozen(self) -> bool:
        """Tell whether the process was frozen and not thawed."""
        return self.alive and self._frozen

    def start(self) -> None:
        """Start it; `wait_until_ready` says when it can be used."""
        if self.alive:
            raise MemberFailed(f"{self.name} runs already, as process {self.pid}")
        program = self.program
        with program.log.open("ab") as log:
            self._log_offset = log.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own table of programs
                list(program.arguments),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(program.environment),
                cwd=program.directory,
                user=program.user,
                group=program.user,
                extra_groups=[] if program.user else None,
                start_new_session=True,  # a Ctrl+C reaches the supervisor alone
            )
        self._frozen = False
        self.lives_count += 1

    def wait_until_ready(self, seconds_max: float = START_SECONDS_MAX) -> None:
        """Wait, or say why it does not come."""
        end = time.monotonic() + seconds_max
        while not self.is_ready(self.logged()):
            if not self.alive:
                raise MemberFailed(f"{self.name} ended with {self.exit_code()}: {self.complaint()}")
            if time.monotonic() > end:
                raise MemberFailed(
                    f"{self.name} is not ready after {seconds_max:.0f} s: {self.complaint()}"
                )
            time.sleep(_PAUSE_SECONDS)

    def logged(self) -> str:
        """Give what this life has written."""
        with self.program.log.open("rb") as log:
            log.seek(self._log_offset)
            return log.read().decode("utf-8", "replace")

    def complaint(self) -> str:
        """Give the lines that say what is wrong: errors first, else the last ones."""
        lines = [line for line in self.logged().splitlines() if line.strip()]
        wrong = [line for line in lines if " ERROR " in line or " FATAL " in line]
        shown = (wrong or lines)[-_LINES_SHOWN:]
        return " | ".join(shown) or f"nothing in {self.program.log}"

    def exit_code(self) -> int | None:
        """Give the exit code of this life, negative for a signal, None while it lives."""
        return None if self._process is None else self._process.poll()

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        """Stand it still: it keeps its connections and does nothing."""
        os.kill(self.pid, signal.SIGSTOP)
        self._frozen = True

    def thaw(self) -> None:
        """Let it go on, believing that no time has passed."""
        os.kill(self.pid, signal.SIGCONT)
        self._frozen = False

    def ask_to_stop(self) -> None:
        """Ask it to end, without waiting."""
        if self.alive:
            if self._frozen:
                self.thaw()
            os.kill(self.pid, self.program.stop_signal)

    def stop(self, seconds_max: float = STOP_SECONDS_MAX) -> bool:
        """Ask it to end and wait; kill it if it does not. Tells whether it ended by itself."""
        if self._process is None:
            return True
        self.ask_to_stop()
        try:
            self._process.wait(seconds_max)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True


def stop_all(members: Sequence[Member], seconds_max: float = STOP_SECONDS_MAX) -> list[str]:
    """Ask all to end at once; kill those that have not after the time. Names those."""
    for member in members:
        member.ask_to_stop()
    end = time.monotonic() + seconds_max
    return [member.name for member in members if not member.stop(max(0.0, end - time.monotonic()))]
