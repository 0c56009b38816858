"""A door in front of a server: shut, nobody gets through, and who was inside is thrown out."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import Final, Self

HOST: Final = "127.0.0.1"


class Door:
    """One port on loopback that leads to a server, whenever it is open. It begins shut."""

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        self._connect: Final = connect
        self._lock: Final = Lock()
        self._inside: Final[list[socket.socket]] = []
        self._listening: socket.socket | None = None
        with socket.socket() as drawn:
            drawn.bind((HOST, 0))
            self.port: Final = int(drawn.getsockname()[1])

    def open(self) -> None:
        """Let everybody in from here on."""
        listening = socket.create_server((HOST, self.port))
        self._listening = listening
        Thread(target=self._let_in, args=(listening,), daemon=True).start()

    def shut(self) -> None:
        """Throw everybody out and let nobody in."""
        listening, self._listening = self._listening, None
        if listening is not None:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # `accept` waits in another thread
            listening.close()
        with self._lock:
            for one in self._inside:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._inside.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shut()

    def _let_in(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            try:
                server = self._connect()
            except OSError:
                client.close()
                continue
            with self._lock:
                self._inside.extend((client, server))
            for ends in ((client, server), (server, client)):
                Thread(target=self._carry, args=ends, daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        with source, suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


def to_unix(path: str) -> Callable[[], socket.socket]:
    """Give what connects to a socket in a directory."""

    def connect() -> socket.socket:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.connect(path)
        return made

    return connect


def to_port(host: str, port: int) -> Callable[[], socket.socket]:
    """Give what connects to a port."""
    return lambda: socket.create_connection((host, port))
