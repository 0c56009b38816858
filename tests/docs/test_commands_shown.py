"""Every command that a page shows exists, with the options shown; those that need no data run."""

import json
import re

import pytest
import typer
from typer.testing import CliRunner

from cli.main import main
from tests.docs.pages import ROOT, Shown, shown
from tests.docs.programs import parsed, program

COMMANDS = shown("bihuan")
TARGETS = shown("make")
RUN = [one for one in COMMANDS if one.words[:2] in (("clock", "due"), ("calendar", "show"))]


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
