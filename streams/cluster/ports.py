"""端口: free ports of loopback that stay ours while their process is down."""

import secrets
import socket
from collections.abc import Collection
from typing import Final

HOST: Final = "127.0.0.1"

_LOWEST: Final = 20_000
_HIGHEST: Final = 31_999
"""Below what Linux hands to outgoing connections (32768 and up).

A client that calls a dead broker on a port of that range may be given the same port as its own,
connect to itself, and keep the broker from coming back.
"""

_TRIES_MAX: Final = 1_000


def free_ports(count: int, taken: Collection[int] = ()) -> list[int]:
    """Find ports that nobody listens on, drawn at random so that two clusters rarely meet."""
    found: list[int] = []
    for _ in range(_TRIES_MAX):
        if len(found) == count:
            return found
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST + 1)
        if port not in found and port not in taken and _is_free(port):
            found.append(port)
    raise RuntimeError(f"fewer than {count} free ports between {_LOWEST} and {_HIGHEST}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
