"""The process dies at every boundary of a thousand sends: none doubled, none lost."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import get_ident
from typing import Final, TypeVar

import pytest
from sqlalchemy import Engine

from notifications import simulated_sender
from notifications.claims import (
    Claim,
    ClaimedText,
    Verdict,
    claim_abandoned,
    claim_due,
    health,
    settle,
)
from notifications.sender import SendRequest, SendResult
from notifications.sending import Contact, SendingRules
from notifications.simulated_sender import MemoryLedger, SimulatedSender
from tests.unit.notifications.post import Clock, Phones, engine, merged, statuses, store, worker

TEXTS: Final = 1000
ROUNDS_MAX: Final = 3000
ResultT = TypeVar("ResultT")


class DiedError(BaseException):
    """No `except Exception` catches the end of a process."""


class Fate:
    """Kills at a boundary, by seed; `passed` counts which boundaries were deadly.

    Only in its own thread: a server of other tests may be sending texts beside it.
    """

    def __init__(self, seed: int) -> None:
        self.chance: Final = random.Random(seed)
        self.deaths: Final[dict[str, int]] = {}
        self._thread: Final = get_ident()

    def around(self, name: str, step: Callable[[], ResultT]) -> ResultT:
        if get_ident() != self._thread:
            return step()
        self._pass(f"before {name}")
        result = step()
        self._pass(f"after {name}")
        return result

    def _pass(self, boundary: str) -> None:
        if self.chance.random() < 0.03:
            self.deaths[boundary] = self.deaths.get(boundary, 0) + 1
            raise DiedError(boundary)


class MortalSender(SimulatedSender):
    def __init__(self, fate: Fate, ledger: MemoryLedger) -> None:
        super().__init__(ledger)
        self._fate = fate

    def send(self, request: SendRequest) -> SendResult:
        return self._fate.around("send", lambda: super(MortalSender, self).send(request))

    def find(self, request: SendRequest) -> SendResult | None:
        return self._fate.around("find", lambda: super(MortalSender, self).find(request))


@pytest.mark.parametrize("seed", range(2))
def test_no_text_is_doubled_or_lost(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    fate, ledger, there, clock, phones = Fate(seed), MemoryLedger(), engine(), Clock(), Phones()
    make_mortal(monkeypatch, fate)
    store(there, [merged(count) for count in range(TEXTS)])
    for count in range(0, TEXTS, 7):
        phones.known[f"citizen/{count}"] = Contact(simulated_sender.LOST_AFTER_ACCEPT)
    for count in range(3, TEXTS, 11):
        phones.known[f"citizen/{count}"] = Contact(simulated_sender.BUSY_ONCE)
    sender = MortalSender(fate, ledger)
    rules = SendingRules(batch=25)
    for _ in range(ROUNDS_MAX):
        if set(health(there, clock()).by_status) == {"delivered"}:
            break
        man = worker(there, sender, clock, phones, rules)
        for step in (man.send_due, man.reconcile):
            try:
                step()
            except DiedError:
                clock.pass_by(timedelta(seconds=1))
        clock.pass_by(timedelta(seconds=45))
    assert ledger.doubled == []
    assert len(ledger.taken) == TEXTS
    assert set(statuses(there)) == {"delivered"}
    assert set(fate.deaths) == {
        f"{when} {step}"
        for when in ("before", "after")
        for step in ("claim", "take over", "send", "find", "settle")
    }


def make_mortal(monkeypatch: pytest.MonkeyPatch, fate: Fate) -> None:
    def mortal_claim(there: Engine, claim: Claim) -> tuple[ClaimedText, ...]:
        return fate.around("claim", lambda: claim_due(there, claim))

    def mortal_take_over(there: Engine, claim: Claim) -> tuple[ClaimedText, ...]:
        return fate.around("take over", lambda: claim_abandoned(there, claim))

    def mortal_settle(there: Engine, verdicts: tuple[Verdict, ...], now: datetime) -> int:
        return fate.around("settle", lambda: settle(there, verdicts, now))

    monkeypatch.setattr("notifications.sending.claim_due", mortal_claim)
    monkeypatch.setattr("notifications.sending.claim_abandoned", mortal_take_over)
    monkeypatch.setattr("notifications.sending.settle", mortal_settle)
