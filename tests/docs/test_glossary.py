"""The glossary names everything, and nothing that does not exist."""

from dataclasses import is_dataclass
from importlib import import_module

import pytest

from docs.tools.glossary import (
    AGGREGATES,
    LISTS,
    Row,
    command_rows,
    event_rows,
    grounds,
    list_rows,
    members,
    said,
    term_rows,
)
from docs.tools.states import walk
from hotline.tickets.vocabulary import Kind

pytestmark = pytest.mark.xdist_group("states")  # the walk is made once

ROWS = (
    *term_rows(),
    *(row for commands, _ in AGGREGATES.values() for row in command_rows(commands)),
    *(row for _, events in AGGREGATES.values() for row in event_rows(events)),
    *(row for lists in LISTS.values() for row in list_rows(lists)),
    *grounds(),
)
COMMANDS = {
    command.__name__ for commands, _ in AGGREGATES.values() for command in members(commands)
}
EVENTS = {event.__name__ for _, events in AGGREGATES.values() for event in members(events)}


def exists(name: str) -> bool:
    """Tell whether a dotted name can be imported."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            thing: object = import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            fields = getattr(thing, "__dataclass_fields__", {}) if is_dataclass(thing) else {}
            if part not in fields and not hasattr(thing, part):
                return False
            thing = getattr(thing, part, None)
        return True
    return False


def test_every_code_name_exists() -> None:
    assert [row.code for row in ROWS if not exists(row.code)] == []


@pytest.mark.parametrize("name", ["hotline.tickets.state.Ticket.no", "hotline.nowhere.X", "no"])
def test_a_name_that_does_not_exist_is_seen(name: str) -> None:
    assert not exists(name)


def test_every_row_has_both_words() -> None:
    assert [row for row in ROWS if not (row.zh and row.word)] == []


def test_commands_and_events_are_those_of_the_code() -> None:
    assert set(said()["commands"]) == COMMANDS
    assert {event for events in said()["commands"].values() for event in events} == EVENTS


def test_what_stands_beside_the_code_belongs_to_it() -> None:
    assert set(said()["never"]) | set(said()["words"]) <= COMMANDS


def test_one_name_stands_once() -> None:
    codes = [row.code for row in ROWS if row.command or not is_term(row)]
    assert len(codes) == len(set(codes))


def is_term(row: Row) -> bool:
    return any(row.code == term["code"] for term in said()["terms"])


@pytest.mark.parametrize("kind", Kind)
def test_what_a_command_was_seen_to_record_stands_beside_it(kind: Kind) -> None:
    seen = walk(kind).events
    surprising = {
        command: events - set(said()["commands"][command])
        for command, events in seen.items()
        if events - set(said()["commands"][command])
    }
    assert surprising == {}
