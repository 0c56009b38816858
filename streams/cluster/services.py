"""进程表: what the distributed product consists of. The compose file is checked against it."""

from dataclasses import dataclass
from typing import Final

READINESS: Final = "/readyz"
"""Where every lasting service tells whether it can work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """服务: one command of `bihuan`, in one process or several."""

    name: str
    command: tuple[str, ...]
    once: bool = False
    """It does its work and ends; the others wait for it."""
    copies: int = 1
    keeps_data: bool = True
    """Its command takes the data directory."""

    def words(self, data: str, *options: str) -> list[str]:
        """Give the command with the data directory, without the name of the program."""
        return [*self.command, *(("--data", data) if self.keeps_data else ()), *options]


MIGRATION: Final = Service(name="migration", command=("db", "upgrade"), once=True)
TOPICS: Final = Service(name="topics", command=("topics", "create"), once=True, keeps_data=False)
API: Final = Service(name="api", command=("api",), copies=2)
WORKER: Final = Service(name="worker", command=("worker",), copies=2)

SERVICES: Final = (MIGRATION, TOPICS, API, WORKER)
"""In the order of starting. PostgreSQL and the brokers come before them."""

POSTGRESQL: Final = "postgres"
KAFKA: Final = "kafka"
"""The names of the two in the compose file; brokers carry a number behind theirs."""
