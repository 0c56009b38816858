import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.routing import app

ROWS = [
    f"{number},{subject}{number},{body},{label}"
    for number in range(6)
    for subject, body, label in (
        ("工厂排放废气", "夜间噪音扰民", "环境保护"),
        ("公交车不来", "出租车拒载", "交通运输"),
    )
]


def written(directory: Path, *extra: str, encoding: str = "utf-8") -> Path:
    file = directory / "labelled.csv"
    lines = ("message_id,subject,body,category_level_1", *ROWS, *extra)
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--json"])


def last_line(result: Result) -> dict[str, Any]:
    document = json.loads(result.stdout.splitlines()[-1])
    assert isinstance(document, dict)
    return document


def test_a_trained_model_is_kept_and_measured(tmp_path: Path) -> None:
    file = written(tmp_path, encoding="gb18030")
    trained = run("train", file, "--data", tmp_path / "data", "--cross-validate")
    assert trained.exit_code == 0, trained.output
    document = last_line(trained)
    assert (document["rows"], document["encoding"]) == (12, "gb18030")
    assert document["classes"] == ["交通运输", "环境保护"]
    assert document["cross_validation"]["accuracy"] == 1.0
    measured = run("evaluate", file, "--data", tmp_path / "data")
    assert measured.exit_code == 0, measured.output
    figures = last_line(measured)
    assert (figures["accuracy"], figures["macro_f1"], figures["rows"]) == (1.0, 1.0, 12)
    assert (figures["seen_rows"], figures["unseen"]) == (12, None)
    assert "memory, not skill" in measured.stderr
    assert figures["per_class"]["环境保护"] == {
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "rows": 6,
    }


def test_bad_rows_are_named_or_stop_everything(tmp_path: Path) -> None:
    file = written(tmp_path, "7,无类,x,")
    lenient = run("train", file, "--data", tmp_path)
    assert last_line(lenient)["errors"] == [{"line": 14, "code": "label-missing"}]
    strict = run("evaluate", file, "--data", tmp_path, "--strict")
    assert (strict.exit_code, last_line(strict)["error"]["code"]) == (2, "rows-refused")


def test_figures_are_shown_to_people(tmp_path: Path) -> None:
    file = written(tmp_path)
    result = CliRunner().invoke(
        app, ["train", str(file), "--data", str(tmp_path), "--cross-validate"]
    )
    assert result.exit_code == 0, result.output
    assert "准确率 accuracy 1.000" in result.stdout


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "file-empty"),
        ("subject,body\n", "column-missing"),
        ("subject,body,category_level_1\n", "rows-refused"),
        ("subject,body,category_level_1\na,b,c\n", "too-few-rows"),
    ],
)
def test_a_file_that_teaches_nothing_is_refused(content: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "labelled.csv"
    file.write_text(content, encoding="utf-8")
    result = run("train", file, "--data", tmp_path / "data")
    assert (result.exit_code, last_line(result)["error"]["code"]) == (2, code)
    assert not (tmp_path / "data").exists()


def test_a_model_must_be_there_and_sound(tmp_path: Path) -> None:
    file = written(tmp_path)
    missing = run("evaluate", file, "--data", tmp_path)
    assert (missing.exit_code, last_line(missing)["error"]["code"]) == (2, "model-missing")
    (tmp_path / "routing-model.skops").write_bytes(b"garbage")
    broken = run("evaluate", file, "--data", tmp_path)
    assert (broken.exit_code, last_line(broken)["error"]["code"]) == (2, "model-unusable")
