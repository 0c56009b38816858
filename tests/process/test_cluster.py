"""The distributed product by one command: from nothing to pages, and to nothing again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from streams.cluster.ports import free_ports

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

PAGES: Final = ("/", "/tickets", "/deadlines", "/tickets/new", "/my")
END_SECONDS_MAX: Final = 30
"""A command that needs so long has come to a standstill; what it promises is ten."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a directory that the user of the database may walk into."""
    made = Path(tempfile.mkdtemp(prefix="bihuan-cluster-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def cluster(folder: Path, libraries: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the command in its smallest form."""
    words = ["cluster", "--data", str(folder), "--port", str(free_ports(1)[0])]
    words += ["--brokers", "1", "--apis", "1", "--workers", "1", "--libraries", str(libraries)]
    with subprocess.Popen(
        [sys.executable, "-m", "cli.main", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        yield running
        running.terminate()


def said_until(running: subprocess.Popen[str], word: str) -> list[str]:
    """Read what the command prints, up to a line that begins so."""
    assert running.stdout is not None
    lines: list[str] = []
    for line in running.stdout:
        lines.append(line.strip())
        if line.startswith(word):
            return lines
    raise AssertionError(f"no {word}: {lines}")


def left_of(folder: Path) -> list[str]:
    """Name the processes that were started for this directory and still live."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it has ended meanwhile
        if str(folder) in line:
            found.append(line)
    return found


def test_the_cluster_comes_up_with_its_city_and_leaves_nothing_behind(
    cluster: subprocess.Popen[str], folder: Path
) -> None:
    lines = said_until(cluster, "日志 logs")
    (address,) = [line.split()[-1] for line in lines if line.startswith("闭环 Bihuan")]
    steps = [line for line in lines if line.startswith("· ")]
    assert steps[0] == "· PostgreSQL"
    assert "· API × 1, worker × 1" in steps

    passwords = (folder / "data" / "passwords.txt").read_text().splitlines()
    given = dict(line.split("\t") for line in passwords)
    with httpx.Client(base_url=address, timeout=60) as client:
        body = {"username": "operator", "password": given["operator"]}
        assert client.post("/api/v1/session", json=body).status_code == 200
        assert {page: client.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 200)
        assert client.get("/api/v1/tickets").json()["items"]

    assert left_of(folder)
    cluster.send_signal(signal.SIGINT)
    said_until(cluster, "已全部结束")
    assert cluster.wait(END_SECONDS_MAX) == 0
    assert left_of(folder) == []
