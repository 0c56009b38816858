"""The parts that measure what comes in over Kafka: intake, latency, ratings, 1 to 4 workers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bench.cluster import sending
from bench.cluster.house import House
from bench.cluster.messages import SOURCE
from bench.cluster.watching import Meter, count, settle, until, visible
from bench.figures import PER_SECOND
from bench.table import Measured, Target
from streams.batches import inbox
from streams.database.engine import reading
from streams.feed.subscriptions import READ_MODELS, read_positions

INTAKE: Final = Target(560, PER_SECOND)
VISIBLE: Final = Target(500, "ms", at_most=True)
RATINGS: Final = Target(2000, PER_SECOND)
ARRIVALS: Final = 56.0
"""A second: what a province publishes, 200,000 items an hour."""

SHOWN: Final = "SELECT count(*) FROM ticket_lines"
_LED: Final = "SELECT count(*) FROM ticket_lines WHERE lead <> ''"
_HANDLED: Final = "SELECT count(*) FROM inbox WHERE message_id LIKE :like"
_RATED: Final = "SELECT count(*) FROM events WHERE type = 'EvaluationRecorded'"
LETTERS: Final = "SELECT count(*) FROM dead_letters"
_LOOK_SECONDS_SHORT: Final = 0.01


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    tickets: int
    ratings: int
    seconds: float
    events: int
    timers: int = 10_000

    def scaled(self, share: float) -> "Size":
        """Give a part of it: to try the benchmark itself."""
        return Size(
            tickets=int(self.tickets * share),
            ratings=int(self.ratings * share),
            seconds=self.seconds * share,
            events=int(self.events * share),
            timers=int(self.timers * share),
        )


def intake(house: House, size: Size, workers: int) -> Iterator[Measured]:
    """Kafka to registered, routed and visible in the inbox of the department."""
    house.work(workers)
    flow(house, max(500, size.tickets // 10), "warming up")
    rate, detail = flow(house, size.tickets, "visible in an inbox")
    work = f"intake: Kafka to the department's inbox, {workers} workers"
    yield Measured("cluster-intake", work, INTAKE, (rate,), detail)


def scaling(house: House, size: Size) -> Iterator[Measured]:
    """The same with one, two and four workers."""
    for workers in (1, 2, 4):
        house.work(workers)
        flow(house, 500, "warming up")
        rate, detail = flow(house, size.tickets // 2, f"by {workers}")
        work = f"intake with {workers} workers"
        yield Measured(f"cluster-workers-{workers}", work, INTAKE, (rate,), detail)


def flow(house: House, tickets: int, what: str) -> tuple[float, str]:
    """Send as fast as the brokers take it, and wait until the last one stands in an inbox."""
    settle(house)
    before, led, letters = (count(house, one) for one in (SHOWN, _LED, LETTERS))
    composer = house.composer("flow")
    messages = composer.calls(tickets, datetime.now(UTC))
    sender = sending.start(house.bootstrap)
    meter = Meter.started(house)
    sent_by = sending.Sending(sender, messages)
    wanted = before + tickets
    end = until(house, lambda: count(house, SHOWN), what, wanted=wanted)
    _, load = sent_by.finish()
    if buried := count(house, LETTERS) - letters:
        raise RuntimeError(f"{buried} messages ended as dead letters")
    routed = (count(house, _LED) - led) / tickets
    detail = f"{meter.each(tickets)}; sending {load / tickets * 1e6:.0f}; {routed:.0%} sent on by "
    detail += "the catalogue itself, the others to the assignment desk"
    return tickets / (end - sent_by.began), detail


def latency(house: House, size: Size, workers: int) -> Iterator[Measured]:
    """From the sender's hand to the row of the list, each call followed by itself."""
    house.work(workers)
    flow(house, 300, "warming up")
    settle(house)
    messages = house.composer("paced").calls(int(ARRIVALS * size.seconds), datetime.now(UTC))
    sender = sending.start(house.bootstrap, ARRIVALS)
    meter = Meter.started(house)
    sent_by = sending.Sending(sender, messages)
    shown = _followed(house, [one.message_id for one in messages])
    sent, _ = sent_by.finish()
    waits = sorted(1000 * (shown[one] - at) for one, at in sent.items())
    p50, p95, p99 = (waits[int(len(waits) * share)] for share in (0.5, 0.95, 0.99))
    detail = (
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, worst {waits[-1]:.0f} ms; {meter.each(len(waits))}"
    )
    work = f"intake to visible ticket at {ARRIVALS:.0f}/s, p95"
    yield Measured("cluster-latency", work, VISIBLE, (p95,), detail)


def _followed(house: House, message_ids: list[str]) -> dict[str, float]:
    """Look again and again who has become visible, until all have."""
    waiting = dict.fromkeys(message_ids)
    answered: dict[str, dict[int, int]] = {}
    shown: dict[str, float] = {}
    still = time.monotonic()
    while waiting or answered:
        asked = [one for one, _ in zip(waiting, range(400), strict=False)]
        with reading(house.store.engine) as connection:
            for one, (_, receipt) in inbox.answered(connection, asked).items():
                answered[one] = dict(receipt.positions)
                waiting.pop(one)
            read = read_positions(connection, READ_MODELS)
        now = time.time()
        done = [
            one
            for one, places in answered.items()
            if all(read.get(part, 0) >= at for part, at in places.items())
        ]
        for one in done:
            shown[one] = now
            answered.pop(one)
            still = time.monotonic()
        if time.monotonic() - still > 60:
            raise RuntimeError(f"{len(waiting)} calls have no answer")
        time.sleep(_LOOK_SECONDS_SHORT)
    return shown


def ratings(house: House, size: Size, workers: int) -> Iterator[Measured]:
    """Good ratings of known services: no loop follows."""
    house.work(workers)
    settle(house)
    composer = house.composer("rated")
    now = datetime.now(UTC)
    served = sending.send(house.bootstrap, composer.services(size.ratings, now))
    like = f"{SOURCE} {composer.run}-service-%"
    until(house, lambda: count(house, _HANDLED, like=like), "services", wanted=size.ratings)
    served.finish()
    settle(house)
    letters = count(house, LETTERS)
    before = count(house, _RATED)
    rated = composer.ratings(size.ratings, datetime.now(UTC))
    sender = sending.start(house.bootstrap)
    meter = Meter.started(house)
    sent_by = sending.Sending(sender, rated)
    until(house, lambda: count(house, _RATED), "ratings", wanted=before + size.ratings)
    end = until(house, lambda: int(visible(house)), "read models", wanted=1)
    _, load = sent_by.finish()
    if buried := count(house, LETTERS) - letters:
        raise RuntimeError(f"{buried} ratings ended as dead letters")
    work = "good ratings: Kafka to recorded and visible"
    rate = size.ratings / (end - sent_by.began)
    detail = f"{meter.each(size.ratings)}; sending {load / size.ratings * 1e6:.0f}"
    yield Measured("cluster-ratings", work, RATINGS, (rate,), detail)
