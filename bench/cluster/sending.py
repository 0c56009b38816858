"""Messages to Kafka from a process of its own, as outside systems would.

Reads lines of JSON from its input and sends them, as fast as the brokers take them or so many a
second; writes a line with the moment of each acknowledgement where a rate is given.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from aiokafka import AIOKafkaProducer

from bench.cluster.messages import Message

_LINGER_MS: Final = 5
_UNDERWAY_MAX: Final = 2000


def start(bootstrap: str, rate: float = 0.0) -> "subprocess.Popen[str]":
    """Start a sender, imported and connected; it prints `ready` and waits for its messages."""
    sender = subprocess.Popen(
        [sys.executable, "-m", "bench.cluster.sending", bootstrap, f"{rate}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert sender.stdout is not None  # noqa: S101 - asked for above
    if sender.stdout.readline() != "ready\n":
        raise RuntimeError("the sender found no broker")
    return sender


def send(bootstrap: str, messages: Sequence[Message], rate: float = 0.0) -> "Sending":
    """Begin to send."""
    return Sending(start(bootstrap, rate), messages)


class Sending:
    """A sender at work."""

    def __init__(self, process: "subprocess.Popen[str]", messages: Sequence[Message]) -> None:
        self._process: Final = process
        lines = [json.dumps(asdict(one), default=bytes.decode) for one in messages]
        assert process.stdin is not None  # noqa: S101 - asked for by `start`
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.close()
        self.began: Final = time.time()

    def finish(self) -> tuple[dict[str, float], float]:
        """Wait for the end; give when each message was sent, and the seconds of CPU."""
        assert self._process.stdout is not None  # noqa: S101 - asked for by `start`
        said = json.loads(self._process.stdout.read())
        if self._process.wait(60):
            raise RuntimeError("the sender has failed")
        return said["sent"], said["cpu"]


async def _work(bootstrap: str, rate: float) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        linger_ms=_LINGER_MS,
        max_batch_size=131_072,
    )
    await producer.start()
    print("ready", flush=True)
    messages = [
        Message(**{**one, "value": one["value"].encode()}) for one in map(json.loads, sys.stdin)
    ]
    sent: dict[str, float] = {}
    room = asyncio.Semaphore(_UNDERWAY_MAX)
    began = time.time()

    async def one(message: Message, at: float) -> None:
        if rate:
            await asyncio.sleep(max(0.0, at - time.time()))
            sent[message.message_id] = at
        try:
            await producer.send_and_wait(
                message.topic, message.value, key=message.key, headers=message.headers
            )
        finally:
            room.release()

    tasks = []
    for count, message in enumerate(messages):
        if not rate:
            await room.acquire()
        tasks.append(asyncio.ensure_future(one(message, began + count / rate if rate else 0.0)))
    await asyncio.gather(*tasks)
    await producer.stop()
    print(json.dumps({"sent": sent, "cpu": time.process_time()}), flush=True)


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1], float(sys.argv[2])))
