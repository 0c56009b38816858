"""The real program as a process that can be killed, started again within a blink.

The first start is the command as a person types it. The others fork from a nursery that has
imported the program and done nothing else, because importing is most of a start.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.bihuan import Bihuan

NURSERY: Final = """
import os, signal, sys
import api.main, cli.up, uvicorn
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    if (child := os.fork()) == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        sys.argv = ["bihuan up", *line.split()]
        cli.up.app()
    print(child, flush=True)
"""
READY_SECONDS_MAX: Final = 120


class Program:
    """`bihuan up --no-demo` on a directory and a port of its own."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        self.address: Final = f"http://127.0.0.1:{port}"
        self._arguments: Final = ["--no-demo", "--data", str(data), "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._first: Final = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "up", *self._arguments],
            **quiet,  # type: ignore[call-overload] # two of many keywords
        )
        self._nursery: Final = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._running = self._first.pid

    def wait_until_ready(self) -> None:
        """Ask until it answers; a program that never does fails the test."""
        end = time.monotonic() + READY_SECONDS_MAX
        while True:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=5).is_success:
                    return
            except httpx.TransportError:
                assert time.monotonic() < end, "the program does not start"
                time.sleep(0.01)  # between two questions, never instead of one

    def kill(self) -> None:
        """End it as a power cut does."""
        os.kill(self._running, signal.SIGKILL)
        if self._running == self._first.pid:
            self._first.wait()

    def start_again(self) -> None:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(" ".join(self._arguments) + "\n")
        self._nursery.stdin.flush()
        self._running = int(self._nursery.stdout.readline())

    def end(self) -> None:
        with suppress(ProcessLookupError):  # a test may have killed it last
            self.kill()
        self._nursery.kill()
        for stream in (self._nursery.stdin, self._nursery.stdout):
            if stream is not None:
                stream.close()
        self._nursery.wait()


@pytest.fixture
def program(city: Path) -> Iterator[Program]:
    made = Program(city)
    yield made
    made.end()


@pytest.fixture(scope="session")
def bihuan() -> Bihuan:
    return Bihuan()
