"""A process of the cluster: what it says when it fails, and that it always ends."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.cluster.member import Member, MemberFailed, Program, stop_all

READY = "print('ready', flush=True);"
WAITS = "import time; time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"


@pytest.fixture
def started() -> Iterator[list[Member]]:
    members: list[Member] = []
    yield members
    for member in members:
        member.kill()


def member(started: list[Member], folder: Path, words: str) -> Member:
    program = Program(
        name=f"member {len(started)}",
        arguments=[sys.executable, "-c", words],
        log=folder / f"{len(started)}.log",
        environment=os.environ,
    )
    made = Member(program, lambda logged: "ready" in logged)
    started.append(made)
    made.start()
    return made


def test_what_ends_before_it_is_ready_says_why(started: list[Member], tmp_path: Path) -> None:
    failing = member(started, tmp_path, "print('fine'); raise SystemExit('x ERROR no disk')")
    with pytest.raises(MemberFailed, match="ended with 1: x ERROR no disk"):
        failing.wait_until_ready()


def test_each_life_is_judged_by_its_own_words(started: list[Member], tmp_path: Path) -> None:
    once = member(started, tmp_path, READY + WAITS)
    once.wait_until_ready()
    once.kill()
    assert (once.alive, once.exit_code()) == (False, -9)

    once.start()
    once.wait_until_ready()
    assert once.lives_count == 2
    assert once.logged() == "ready\n"
    assert once.program.log.read_text("utf-8") == "ready\n" * 2


def test_a_living_process_is_not_started_twice(started: list[Member], tmp_path: Path) -> None:
    one = member(started, tmp_path, WAITS)
    with pytest.raises(MemberFailed, match="runs already"):
        one.start()


def test_a_frozen_process_is_thawed_to_be_stopped(started: list[Member], tmp_path: Path) -> None:
    one = member(started, tmp_path, READY + WAITS)
    one.wait_until_ready()
    one.freeze()
    assert one.frozen
    assert one.stop()
    assert not one.alive


def test_what_does_not_end_by_itself_is_killed_and_named(
    started: list[Member], tmp_path: Path
) -> None:
    polite = member(started, tmp_path, READY + WAITS)
    deaf = member(started, tmp_path, DEAF + READY + WAITS)
    for one in (polite, deaf):
        one.wait_until_ready()
    assert stop_all([polite, deaf], seconds_max=1) == [deaf.name]
    assert not polite.alive
    assert not deaf.alive
