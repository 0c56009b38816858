"""The commands as a person calls them, in this process, on a data directory of their own."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import main


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said: its exit code and the JSON object on its last line."""

    code: int
    document: dict[str, Any]


class Bihuan:
    """`bihuan COMMAND ... --json`."""

    def __call__(self, *arguments: str | Path) -> Answer:
        words = [str(argument) for argument in arguments]
        result = CliRunner().invoke(main, [*words, "--json"])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        document = json.loads(result.stdout.splitlines()[-1])
        assert isinstance(document, dict)
        return Answer(result.exit_code, document)


@pytest.fixture(scope="session")
def bihuan() -> Bihuan:
    return Bihuan()
