"""Tickets of an older system: each row once, each bad row named, a rehearsal leaves no trace."""

import hashlib
from pathlib import Path

import pytest

from streams.database.engine import DATABASE_FILE
from tests.bihuan import Bihuan

HEADER = "编号,标题,内容,受理时间,诉求人,联系电话,诉求类型,分类"
GOOD = "A-1,路灯不亮,东门路灯三天不亮,2026-03-02 10:00,王安,13800000000,投诉,0101"
BAD_ROWS = {
    "A-2,路灯不亮,内容,2999-01-01 10:00,,,投诉,": "date-in-the-future",
    "A-3,路灯不亮,内容,昨天,,,投诉,": "time-malformed",
    "A-4,路灯不亮,内容,2026-03-02 10:00,,,投诉,不存在的分类": "category-unknown",
    "A-5,路灯不亮,内容,2026-03-02 10:00,,,抱怨,": "type-unknown",
    "A-6,路灯不亮,内容,2026-03-02 10:00,,12,投诉,": "phone-malformed",
    "A-7,,内容,2026-03-02 10:00,,,投诉,": "field-empty",
    "A-8,路灯不亮," + "长" * 20_001 + ",2026-03-02 10:00,,,投诉,": "body-too-large",
    "A-9,少了几列": "field-count",
}


def written(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    file = folder / "old.csv"
    file.write_text("\n".join((HEADER, *rows)) + "\n", encoding=encoding)
    return file


def digest(data: Path) -> dict[str, str]:
    """Hash every file; an empty write-ahead log says nothing."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(data.iterdir())
        if path.stat().st_size and not path.name.endswith("-shm")
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, bihuan: Bihuan) -> Path:
    """Make a store with one imported ticket."""
    folder = tmp_path_factory.mktemp("import")
    answer = bihuan("import", written(folder, GOOD), "--data", folder / "data")
    assert (answer.code, answer.document["stored"]) == (0, 1)
    return folder / "data"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_comes_in_once_whatever_the_encoding(
    data: Path, tmp_path: Path, bihuan: Bihuan, encoding: str
) -> None:
    answer = bihuan("import", written(tmp_path, GOOD, encoding=encoding), "--data", data)

    assert (answer.code, answer.document["stored"], answer.document["repeated"]) == (0, 0, 1)
    assert bihuan("dead-letters", "list", "--data", data).document == {"dead_letters": []}


def test_every_bad_row_is_named_and_the_good_ones_come_in(
    data: Path, tmp_path: Path, bihuan: Bihuan
) -> None:
    other = GOOD.replace("A-1", "A-100")

    answer = bihuan("import", written(tmp_path, *BAD_ROWS, other), "--data", data)

    assert answer.code == 1
    assert answer.document["stored"] == 1
    told = {one["row"]: one["code"] for one in answer.document["rejected"]}
    assert told == dict(enumerate(BAD_ROWS.values(), start=2))
    assert all(one["detail"] for one in answer.document["rejected"])


def test_a_rehearsal_leaves_the_store_byte_for_byte(
    data: Path, tmp_path: Path, bihuan: Bihuan
) -> None:
    file = written(tmp_path, GOOD.replace("A-1", "A-200"), *BAD_ROWS)
    before = digest(data)

    answer = bihuan("import", file, "--data", data, "--dry-run")

    assert (answer.code, answer.document["acceptable"], answer.document["stored"]) == (1, 1, 0)
    assert digest(data) == before


def test_a_rehearsal_makes_no_store(tmp_path: Path, bihuan: Bihuan) -> None:
    file = written(tmp_path, GOOD, *BAD_ROWS)

    answer = bihuan("import", file, "--data", tmp_path / "none", "--dry-run")

    assert answer.document["acceptable"] == 1
    assert {one["code"] for one in answer.document["rejected"]} == set(BAD_ROWS.values())
    assert not (tmp_path / "none" / DATABASE_FILE).exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no-rows"),
        (b"\x81\xff\xfe\x00\x00", "encoding-unknown"),
        ("甲,乙\n1,2\n".encode(), "columns-missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, bihuan: Bihuan, content: bytes, code: str
) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(content)

    answer = bihuan("import", file, "--data", tmp_path / "data")

    assert answer.code == 2
    assert answer.document["error"]["code"] == code
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, bihuan: Bihuan) -> None:
    answer = bihuan("import", tmp_path / "none.csv", "--data", tmp_path / "data")

    assert (answer.code, answer.document["error"]["code"]) == (2, "file-unreadable")
