"""The page for senders names every reason, and keeps to ten lines."""

import ast
import re
from typing import Final

import pytest

from docs.tools.pages import DOCS
from docs.tools.sources import codes_given, modules
from streams.batches.batch import OTHER_CONTENT
from streams.intake.taking import PREMATURE_REASON
from streams.messages.cloudevents import unreadable_code
from streams.messages.kinds import INTAKE_KINDS
from streams.settings import Settings

PAGE: Final = (DOCS / "how-to" / "send-to-the-intake.md").read_text("utf-8")
PROGRAM: Final = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def reasons() -> set[str]:
    given = {
        code for path in modules("streams") for code in codes_given(path, "UnreadableMessageError")
    }
    return given | {
        unreadable_code(b"{"),
        unreadable_code(b"\xff"),
        OTHER_CONTENT,
        PREMATURE_REASON,
    }


def test_every_reason_of_a_dead_letter_has_its_advice() -> None:
    table = PAGE.partition("| reason |")[2]
    named = re.findall(r"^\| `([^`]+)` \| .{10,} \|$", table, re.MULTILINE)
    assert named == sorted(reasons())


@pytest.mark.parametrize("kind", INTAKE_KINDS, ids=lambda kind: str(kind.name))
def test_every_kind_has_its_row_and_its_schema(kind: object) -> None:
    topic, type_ = getattr(kind, "topic", ""), getattr(kind, "type", "")
    assert f"| `{topic}` | `{type_}` |" in PAGE
    assert f"(../schemas/{type_}.json)" in PAGE


def test_the_settings_named_exist() -> None:
    named = {name.lower() for name in re.findall(r"BIHUAN_([A-Z_]+)", PAGE)}
    assert named
    assert named <= set(Settings.model_fields)


def test_the_program_is_short() -> None:
    (program,) = PROGRAM
    assert len(ast.parse(program).body) < 10
