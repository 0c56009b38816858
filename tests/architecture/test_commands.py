"""Every command can be sent by somebody; every command of the shell shows an example."""

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final, get_args

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from typer.main import get_command

from api.json.commands import MADE_BY_THE_HOUSE, add_routes, command_routes
from cli.main import _GROUPS
from handlers.envelope import Command
from hotline.people.command_table import COMMANDS
from tests.docs.programs import parsed

EVERY: Final = set(get_args(Command))


def test_the_permission_table_has_a_row_for_every_command() -> None:
    assert set(COMMANDS) == EVERY


def test_every_command_that_a_person_may_send_has_a_route_of_its_own() -> None:
    routes = command_routes()
    assert {route.command for route in routes} == {
        one for one in EVERY - MADE_BY_THE_HOUSE if COMMANDS[one]
    }
    assert len({route.path for route in routes}) == len(routes)


def test_the_routes_are_added() -> None:
    router = APIRouter()
    add_routes(router)
    added = {route.path for route in router.routes if isinstance(route, APIRoute)}
    assert added == {route.path for route in command_routes()}


def leaves(words: tuple[str, ...], command: Any) -> Iterator[tuple[str, Any]]:
    """List the commands below a group, by the words that call them."""
    below: dict[str, Any] = getattr(command, "commands", {})
    if not below:
        yield " ".join(words), command
    for name, inner in below.items():
        yield from leaves((*words, name), inner)


CALLED: Final = dict(
    pair
    for name, (module, _) in _GROUPS.items()
    for pair in leaves((name,), get_command(import_module(module).app))
)


@pytest.mark.parametrize("words", CALLED)
def test_help_ends_with_an_example_that_can_be_typed(words: str) -> None:
    shown = re.fullmatch(r"例 Example: bihuan (.+)", CALLED[words].epilog or "")
    assert shown, f"bihuan {words} --help shows no example"
    example = tuple(shlex.split(shown[1]))
    assert example[: len(words.split())] == tuple(words.split())
    parsed(example)


@pytest.mark.parametrize("words", CALLED)
def test_help_says_what_is_done_in_both_languages(words: str) -> None:
    said = CALLED[words].help or ""
    assert re.search(r"[\u4e00-\u9fff]", said), words
    assert re.search(r"[A-Za-z]{3,}", said), words
