"""`python -m bench.peers`: the same work beside two peers, on a PostgreSQL of their own.

The peers' environment (`.venv-peers`) is made on the first run from pinned, hashed packages. Our
figures come as a file of JSON lines (`bench.figures`), measured on the same machine just before.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from bench.figures import Figure, read, read_file
from bench.peers.compare import show
from bench.postgres import Cluster, throw_away_cluster

ROOT: Final = Path(__file__).parents[2]
ENVIRONMENT: Final = ROOT / ".venv-peers"
REQUIREMENTS: Final = ROOT / "bench" / "peers" / "requirements.txt"
OURS: Final = ROOT / "bench" / "results" / "store.jsonl"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench.peers", description=__doc__)
    parser.add_argument("--ours", type=Path, default=OURS, help="JSON lines of our own figures")
    parser.add_argument("--creates", type=int, default=1000, help="tickets that are registered")
    parser.add_argument("--tickets", type=int, default=10_000, help="tickets behind the list")
    chosen = parser.parse_args(arguments)
    progress = Console(stderr=True)
    python = environment(progress)
    with throw_away_cluster() as cluster:
        progress.print("eventsourcing: creates, three events each, replay ...")
        peers = run(python, cluster, "event_sourcing", chosen.creates)
        progress.print("django-helpdesk: creates, first page of the list ...")
        creates = min(chosen.creates, chosen.tickets) // 5
        peers += run(python, cluster, "helpdesk", creates, chosen.tickets)
    ours = read_file(chosen.ours) if chosen.ours.exists() else []
    if not ours:
        progress.print(f"No figures of ours in {chosen.ours.name}: run `make bench` first.")
    show(peers, ours, Console(width=None if sys.stdout.isatty() else 140))


def environment(progress: Console) -> Path:
    """Make the peers' environment where it is missing or was made from other pins."""
    python = ENVIRONMENT / "bin" / "python"
    mark = ENVIRONMENT / "made-from"
    pins = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == pins:
        return python
    progress.print("Making the peers' environment ...")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([str(python), *install, "-r", str(REQUIREMENTS)], check=True)
    mark.write_text(pins)
    return python


def run(python: Path, cluster: Cluster, peer: str, *counts: int) -> list[Figure]:
    """Run one peer in a process of its own; its figures are printed as they come."""
    cluster.create(peer)
    variables = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": peer,
        "POSTGRES_HOST": cluster.host,
        "POSTGRES_PORT": str(cluster.port),
        "POSTGRES_USER": cluster.user,
        "POSTGRES_PASSWORD": "none",
    }
    done = subprocess.run(
        [str(python), "-m", f"bench.peers.{peer}", *map(str, counts)],
        env=variables,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures = read(done.stdout.splitlines())
    for figure in figures:
        print(figure.line(), flush=True)
    return figures


if __name__ == "__main__":
    main()
