"""A synthetic city day by day: citizens call and rate, staff looks and acts, timers fire.

Everything goes through the very batch that a real city uses, on a clock of its own; one seed makes
one city. The heap says who looks at what next; what they do is decided by the state they find.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, Protocol

from handlers.envelope import Command, Envelope
from handlers.receipt import Receipt, ReceiptStatus
from hotline.evaluations.commands import RecordEvaluation
from hotline.evaluations.state import Service
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import MergeTicket
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind, Secrecy, Stage
from streams.simulation.arrivals import Arrivals
from streams.simulation.moves import City, Move, next_move
from streams.simulation.steering import STEERS

_BATCH_MAX: Final = 200
_WINDOW: Final = timedelta(hours=2)
_AFTERMATH_DAYS: Final = 90
_RATED: Final = 0.4
_MERGED: Final = 0.1
"""Of those for which an open ticket of the same category is at hand."""
_TERMINAL: Final = frozenset({Stage.MERGED, Stage.ARCHIVED})
_RESTING: Final = frozenset(
    {
        Stage.CLOSED,
        Stage.CLOSED_WITH_EXPLANATION,
        Stage.DIRECTLY_ANSWERED,
        Stage.REFUSED,
        Stage.SETTLED_ON_SPOT,
        Stage.NOTICE_GIVEN,
    }
)


class Machine(Protocol):
    """The runtime as a simulation drives it."""

    def run_at(self, at: datetime, envelopes: Sequence[Envelope]) -> list[Receipt]:
        """Run a batch as of a moment."""
        ...

    def fire_until(self, at: datetime) -> int:
        """Fire every timer due by that moment, oldest first; say how many."""
        ...

    def states(self, streams: Sequence[str]) -> Mapping[str, Any]:
        """Give the stored states of streams that exist."""
        ...


@dataclass(slots=True)
class Tally:
    """What a run did."""

    envelopes: int = 0
    tickets: int = 0
    services: int = 0
    ratings: int = 0
    poor: int = 0
    timers: int = 0
    refusals: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, order=True)
class _Look:
    at: datetime
    order: int
    stream: str = field(compare=False)
    rating: bool = field(compare=False, default=False)
    looks: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Hold:
    """留样: from a moment on, so many tickets of each kind and stage are left where they stand."""

    after: datetime
    per_stage: int


class World:
    """One synthetic city."""

    def __init__(
        self,
        machine: Machine,
        city: City,
        arrivals: Arrivals,
        rng: Random,
        hold: Hold | None = None,
    ) -> None:
        self._machine = machine
        self._city = city
        self._arrivals = arrivals
        self._rng = rng
        self._hold = hold
        self._held: Counter[tuple[Kind, Stage]] = Counter()
        self._mains: dict[str, str] = {}
        self._heap: list[_Look] = []
        self._order = 0
        self.tally = Tally()

    def run(
        self, start: datetime, until: datetime, *, aftermath: bool, progress: Callable[[int], None]
    ) -> Tally:
        """Play from `start`; intake ends at `until`, work goes on after it only for `aftermath`."""
        end = until + timedelta(days=_AFTERMATH_DAYS) if aftermath else until
        fired_to = start
        pending = self._arrivals.next()
        while True:
            now = min(
                (
                    moment
                    for moment in (pending and pending.at, self._heap and self._heap[0].at)
                    if moment
                ),
                default=None,
            )
            if now is None or now > end:
                break
            window = now + _WINDOW
            if now - fired_to >= timedelta(hours=6):
                self.tally.timers += self._machine.fire_until(now)
                fired_to = now
            envelopes: list[tuple[Envelope, _Look | None, float]] = []
            while pending and pending.at <= window and len(envelopes) < _BATCH_MAX:
                envelopes.append((pending, None, 0.0))
                pending = self._arrivals.next()
            envelopes += self._looks(window, _BATCH_MAX - len(envelopes))
            if envelopes:
                self._settle(window, envelopes)
                progress(self.tally.tickets)
        self.tally.timers += self._machine.fire_until(end)
        return self.tally

    # -- one window --------------------------------------------------------------------------------

    def _looks(self, window: datetime, limit: int) -> list[tuple[Envelope, _Look | None, float]]:
        looks: list[_Look] = []
        seen: set[str] = set()
        while self._heap and self._heap[0].at <= window and len(looks) < limit:
            if self._heap[0].stream in seen:
                break
            look = heapq.heappop(self._heap)
            seen.add(look.stream)
            looks.append(look)
        states = self._machine.states([look.stream for look in looks]) if looks else {}
        moves: list[tuple[Envelope, _Look | None, float]] = []
        for look in looks:
            state = states.get(look.stream)
            if isinstance(state, Service):
                if not state.level:
                    moves.append((self._rate(look, state), look, 0.0))
            elif isinstance(state, Ticket) and state.stage not in _TERMINAL:
                if self._holds(look, state):
                    continue
                move = (
                    self._steered(look, state)
                    or self._merge(state)
                    or next_move(state, look.at, self._rng, self._city)
                )
                if move is None:
                    if state.stage not in _RESTING:
                        self._again(look, look.at + timedelta(days=1))
                    continue
                envelope = self._envelope(look, move.command, move.actor, state.last_at)
                moves.append((envelope, look, move.minutes))
        return moves

    def _holds(self, look: _Look, ticket: Ticket) -> bool:
        """Tell whether the ticket is to stay where it stands, as an example of its stage."""
        place = (ticket.kind, ticket.stage)
        hold = self._hold
        if hold is None or look.at < hold.after or self._held[place] >= hold.per_stage:
            return False
        self._held[place] += 1
        return True

    def _steered(self, look: _Look, ticket: Ticket) -> Move | None:
        """Turn towards a stage that no ticket has been left in yet."""
        if self._hold is None or look.at < self._hold.after:
            return None
        for steer in STEERS:
            wanted = not self._held[steer.kind, steer.target]
            if wanted and steer.kind is ticket.kind and steer.at is ticket.stage:
                move = steer.turn(ticket, self._city, self._rng)
                if move is not None:
                    return move
        return None

    def _merge(self, ticket: Ticket) -> Move | None:
        """并案 now and then into the newest open ticket of the same category."""
        if ticket.kind is not Kind.HOTLINE or ticket.secrecy >= Secrecy.CONFIDENTIAL:
            return None
        if ticket.stage is Stage.IN_HANDLING:
            self._mains[ticket.category] = ticket.number
            return None
        main = self._mains.get(ticket.category, ticket.number)
        if (
            ticket.stage
            not in {Stage.REGISTERED, Stage.AWAITING_PRECHECK, Stage.AWAITING_ASSIGNMENT}
            or main == ticket.number
            or self._rng.random() > _MERGED
        ):
            return None
        command = MergeTicket(main=main, reasons="同一地点同类问题，时间相近")
        actor = self._city.cast.able(MergeTicket, self._rng, role=Role.ASSIGNMENT_OFFICER)
        return Move(command, actor, 60)

    def _settle(
        self, window: datetime, moves: Sequence[tuple[Envelope, _Look | None, float]]
    ) -> None:
        receipts = self._machine.run_at(window, [envelope for envelope, _, _ in moves])
        self.tally.envelopes += len(moves)
        for receipt, (envelope, look, minutes) in zip(receipts, moves, strict=True):
            if receipt.status is ReceiptStatus.DEAD:
                raise RuntimeError(f"the simulation met a defect in {receipt.stream}")
            if receipt.refusal is not None:
                name = type(envelope.command).__name__
                self.tally.refusals[f"{name}: {receipt.refusal.code}"] += 1
            if look is None:
                self._arrived(envelope, receipt)
            elif look.rating:
                self._rated(envelope, receipt)
            else:
                delay = timedelta(days=1) if receipt.refusal else timedelta(minutes=minutes)
                self._again(look, self._city.clocks.office_opening(envelope.at + delay))

    def _arrived(self, envelope: Envelope, receipt: Receipt) -> None:
        if receipt.refusal is not None:
            return
        if receipt.stream.startswith("ticket/"):
            self.tally.tickets += 1
            minutes = self._rng.uniform(1, 40)
            self._push(receipt.stream, envelope.at + timedelta(minutes=minutes))
            if self._rng.random() < _RATED:
                number = receipt.stream.removeprefix("ticket/")
                later = envelope.at + timedelta(days=self._rng.uniform(8, 20))
                self._push(f"service/{number}/1", later, rating=True)
        else:
            self.tally.services += 1
            if self._rng.random() < _RATED:
                later = envelope.at + timedelta(minutes=self._rng.uniform(5, 4000))
                self._push(receipt.stream, later, rating=True)

    def _rated(self, envelope: Envelope, receipt: Receipt) -> None:
        if receipt.refusal is not None or not isinstance(envelope.command, RecordEvaluation):
            return
        self.tally.ratings += 1
        if envelope.command.level <= 2:
            self.tally.poor += 1
            service = self._machine.states([receipt.stream])[receipt.stream]
            if service.loop:
                self._push(f"ticket/{service.loop}", envelope.at + timedelta(hours=1))

    # -- pieces ------------------------------------------------------------------------------------

    def _rate(self, look: _Look, service: Service) -> Envelope:
        command = self._arrivals.rating(service)
        return self._envelope(look, command, self._arrivals.evaluator(service), service.last_at)

    def _envelope(
        self, look: _Look, command: Command, actor: Actor, not_before: datetime
    ) -> Envelope:
        at = max(look.at, not_before)
        message = f"sim:{look.stream}:{look.order}"
        return Envelope(
            message_id=message,
            stream=look.stream,
            command=command,
            actor=actor,
            at=at,
            correlation=message,
        )

    def _push(self, stream: str, at: datetime, *, rating: bool = False) -> None:
        self._order += 1
        heapq.heappush(self._heap, _Look(at, self._order, stream, rating))

    def _again(self, look: _Look, at: datetime) -> None:
        if look.looks < 200:
            self._order += 1
            heapq.heappush(
                self._heap, _Look(at, self._order, look.stream, look.rating, look.looks + 1)
            )
