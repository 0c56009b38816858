"""Back up, lose the database, restore, read the intake again: by the commands of the document."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from typer.testing import CliRunner

from cli import intake
from docs.tools.pages import DOCS
from streams.messages.topics import CALLS
from streams.processes.opening import Store, open_store
from streams.verification.verify import verify
from tests.contract.distributed.crew import Crew, Topics, administrate, count, until
from tests.contract.distributed.test_intake import DEAD, HANDLED, SHOWN, TICKETS, calls
from tests.contract.distributed.test_starting import environment_of
from tests.loops import away_from_loops

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

LONG_AGO = "2026-01-01T00:00:00+08:00"


def command_of(program: str) -> str:
    """Give the command of the page that begins with this program."""
    page = (DOCS / "how-to" / "operate.md").read_text("utf-8")
    (found,) = re.findall(rf"^ *({program} .+)$", page, re.MULTILINE)
    return str(found)


def test_a_dump_and_the_intake_topics_bring_everything_back(
    crew: Callable[..., Crew],
    topics: Topics,
    store: Store,
    postgresql_server: URL,
    tmp_path: Path,
) -> None:
    own = store.engine.url

    def run(program: str, database: URL) -> None:
        address = database.set(drivername="postgresql").render_as_string(hide_password=False)
        environment = {**os.environ, "DATABASE": address}
        subprocess.run(
            ["sh", "-ec", command_of(program)], cwd=tmp_path, env=environment, check=True
        )

    first = crew().ready()
    topics.send(CALLS, *calls("a", 15))
    until(lambda: count(store, HANDLED) == 15, "15 are handled")
    run("pg_dump", own)
    topics.send(CALLS, *calls("b", 25))
    until(lambda: count(store, HANDLED) == 40, "25 more are handled")
    first.leave()

    name = f"{own.database}_restored"
    administrate(postgresql_server, f"CREATE DATABASE {name}")
    address = own.set(database=name)
    run("pg_restore", address)
    url = address.render_as_string(hide_password=False)
    restored = open_store(store.settings.model_copy(update={"database_url": url}))
    try:
        words = ["replay", "--since", LONG_AGO, "--data", str(tmp_path / "data"), "--json"]
        told = []
        for _ in range(2):
            result = away_from_loops(
                partial(CliRunner().invoke, intake.app, words, env=environment_of(restored))
            )
            assert result.exit_code == 0, result.output
            told.append(json.loads(result.stdout.splitlines()[-1]))
        assert told == [
            {"messages": 40, "fresh": 25, "repeated": 15, "dead": 0},
            {"messages": 40, "fresh": 0, "repeated": 40, "dead": 0},
        ]
        assert (count(restored, TICKETS), count(restored, DEAD)) == (40, 0)
        after = crew(store=restored).ready()
        until(lambda: count(restored, SHOWN) == 40, "all is seen")
        after.leave()
        assert verify(restored.engine, restored.wiring).faults == []
    finally:
        restored.engine.dispose()
        administrate(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")
