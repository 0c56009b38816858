"""Workers in threads, topics that are emptied, and waits that have an end."""

import asyncio
import base64
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Thread
from typing import Any, Final

from kafka import KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from hotline.clocks.calendar import SHANGHAI
from streams.app import quiet_clients
from streams.database.engine import for_read_models, reading
from streams.database.partitions import PARTITIONS_COUNT
from streams.messages.topics import EVENTS, INTAKE
from streams.processes.jobs import job_of
from streams.processes.opening import Store
from streams.processes.worker import Job, Worker

KEY: Final = SecretStr(base64.urlsafe_b64encode(bytes(range(32))).decode())
"""One key for all, so that what follows from it is the same everywhere."""

SECONDS_MAX: Final = 60
"""The end of every wait: a busy machine joins a group within it."""


def now() -> datetime:
    return datetime.now(SHANGHAI)


def until(condition: Callable[[], object], what: str, seconds: float = SECONDS_MAX) -> None:
    """Wait for a condition; a world in which it never comes true fails the test."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it never came to this: {what}"
        time.sleep(0.02)  # between two questions, never instead of one


class Topics:
    """The topics of the house on a broker that tests share."""

    def __init__(self, broker: str, admin: KafkaAdminClient) -> None:
        self.broker: Final = broker
        self._admin: Final = admin
        self._producer: Final = KafkaProducer(bootstrap_servers=broker, acks="all")

    def empty(self) -> None:
        """Let the topics begin behind what they hold."""
        self._admin.delete_records(
            {
                TopicPartition(topic, partition): -1
                for topic in (*INTAKE, EVENTS)
                for partition in range(PARTITIONS_COUNT)
            }
        )

    def send(self, topic: str, *messages: "Message", partition: int | None = None) -> None:
        """Produce, and wait until every message is kept."""
        sent = [
            self._producer.send(
                topic,
                value=message.value,
                key=message.key,
                headers=list(message.headers),
                partition=partition,
            )
            for message in messages
        ]
        self._producer.flush()
        for one in sent:
            one.get(timeout=SECONDS_MAX)

    def length(self, topic: str) -> int:
        """Count what was ever kept of a topic."""
        places = [TopicPartition(topic, partition) for partition in range(PARTITIONS_COUNT)]
        ends = self._admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        return sum(end.offset for end in ends.values())

    def committed(self, group: str, topic: str) -> int:
        """Count what a group has acknowledged of a topic."""
        offsets = self._admin.list_group_offsets({group: None})[group]
        begins = self._admin.list_partition_offsets(
            {place: OffsetSpec.EARLIEST for place in offsets if place.topic == topic}
        )
        return sum(offsets[place].offset - at.offset for place, at in begins.items())

    def lag(self, group: str, topic: str) -> int:
        """Count what a group has not acknowledged of a topic."""
        offsets = self._admin.list_group_offsets({group: None})[group]
        places = [TopicPartition(topic, partition) for partition in range(PARTITIONS_COUNT)]
        ends = self._admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        begins = self._admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.EARLIEST))
        read = {place: offsets[place].offset for place in places if place in offsets}
        return sum(
            end.offset - read.get(place, begins[place].offset) for place, end in ends.items()
        )


class Message:
    """What a producer sends."""

    def __init__(
        self, value: bytes | None, headers: Sequence[tuple[str, bytes]] = (), key: bytes = b"k"
    ) -> None:
        self.value: Final = value
        self.headers: Final = tuple(headers)
        self.key: Final = key


class Crew:
    """One worker in a thread of its own."""

    def __init__(
        self,
        store: Store,
        change: Callable[[Job], Job] = lambda job: job,
        clock: Callable[[], datetime] = now,
    ) -> None:
        quiet_clients()
        self.exit_code: int | None = None
        self.ended_by: Final[list[int]] = []
        """What would have ended a real process."""
        self._store: Final = store
        self._clock: Final = clock
        self._change: Final = change
        self._worker: Worker | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._models: Final = for_read_models(store.engine)
        self._thread: Final = Thread(target=self._work, daemon=True)
        self._thread.start()

    def ready(self) -> "Crew":
        """Wait until Kafka has let it in."""
        until(lambda: self._worker is not None and not self._worker.troubles(), "a worker is ready")
        return self

    def leave(self) -> int | None:
        """Ask it to stop, and wait until it has."""
        loop, worker = self._loop, self._worker
        if loop is not None and worker is not None and not loop.is_closed():
            loop.call_soon_threadsafe(worker.stop)
        self._thread.join(SECONDS_MAX)
        assert not self._thread.is_alive(), "a worker did not leave"
        self._models.dispose()
        return self.exit_code

    def _end(self, code: int) -> None:
        """Note what would have ended the process; a test that means it starts a real one."""
        self.exit_code = code
        self.ended_by.append(code)

    def _work(self) -> None:
        async def working() -> None:
            self._loop = asyncio.get_running_loop()
            job = job_of(self._store, self._clock, models_engine=self._models)
            self._worker = Worker(self._change(job), self._end)
            self.exit_code = await self._worker.run()

        asyncio.run(working())


def lines(store: Store) -> list[Any]:
    """Give the log, each stream in its order."""
    with reading(store.engine) as connection:
        return list(
            connection.execute(
                text(
                    "SELECT stream, version, type, payload, actor, message_id, correlation,"
                    " causation, occurred_at, recorded_at, hash FROM events"
                    " ORDER BY stream, version"
                )
            )
        )


def count(store: Store, query: str) -> int:
    """Ask for one number."""
    with reading(store.engine) as connection:
        return int(connection.execute(text(query)).scalar_one())


def administrate(server: URL, statement: str) -> None:
    """Run what no transaction may hold."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


class Killable:
    """A worker as a real process, which ends as a power cut ends it, or by its own defect."""

    def __init__(self, store: Store, take_in: str = "job.take_in") -> None:
        settings = store.settings
        environment = {
            f"BIHUAN_{name.upper()}": value.get_secret_value()
            if isinstance(value, SecretStr)
            else str(value)
            for name, value in settings
        }
        self._process: Final = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(take_in=take_in)],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def ended(self) -> int:
        """Wait for its own end; give the exit code."""
        return self._process.wait(SECONDS_MAX)


_PROGRAM: Final = """
from dataclasses import replace
from datetime import datetime
from hotline.clocks.calendar import SHANGHAI
from streams.processes.jobs import job_of
from streams.processes.opening import open_store
from streams.settings import Settings
from streams.processes.worker import Worker, run

job = job_of(open_store(Settings(), migrate=False), lambda: datetime.now(SHANGHAI))
run(lambda: Worker(replace(job, take_in={take_in})))
"""
