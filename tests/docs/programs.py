"""The `bihuan` command as a test sees it: which programs there are, and whether they take words."""

from importlib import import_module
from typing import Any

import typer
from typer.main import get_command

from cli.main import _GROUPS


def program(name: str) -> typer.Typer:
    """Give the application behind the first word."""
    assert name in _GROUPS, f"there is no {name}"
    application = import_module(_GROUPS[name][0]).app
    assert isinstance(application, typer.Typer)
    return application


def parsed(words: tuple[str, ...]) -> None:
    """Let the command read its words, and do nothing."""
    command: Any = get_command(program(words[0]))
    rest = list(words[1:])
    while getattr(command, "commands", None) and rest and not rest[0].startswith("-"):
        below = command.commands.get(rest[0])
        assert below is not None, f"there is no {rest[0]}"
        command, rest = below, rest[1:]
    command.make_context(words[0], rest)
