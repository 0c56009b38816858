"""The commands as a person calls them, in this process, on a data directory of their own."""

import json
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli.main import _GROUPS


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said: its exit code and the JSON object on its last line."""

    code: int
    document: dict[str, Any]


class Bihuan:
    """`bihuan COMMAND ... --json`."""

    def __call__(self, *arguments: str | Path, typed: str = "") -> Answer:
        name, *words = map(str, arguments)
        module, _ = _GROUPS[name]
        result = CliRunner().invoke(import_module(module).app, [*words, "--json"], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.stdout, result.stderr
        document = json.loads(result.stdout.splitlines()[-1])
        assert isinstance(document, dict)
        return Answer(result.exit_code, document)
