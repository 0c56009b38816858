"""One seed makes one city, to the last hash of its log; its store is sound, and can be mended."""

import hashlib
import sqlite3
from pathlib import Path

import pytest

from streams.database.engine import DATABASE_FILE
from tests.bihuan import Answer, Bihuan

pytestmark = pytest.mark.xdist_group("simulate")


def simulated(bihuan: Bihuan, data: Path, seed: int) -> Answer:
    options = ("--tickets", "30", "--days", "3", "--seed", str(seed))
    return bihuan("simulate", *options, "--data", data)


def log_of(data: Path) -> str:
    """Hash the whole log."""
    connection = sqlite3.connect(data / DATABASE_FILE)
    rows = connection.execute(
        "SELECT partition, position, hash FROM events ORDER BY 1, 2"
    ).fetchall()
    connection.close()
    assert rows
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, bihuan: Bihuan) -> tuple[Path, Answer]:
    data = tmp_path_factory.mktemp("simulate") / "data"
    return data, simulated(bihuan, data, 7)


def test_the_same_seed_makes_the_same_city(
    first: tuple[Path, Answer], tmp_path: Path, bihuan: Bihuan
) -> None:
    data, answer = first
    again = simulated(bihuan, tmp_path / "again", 7)
    other = simulated(bihuan, tmp_path / "other", 8)

    assert (answer.code, answer.document["tickets"]) == (0, 30)
    assert again.document | {"seconds": 0} == answer.document | {"seconds": 0}
    assert log_of(tmp_path / "again") == log_of(data)
    assert other.document | {"seconds": 0} != answer.document | {"seconds": 0}
    assert log_of(tmp_path / "other") != log_of(data)


def test_a_simulated_city_is_clean(first: tuple[Path, Answer], bihuan: Bihuan) -> None:
    data, _ = first
    answer = bihuan("verify", "--data", data)

    assert (answer.code, answer.document["faults"]) == (0, [])


def test_damaged_read_models_are_found_and_rebuilt(
    first: tuple[Path, Answer], bihuan: Bihuan
) -> None:
    data, _ = first
    assert bihuan("verify", "--data", data).code == 0
    connection = sqlite3.connect(data / DATABASE_FILE)
    (oldest,) = connection.execute("SELECT min(number) FROM ticket_lines").fetchone()
    connection.execute("UPDATE ticket_lines SET title = 'x' WHERE number = ?", (oldest,))
    connection.commit()
    connection.close()

    found = bihuan("verify", "--data", data)
    kept = bihuan("projections", "rebuild", "--data", data)
    mended = bihuan("projections", "rebuild", "--data", data, "--accept-differences")

    assert (found.code, found.document["faults"][0]["code"]) == (1, "read-model-differs")
    assert (kept.code, kept.document["swapped"]) == (1, False)
    assert (mended.code, mended.document["swapped"]) == (0, True)
    assert bihuan("verify", "--data", data).code == 0


@pytest.mark.parametrize(
    "command",
    [("verify",), ("projections", "rebuild"), ("dead-letters", "list"), ("staff", "list")],
)
def test_a_directory_without_a_store_is_refused(
    tmp_path: Path, bihuan: Bihuan, command: tuple[str, ...]
) -> None:
    answer = bihuan(*command, "--data", tmp_path / "none")

    assert (answer.code, answer.document["error"]["code"]) == (2, "no-store")
    assert not (tmp_path / "none").exists()


def test_a_malformed_first_day_is_refused(tmp_path: Path, bihuan: Bihuan) -> None:
    answer = bihuan("simulate", "--data", tmp_path, "--start", "tomorrow")

    assert (answer.code, answer.document["error"]["code"]) == (2, "date-malformed")
