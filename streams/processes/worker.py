"""工作进程: the agents, timers and relay of one worker, from start to a stop that has an end.

What has to be true is written by transactions, so a worker may be killed at any moment. A stop only
saves work: no new batch begins, the one in hand commits, and after a grace the process is gone
whatever hangs.
"""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import Timer
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError
from faust import App
from sqlalchemy import Engine

from streams.agents import intake, positions, rounds
from streams.agents.gate import EXIT_DEFECT, Gate, end_process
from streams.app import without_monitor
from streams.database.engine import is_alive, reading
from streams.kafka import relay
from streams.kafka.producing import MakeProducer, Producing
from streams.kafka.telling_letters import tell_letters
from streams.letters.defects import reason_of
from streams.messages.raw import RawMessage
from streams.processes.starting import Absent
from streams.processes.watch import Watch

THREADS_MAX: Final = 16
"""Threads that may wait for the database at once (our default)."""

DRAIN_SECONDS: Final = 4.0
LEAVE_SECONDS: Final = 3.0
GRACE_SECONDS: Final = 9.0
"""After so long the process is gone: a supervisor's usual patience is ten seconds."""

RELAY_SECONDS: Final = 0.05
"""Between two pages, so that they fill; a full one is followed at once (our default)."""

FOLLOW_SECONDS: Final = 0.05
"""Between two looks for what other processes have written (our default)."""

LETTERS_SECONDS: Final = 5.0
"""Between two looks for dead letters that nobody was told of (our default)."""

PUBLISH_SECONDS_MAX: Final = 8.0
"""How long a page may wait for its acknowledgement before the bookmark is let go."""

KAFKA_ASKED_SECONDS: Final = 5.0
KAFKA_ANSWER_SECONDS_MAX: Final = 4.0

EXIT_HUNG: Final = 75
"""The exit code of a stop that came to no end: EX_TEMPFAIL of sysexits.h."""

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """工作: what one worker does, and on which topics."""

    engine: Engine
    publishing: Engine
    """For the bookmarks of the relay: one that a crash takes back publishes a page again."""
    make_app: Callable[[], App]
    make_producer: MakeProducer
    intake: Mapping[str, str]
    """The topic of each intake agent."""
    take_in: Callable[[Sequence[RawMessage]], object]
    follow: Callable[[], int]
    """Brings the read models up to the log; tells how many lines that were."""
    rounds: Mapping[str, rounds.Round]
    watch: Callable[["Worker"], Watch] | None = None
    """Makes the port of health and metrics."""


class Worker:
    """工作进程. Made inside the loop it runs in; `run` gives the exit code."""

    def __init__(self, job: Job, end: Callable[[int], None] = end_process) -> None:
        self._job: Final = job
        self._end: Final = end
        self._stopping: Final = asyncio.Event()
        self._news: Final = asyncio.Event()
        self._loop: Final = asyncio.get_running_loop()
        self._watchdog: Final = Timer(GRACE_SECONDS, self._end, (EXIT_HUNG,))
        self._watchdog.daemon = True
        self._kafka_answers = True
        self._producing: Final = Producing(job.make_producer, PUBLISH_SECONDS_MAX)
        self._notices: Final = Producing(job.make_producer, PUBLISH_SECONDS_MAX)
        self.gate: Final = Gate(end)
        self.app: Final = job.make_app()
        intake.install(self.app, job.intake, self._take_in, self.gate)
        rounds.install(self.app, job.rounds, self.gate)
        self.app.task(self._relaying)
        self.app.task(self._following)
        self.app.task(self._telling_letters)
        self.app.task(self._asking_kafka)
        self.app.on_rebalance_complete.connect(self._set_back, weak=False)

    async def run(self) -> int:
        """Work until somebody says stop; a crash of Faust is a defect, and ends at once.

        `Absent` is raised where Kafka never let it in; nothing has begun then.
        """
        self._loop.set_default_executor(ThreadPoolExecutor(THREADS_MAX, "bihuan-sql"))
        watch = self._job.watch(self) if self._job.watch else None
        if watch is not None:
            watch.start()
        starting = asyncio.ensure_future(self._start())
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not self._stopping.is_set():
            try:
                starting.result()
            except KafkaError as error:
                await self._given_up(watch)
                raise Absent("kafka-unavailable", type(error).__name__) from error
            await self.app.wait_for_stopped(self._stopping.wait())
        if not self._stopping.is_set():
            _log.error("worker-crashed", reason=reason_of(self.app.crash_reason or StopIteration()))
            self._end(EXIT_DEFECT)
        return await self._left()

    def stop(self) -> None:
        """Begin to leave; from here on the grace is running."""
        if not self._stopping.is_set():
            self._watchdog.start()
            self._stopping.set()
            self._news.set()

    def troubles(self) -> Sequence[str]:
        """Say what keeps it from its work, as stable words; any thread may ask."""
        app = self.app
        found = [] if is_alive(self._job.engine) else ["database-unavailable"]
        if self._stopping.is_set():
            found.append("stopping")
        elif not app.started or app.should_stop:
            found.append("kafka-unavailable")
        elif app.rebalancing:
            found.append("rebalancing")
        elif not self._kafka_answers:
            found.append("kafka-unavailable")
        return found

    def places(self) -> Mapping[positions.Place, tuple[int, int]]:
        """Give where the group stands in its partitions of the intake, and where they end."""
        return positions.standing(self.app, set(self._job.intake.values()))

    async def _start(self) -> None:
        await self.gate.until_done(partial(relay.begin, self._job.engine))
        await self.app.start()
        without_monitor(self.app)

    async def _given_up(self, watch: Watch | None) -> None:
        """Let go of what a start had already got hold of."""
        stopping = asyncio.ensure_future(self.app.stop())
        await asyncio.wait([stopping], timeout=LEAVE_SECONDS)
        if watch is not None:
            await asyncio.to_thread(watch.stop)

    async def _left(self) -> int:
        """Wait for the batch in hand, commit its offsets, leave the group: each with an end."""
        drained = await self.gate.close(DRAIN_SECONDS)
        leaving = asyncio.gather(
            self.app.stop(), self._producing.stop(), self._notices.stop(), return_exceptions=True
        )
        done, _ = await asyncio.wait([leaving], timeout=LEAVE_SECONDS)
        self._watchdog.cancel()
        _log.info("worker-left", drained=drained, left=bool(done))
        return 0

    def _take_in(self, messages: Sequence[RawMessage]) -> object:
        receipts = self._job.take_in(messages)
        self._loop.call_soon_threadsafe(self._news.set)
        return receipts

    async def _relaying(self) -> None:
        """Publish page after page; small ones cost brokers and database as much as large ones."""
        publish = partial(relay.publish_page, self._job.publishing, self._producing)
        while not self._stopping.is_set():
            published = await self.gate.until_done(publish)
            if published < relay.PAGE_LINES_MAX:
                await self._rest(self._stopping, RELAY_SECONDS)

    async def _following(self) -> None:
        """Feed the read models as soon as a batch was taken in here, and look by oneself too."""
        while not self._stopping.is_set():
            self._news.clear()
            fed = await self.gate.until_done(self._job.follow)
            if not fed:
                await self._rest(self._news, FOLLOW_SECONDS)

    @staticmethod
    async def _rest(until: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), seconds)

    async def _telling_letters(self) -> None:
        """Tell of dead letters; what is seldom has time."""
        while not self._stopping.is_set():
            await self.gate.until_done(partial(tell_letters, self._job.engine, self._notices))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LETTERS_SECONDS)

    async def _asking_kafka(self) -> None:
        """Ask every so often, because a broken line shows nowhere else."""
        while not self._stopping.is_set():
            self._kafka_answers = await positions.kafka_answers(self.app, KAFKA_ANSWER_SECONDS_MAX)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), KAFKA_ASKED_SECONDS)

    async def _set_back(self, *_: Any, **__: Any) -> None:
        await positions.follow_database(self.app, set(self._job.intake.values()), self._stored)

    async def _stored(self, places: Sequence[positions.Place]) -> Mapping[positions.Place, int]:
        """Ask where the database stands, waiting for one that is gone."""

        def ask() -> Mapping[positions.Place, int]:
            with reading(self._job.engine) as connection:
                return positions.stored_positions(connection, places)

        return await self.gate.until_committed(ask)


def run(
    make: Callable[[], Worker],
    new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop,
) -> int:
    """Run a worker in a loop of its own until SIGTERM or SIGINT, which ends the process.

    Raises `Absent` where Kafka never let it in; another one may be made then.
    """

    async def working() -> int:
        worker = make()
        loop = asyncio.get_running_loop()
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, worker.stop)
        code = await worker.run()
        end_process(code)  # threads that still wait for a database are not waited for
        return code

    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(working())
