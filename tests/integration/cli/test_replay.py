"""Messages with their answers through the whole loop, against a straight calculation.

Plays the file of answered messages beside the project where there is one, else a small made one.
"""

import csv
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from chinese_calendar import is_workday

from hotline.clocks.calendar import SHANGHAI
from streams.database.engine import DATABASE_FILE
from tests.bihuan import Answer, Bihuan

pytestmark = pytest.mark.xdist_group("replay")

GIVEN = Path(__file__).parents[4] / "shared" / "data" / "answered_messages.csv"
COLUMNS = ("message_id", "author_id", "subject", "submitted_at", "body", "answer", "answered_at")
WORKING_DAYS = 15  # 四川: a complaint is answered within 15 working days
SUBJECTS = ("路灯不亮", "小区停水三天", "咨询落户材料", "工地夜间施工扰民", "感谢社区", "天气不错")


@dataclass(frozen=True, slots=True)
class Played:
    """A file, the directory it was replayed into, and what the command said."""

    file: Path
    data: Path
    answer: Answer


def made(file: Path, count: int = 40) -> Path:
    """Make messages whose answers crowd around the due time."""
    draw = Random(7)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for number in range(count):
            submitted = datetime(2018, 1, 20, tzinfo=SHANGHAI) + timedelta(
                days=draw.randrange(600), seconds=draw.randrange(86_400)
            )
            edge = due(submitted) + timedelta(seconds=draw.choice((-86_400, -1, 0, 1, 86_400)))
            row = (f"m{number}", f"u{number % 9}", draw.choice(SUBJECTS), submitted.isoformat())
            writer.writerow((*row, "请尽快处理。", "已办理。", edge.isoformat()))
    return file


def due(submitted: datetime) -> datetime:
    """Walk the days: the day of receipt is day 0, the last one ends at half past five."""
    day, left = submitted.date(), WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_workday(day)
    return datetime.combine(day, time(17, 30), SHANGHAI)


def rows(file: Path) -> Iterator[dict[str, datetime]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {
                name: datetime.fromisoformat(row[name]).astimezone(SHANGHAI)
                for name in ("submitted_at", "answered_at")
            }


def replayed(bihuan: Bihuan, file: Path, data: Path) -> Answer:
    options = ("--preset", "sichuan", "--type", "complaint", "--data", data)
    return bihuan("replay", file, *options)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, bihuan: Bihuan) -> Played:
    folder = tmp_path_factory.mktemp("replay")
    file = GIVEN if GIVEN.exists() else made(folder / "made.csv")
    return Played(file, folder / "data", replayed(bihuan, file, folder / "data"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, bihuan: Bihuan) -> Path:
    folder = tmp_path_factory.mktemp("small")
    assert replayed(bihuan, made(folder / "made.csv", 12), folder / "data").code == 0
    return folder / "data"


def test_the_figures_equal_a_straight_calculation(played: Played) -> None:
    tickets, late = Counter[str](), Counter[str]()
    for row in rows(played.file):
        year = str(row["submitted_at"].year)
        tickets[year] += 1
        late[year] += row["answered_at"] > due(row["submitted_at"])
    said = played.answer.document

    assert played.answer.code == 0
    assert said["tickets"] == said["answered"] == tickets.total()
    assert (said["late"], said["on_time"]) == (late.total(), tickets.total() - late.total())
    assert 0 < said["late"] < said["tickets"]
    assert {year: share["tickets"] for year, share in said["by_year"].items()} == tickets
    assert {year: share["late"] for year, share in said["by_year"].items()} == +late | {
        year: 0 for year in tickets if not late[year]
    }
    by_category = said["by_category"].values()
    assert sum(share["late"] for share in by_category) == late.total()
    assert said["rejected"] == []


def test_a_second_run_changes_nothing(played: Played, bihuan: Bihuan) -> None:
    first = played.answer.document

    second = replayed(bihuan, played.file, played.data)

    assert second.code == 0
    same: dict[str, Any] = {"repeated": first["tickets"], "timers": 0}
    assert second.document | {"seconds": 0} == first | same | {"seconds": 0}
    assert bihuan("dead-letters", "list", "--data", played.data).document == {"dead_letters": []}


def test_what_was_replayed_is_clean(played: Played, bihuan: Bihuan) -> None:
    answer = bihuan("verify", "--data", played.data)

    assert (answer.code, answer.document["clean"]) == (0, True)
    assert answer.document["events"] == played.answer.document["events"]


def test_a_changed_byte_is_found_and_its_place_named(
    small: Path, tmp_path: Path, bihuan: Bihuan
) -> None:
    data = tmp_path / "data"
    shutil.copytree(small, data)
    connection = sqlite3.connect(data / DATABASE_FILE)
    query = "SELECT stream, version, payload FROM events WHERE type = 'TicketAnswered'"
    stream, version, payload = connection.execute(query).fetchone()
    middle = len(payload) // 2
    changed = payload[:middle] + bytes([payload[middle] ^ 1]) + payload[middle + 1 :]
    change = "UPDATE events SET payload = ? WHERE stream = ? AND version = ?"
    connection.execute(change, (changed, stream, version))
    connection.commit()
    connection.close()

    answer = bihuan("verify", "--data", data)

    assert (answer.code, answer.document["clean"]) == (1, False)
    fault = answer.document["faults"][0]
    assert fault["code"] == "hash-differs"
    assert fault["place"].startswith(f"{stream} version {version} (partition ")


def test_a_row_that_cannot_be_is_named_and_the_others_are_played(
    tmp_path: Path, bihuan: Bihuan
) -> None:
    file = made(tmp_path / "made.csv", 3)
    with file.open("a", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("x1", "u", "路灯", "yesterday", "b", "a", "2019-01-02T10:00:00+08:00"))
        writer.writerow(("x2", "u", "路灯", "2019-01-03T10:00", "b", "a", "2019-01-02T10:00"))
        writer.writerow(("m0", "u", "路灯", "2019-01-01T10:00", "b", "a", "2019-01-02T10:00"))

    answer = replayed(bihuan, file, tmp_path / "data")

    assert answer.document["tickets"] == 3
    assert [(one["row"], one["code"]) for one in answer.document["rejected"]] == [
        (5, "time-malformed"),
        (6, "time-without-offset"),
        (7, "message-id-repeated"),
    ]
