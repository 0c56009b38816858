"""Every command that a page shows exists, with the options shown; those that need no data run."""

import json
import re
from importlib import import_module
from typing import Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from cli.main import _GROUPS, main
from tests.docs.pages import ROOT, Shown, shown

COMMANDS = shown("bihuan")
TARGETS = shown("make")
RUN = [one for one in COMMANDS if one.words[:2] in (("clock", "due"), ("calendar", "show"))]


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


@pytest.mark.parametrize("one", COMMANDS, ids=str)
def test_a_command_that_is_shown_takes_what_is_shown(one: Shown) -> None:
    if one.words[0].isupper() or one.words[0].startswith("-"):
        return
    parsed(tuple(word for word in one.words if word != "--help"))


@pytest.mark.parametrize("words", [("clock", "dew"), ("clock", "due", "--presets", "x")])
def test_a_command_that_does_not_exist_is_seen(words: tuple[str, ...]) -> None:
    with pytest.raises((AssertionError, typer.BadParameter.__mro__[1])):
        parsed(words)


@pytest.mark.parametrize("one", RUN, ids=str)
def test_an_example_that_needs_no_data_runs(one: Shown) -> None:
    result = CliRunner().invoke(program(one.words[0]), [*one.words[1:], "--json"])
    assert result.exit_code == 0, result.output
    assert isinstance(json.loads(result.stdout.splitlines()[-1]), dict)


def test_some_examples_run_and_help_answers() -> None:
    assert RUN
    assert "bihuan up" in CliRunner().invoke(main, ["--help"]).output


@pytest.mark.parametrize("one", TARGETS, ids=str)
def test_a_target_that_is_shown_exists(one: Shown) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {word for word in one.words if "=" not in word} <= targets
