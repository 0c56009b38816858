"""录音删除: what is erased here is deleted at the provider, and put down only when it is.

Deleting twice is deleting once, so a crash between the two is made good in the next round.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.outcome import Context
from handlers.receipt import ReceiptStatus
from hotline.calls.commands import CallCommand, ConfirmRecordingErased, EraseRecording
from hotline.calls.state import Call, Recording
from hotline.calls.vocabulary import ErasureGround
from hotline.people.actors import Actor, Role
from projections.calls import queries
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.log.store import record
from streams.voice.recordings import RecordingShelf
from streams.wiring import Wiring

ROUND_MAX: Final = 10
"""Calls of one round, so that nobody else waits long for a slow provider (our default)."""

ARCHIVE: Final = Actor("recordings", Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class RecordingEraser:
    """录音删除 over one store."""

    engine: Engine
    wiring: Wiring
    shelf: RecordingShelf
    context: Callable[[], Context]
    clock: Callable[[], datetime]

    def work(self) -> int:
        """Delete what is due at the provider; tell how many recordings are gone."""
        with reading(self.engine) as connection:
            streams = queries.to_erase(connection, limit=ROUND_MAX)
        gone = 0
        for stream in streams:
            for one in self._recordings(stream):
                if one.erased and not one.erasure_confirmed:
                    if not self._deleted(stream, one):
                        return gone  # who does not answer is asked again in the next round
                    gone += 1
        return gone

    def erase_person(self, citizen: str) -> bool:
        """Delete all recordings of a person; false where the provider does not answer."""
        with reading(self.engine) as connection:
            lines = queries.of_caller(connection, citizen)
        gone = True
        for line in lines:
            for one in self._recordings(line.stream):
                if one.erasure_confirmed:
                    continue
                erase = EraseRecording(recording=one.recording, ground=ErasureGround.PERSON_ERASED)
                self._tell(line.stream, erase, "erase")
                gone = self._deleted(line.stream, one) and gone
        return gone

    def _recordings(self, stream: str) -> tuple[Recording, ...]:
        with reading(self.engine) as connection:
            state = record(connection, stream, self.wiring).state
        return state.recordings if isinstance(state, Call) else ()

    def _deleted(self, stream: str, one: Recording) -> bool:
        with reading(self.engine) as connection:
            words = self.wiring.vault.narrative(connection, one.recording)
        if words is not None and not self.shelf.delete(words[1]):
            return False
        return self._tell(stream, ConfirmRecordingErased(recording=one.recording), "erased")

    def _tell(self, stream: str, command: CallCommand, said: str) -> bool:
        token = hashlib.sha256(repr(command).encode()).hexdigest()[:24]
        envelope = Envelope(
            message_id=f"recordings/{stream}/{said}/{token}",
            stream=stream,
            command=command,
            actor=ARCHIVE,
            at=self.clock(),
        )
        (receipt,) = commit_batch(
            self.engine, [envelope], self.context(), self.wiring, self.clock()
        )
        return receipt.status is ReceiptStatus.DONE
