import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.clock import app

RECEIVED = "2026-02-13T16:40:00+08:00"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["due", *arguments])


def answer(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout.splitlines()[-1])
    assert isinstance(document, dict)
    return document


def test_the_due_date_of_a_complaint_as_one_json_line() -> None:
    document = answer("--preset", "sichuan", "--type", "complaint", "--received", RECEIVED)
    assert document["due_at"] == "2026-03-12T17:30:00+08:00"
    assert document["warn_at"] == "2026-03-11T09:00:00+08:00"
    assert document["provisional"] is False
    assert document["warnings"] == []
    assert any("春节" in line for line in document["explanation"])


@pytest.mark.parametrize(
    ("preset", "kind", "expected"),
    [
        ("default", "consult", "02-25"),
        ("default", "help", "02-27"),
        ("default", "suggest", "03-02"),
        ("default", "praise", "03-02"),
        ("default", "complaint", "03-05"),
        ("default", "report", "03-12"),
        ("anhui", "help", "03-05"),
        ("shandong", "report", "02-27"),
        ("beijing", "complaint", "02-24"),
    ],
)
def test_every_type_and_preset(preset: str, kind: str, expected: str) -> None:
    document = answer("--preset", preset, "--type", kind, "--received", RECEIVED)
    assert document["due_at"] == f"2026-{expected}T17:30:00+08:00"


def test_promised_days_and_mode_overrule_the_preset() -> None:
    received = ("--type", "consult", "--received", "2026-02-16T09:00:00+08:00", "--days", "5")
    assert answer(*received)["due_at"].startswith("2026-02-28")
    assert answer(*received, "--mode", "roll-forward")["due_at"].startswith("2026-03-02")


def test_another_offset_is_the_same_instant() -> None:
    utc = answer("--type", "consult", "--received", "2026-02-13T08:40:00Z")
    assert utc == answer("--type", "consult", "--received", RECEIVED)


def test_a_provisional_date_is_marked_and_worded_so() -> None:
    received = ("--type", "consult", "--received", "2026-12-31T12:00:00+08:00")
    document = answer(*received)
    assert document["provisional"] is True
    assert document["warnings"] == ["CALENDAR_YEAR_MISSING"]
    assert "预计到期" in run(*received).stdout


def test_people_read_chinese_first() -> None:
    result = run("--type", "consult", "--received", RECEIVED)
    assert result.exit_code == 0
    assert result.stdout.index("收到") < result.stdout.index("Received")


@pytest.mark.parametrize(
    ("arguments", "code", "remedy"),
    [
        (("--received", "2026-02-13T16:40:00"), "time-without-offset", "+08:00"),
        (("--received", "2026-02-13"), "time-without-offset", "+08:00"),
        (("--received", "yesterday"), "time-malformed", "2026-02-13T16:40:00+08:00"),
        (("--received", "2026-02-30T10:00:00+08:00"), "time-malformed", "2026-02-13"),
        (("--received", "0001-01-01T00:00:00+14:00"), "time-malformed", "2026-02-13"),
        (("--received", "1985-01-01T10:00:00+08:00"), "calendar-exhausted", "import"),
        (("--received", RECEIVED, "--days", "-1"), "days-out-of-range", "365"),
        (("--received", RECEIVED, "--days", "366"), "days-out-of-range", "365"),
    ],
)
def test_bad_input_is_refused_with_a_code_and_a_remedy(
    arguments: tuple[str, ...], code: str, remedy: str
) -> None:
    result = run("--type", "consult", *arguments, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout.splitlines()[-1])["error"]
    assert error["code"] == code
    assert remedy in error["message"]
    plain = run("--type", "consult", *arguments)
    assert plain.exit_code == 2
    assert code in plain.stderr
    assert plain.stdout == ""


def test_an_unknown_type_is_refused() -> None:
    assert run("--type", "gossip", "--received", RECEIVED).exit_code == 2


def test_help_shows_an_example() -> None:
    assert "bihuan clock due" in run("--help").stdout
