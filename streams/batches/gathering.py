"""成组提交: commands that wait in one process are gathered into one transaction.

While one batch commits the next one fills. Whoever comes to an idle table waits for nobody.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from typing import Final, TypeAlias

from handlers.envelope import Envelope
from handlers.receipt import Receipt

GATHERED_MAX: Final = 200
"""Commands a transaction (our default: more only adds latency)."""

Commit: TypeAlias = Callable[[Sequence[Envelope]], list[Receipt]]
_Waiting: TypeAlias = tuple[Envelope, "Future[Receipt]"]


class StoppedError(RuntimeError):
    """已停止: the process is going down and takes no more commands."""


class Gathering:
    """成组提交 over one committing thread."""

    __slots__ = ("_commit", "_open", "_thread", "_turn", "_waiting")

    def __init__(self, commit: Commit) -> None:
        self._commit: Final = commit
        self._turn: Final = Condition()
        self._waiting: list[_Waiting] = []
        self._open = False
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to take commands."""
        self._open = True
        self._thread = Thread(target=self._work, name="bihuan-commit", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take nothing new, and return when everything taken has its answer."""
        with self._turn:
            self._open = False
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def submit(self, envelope: Envelope) -> Receipt:
        """Wait for the answer to one command."""
        return self.hand_in(envelope).result()

    def hand_in(self, envelope: Envelope) -> "Future[Receipt]":
        """Take one command and give the place where its answer will be."""
        future: Future[Receipt] = Future()
        with self._turn:
            if not self._open:
                raise StoppedError("the runtime takes no commands now")
            self._waiting.append((envelope, future))
            self._turn.notify()
        return future

    def _work(self) -> None:
        while batch := self._next():
            try:
                receipts = self._commit([envelope for envelope, _ in batch])
            except Exception as error:  # noqa: BLE001 (each caller is told; the next batch may succeed)
                for _, future in batch:
                    future.set_exception(error)
            else:
                for (_, future), receipt in zip(batch, receipts, strict=True):
                    future.set_result(receipt)

    def _next(self) -> list[_Waiting]:
        with self._turn:
            while self._open and not self._waiting:
                self._turn.wait()
            batch, self._waiting = self._waiting[:GATHERED_MAX], self._waiting[GATHERED_MAX:]
            return batch
