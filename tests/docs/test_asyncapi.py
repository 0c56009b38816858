"""The document on the topics is one that the AsyncAPI parser takes, and tells of every message."""

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from docs.tools.pages import DOCS
from streams.messages.kinds import INTAKE_KINDS
from streams.messages.topics import TOPICS
from streams.messages.wire import EVENT_TYPES
from tests.unit.streams.messages import post

DOCUMENT = DOCS / "asyncapi.yaml"
EXAMPLES = {"bihuan.call": post.CALL, "bihuan.web-complaint": post.CALL} | {
    "bihuan.service": post.SERVICE,
    "bihuan.evaluation": post.EVALUATION,
}


def parsed(path: Path) -> subprocess.CompletedProcess[str]:
    command = ["node", "docs/tools/asyncapi-check.mjs", str(path)]
    return subprocess.run(command, cwd=DOCS.parent, capture_output=True, text=True, check=False)


def test_the_parser_finds_nothing_wrong() -> None:
    checked = parsed(DOCUMENT)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.split() == ["6", str(len(EVENT_TYPES) + len(INTAKE_KINDS) + 2), "0"]


def test_the_parser_would_find_a_name_that_stands_nowhere(tmp_path: Path) -> None:
    text = DOCUMENT.read_text("utf-8")
    broken = text.replace("'#/components/messages/bihuan.call.v1'", "'#/components/messages/none'")
    assert broken != text
    (tmp_path / "asyncapi.yaml").write_text(broken, "utf-8")
    (tmp_path / "schemas").symlink_to(DOCS / "schemas")
    assert parsed(tmp_path / "asyncapi.yaml").returncode == 1


def test_every_topic_that_others_may_use_is_told_of() -> None:
    told: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text("utf-8"))["channels"]
    assert set(told) == {topic.name for topic in TOPICS}


@pytest.mark.parametrize("kind", INTAKE_KINDS, ids=lambda kind: str(kind.name))
def test_a_schema_names_every_field_that_is_read(kind: Any) -> None:
    schema = msgspec.json.decode((DOCS / "schemas" / f"{kind.type}.json").read_bytes())
    assert set(EXAMPLES[kind.name]) <= set(schema["properties"])
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {
        field.encode_name for field in msgspec.structs.fields(kind.data) if field.required
    }
