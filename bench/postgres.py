"""A throw-away PostgreSQL cluster on loopback: started for one run, gone after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from streams.cluster.ports import HOST, free_ports
from streams.cluster.postgresql import USER, PostgreSQL, throw_away

__all__ = ["USER", "Cluster", "throw_away_cluster"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the cluster listens. Everybody on loopback is trusted: nothing in it is worth a key."""

    host: str
    port: int
    server: PostgreSQL
    user: str = USER

    def create(self, database: str) -> str:
        """Make a database and give its address for psycopg 3."""
        return self.server.create(database)


@contextmanager
def throw_away_cluster(**settings: str) -> Iterator[Cluster]:
    """Run a cluster with the defaults of PostgreSQL (durable commits) and these settings."""
    (port,) = free_ports(1)
    with throw_away(port, **settings) as server:
        yield Cluster(HOST, port, server)
