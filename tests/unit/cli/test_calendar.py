import csv
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.calendar import app, calendar_app
from cli.house import open_house
from hotline.clocks.calendar import Day, DayKind
from streams.calendars import published_calendar

EXCEPTIONS_2030 = [
    *(f"2030-{day},holiday,放假" for day in ("01-01", "05-01", "10-01", "02-04", "02-05")),
    *(f"2030-{day},holiday,放假" for day in ("02-06", "02-07", "04-05", "06-05", "10-02")),
    "2030-02-09,makeup_workday,春节调休",
]


def written(directory: Path, *rows: str, header: str = "date,kind,note") -> Path:
    file = directory / "2030.csv"
    file.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return file


def last_line(result: Result) -> dict[str, Any]:
    document = json.loads(result.stdout.splitlines()[-1])
    assert isinstance(document, dict)
    return document


def checked(file: Path) -> Result:
    return CliRunner().invoke(app, ["import", str(file), "--check", "--json"])


def problems(file: Path) -> list[tuple[int, str]]:
    result = checked(file)
    assert result.exit_code == 2, result.output
    return [(problem["row"], problem["code"]) for problem in last_line(result)["problems"]]


def test_a_published_year_is_shown_with_its_counts() -> None:
    document = last_line(CliRunner().invoke(app, ["show", "--year", "2026", "--json"]))
    assert document["workdays"] == 248
    assert document["workdays_by_month"] == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert document["provisional"] is False
    assert {"date": "2026-02-14", "kind": "makeup_workday", "note": "春节"} in document[
        "exceptions"
    ]


def test_an_unpublished_year_is_shown_as_provisional() -> None:
    result = CliRunner().invoke(app, ["show", "--year", "2031"])
    assert result.exit_code == 0
    assert "推算" in result.stdout
    assert last_line(CliRunner().invoke(app, ["show", "--year", "2031", "--json"]))["provisional"]


@pytest.mark.parametrize("year", ["1999", "2100"])
def test_a_year_outside_the_index_is_refused(year: str) -> None:
    result = CliRunner().invoke(app, ["show", "--year", year, "--json"])
    assert result.exit_code == 2
    assert last_line(result)["error"]["code"] == "year-out-of-range"


def test_a_list_of_exceptions_passes(tmp_path: Path) -> None:
    result = checked(written(tmp_path, *EXCEPTIONS_2030))
    assert result.exit_code == 0, result.output
    assert last_line(result) == {"published": False, "version": None, "years": [2030], "days": 11}


def test_a_year_day_by_day_with_yes_and_no_passes_in_gb18030(tmp_path: Path) -> None:
    off = {row[:10] for row in EXCEPTIONS_2030 if "holiday" in row}
    days = [date(2030, 1, 1) + timedelta(days=i) for i in range(365)]
    rows = [
        f"{day},{'否' if str(day) in off or day.weekday() > 4 else '是'},"
        f"{'放假' if str(day) in off else ''}"
        for day in days
    ]
    file = tmp_path / "2030.csv"
    file.write_bytes("\n".join(("date,is_workday,note", *rows)).encode("gb18030"))
    result = checked(file)
    assert result.exit_code == 0, result.output
    assert last_line(result)["days"] == 365


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, *EXCEPTIONS_2030, "2030/12/25,holiday,", "2030-12-26,party,", "", "x")
    assert problems(file) == [
        (13, "calendar-date-malformed"),
        (14, "calendar-kind-unknown"),
        (16, "calendar-date-malformed"),
    ]


def test_a_repeated_day_is_named_at_its_second_row(tmp_path: Path) -> None:
    file = written(tmp_path, *EXCEPTIONS_2030, "2030-05-01,holiday,劳动节")
    assert problems(file) == [(13, "calendar-day-repeated")]


def test_an_empty_calendar_is_refused(tmp_path: Path) -> None:
    assert problems(written(tmp_path)) == [(0, "calendar-empty")]


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, *EXCEPTIONS_2030, header="日期,类别,说明")
    assert problems(file) == [(1, "calendar-columns-missing")]
    (tmp_path / "empty.csv").write_bytes(b"")
    assert problems(tmp_path / "empty.csv") == [(1, "calendar-columns-missing")]


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xff\0\0")
    assert problems(tmp_path / "picture.csv") == [(0, "encoding-unknown")]
    (tmp_path / "wide.csv").write_bytes("date,kind\n2030-01-01,holiday\n".encode("utf-16-le"))
    assert problems(tmp_path / "wide.csv") == [(0, "encoding-unknown")]


def test_a_file_far_too_large_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "large.csv").write_bytes(b"date,kind\n" + b"x" * 5_000_000)
    assert problems(tmp_path / "large.csv") == [(0, "file-too-large")]


def test_a_field_without_end_is_a_row_problem(tmp_path: Path) -> None:
    file = written(tmp_path, *EXCEPTIONS_2030, f'2030-12-25,holiday,"{"x" * 1_001}')
    assert [code for _, code in problems(file)] == ["calendar-row-unreadable"]


def test_a_first_line_without_end_is_a_row_problem(tmp_path: Path) -> None:
    file = tmp_path / "endless.csv"
    file.write_text(f'date,kind,"{"x" * 1_001}\n', encoding="utf-8")
    assert problems(file) == [(1, "calendar-row-unreadable")]


def test_the_length_of_a_field_is_ours_whoever_read_a_file_before(tmp_path: Path) -> None:
    before = csv.field_size_limit(10_000_000)
    try:
        file = written(tmp_path, *EXCEPTIONS_2030, f"2030-12-25,holiday,{'x' * 1_001}")
        assert [code for _, code in problems(file)] == ["calendar-row-unreadable"]
    finally:
        csv.field_size_limit(before)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    result = checked(tmp_path / "nowhere.csv")
    assert result.exit_code == 2
    assert last_line(result)["error"]["code"] == "calendar-file-unreadable"


def test_without_a_store_nothing_pretends_to_be_published(tmp_path: Path) -> None:
    file = written(tmp_path, *EXCEPTIONS_2030)
    result = CliRunner().invoke(app, ["import", str(file), "--json"])
    assert result.exit_code == 2
    assert last_line(result)["error"]["code"] == "calendar-store-missing"


def test_checked_days_go_to_the_publisher_and_bad_ones_never_do(tmp_path: Path) -> None:
    published: list[tuple[str, Sequence[Day]]] = []

    def publish(_data: Path, region: str, days: Sequence[Day], _as_json: bool) -> str:
        published.append((region, days))
        return "511800-2030"

    group = calendar_app(publish, lambda _data, _region, _as_json: published_calendar())
    bad = written(tmp_path, *EXCEPTIONS_2030[1:])
    assert CliRunner().invoke(group, ["import", str(bad), "--json"]).exit_code == 2
    good = written(tmp_path, *EXCEPTIONS_2030)
    check = CliRunner().invoke(group, ["import", str(good), "--check", "--json"])
    assert (check.exit_code, published) == (0, [])
    result = CliRunner().invoke(
        group, ["import", str(good), "--region", "511800", "--data", str(tmp_path), "--json"]
    )
    assert last_line(result)["version"] == "511800-2030"
    ((region, days),) = published
    assert region == "511800"
    assert days[-1] == Day(date(2030, 2, 9), DayKind.MAKEUP_WORKDAY, "春节调休", "2030.csv")


@pytest.mark.parametrize("command", ["show", "import"])
def test_help_shows_an_example(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert f"bihuan calendar {command}" in result.stdout


def test_a_published_year_is_what_the_store_counts_by(tmp_path: Path) -> None:
    data = tmp_path / "data"
    open_house(data, create=True, as_json=True)
    file = written(tmp_path, *EXCEPTIONS_2030)
    ask = ["show", "--year", "2030", "--data", str(data), "--json"]
    assert last_line(CliRunner().invoke(app, ask))["provisional"] is True

    result = CliRunner().invoke(app, ["import", str(file), "--data", str(data), "--json"])

    assert result.exit_code == 0
    after = last_line(CliRunner().invoke(app, ask))
    assert after["provisional"] is False
    assert after["version"] == last_line(result)["version"]
    ask_2026 = ["show", "--year", "2026", "--data", str(data), "--json"]
    assert last_line(CliRunner().invoke(app, ask_2026))["workdays"] == 248
