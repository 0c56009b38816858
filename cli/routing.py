"""派单建议命令: train the model that suggests a class, and measure it.

The model only proposes; what the catalogue says is never overridden by it.
"""

from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from cli.report import print_json, refuse
from streams.city.catalogue import publish_catalogue
from streams.labelled_rows import (
    LabelledFile,
    RowError,
    UnreadableFileError,
    read_labelled,
)
from streams.suggestion import (
    MODEL_FILE,
    Figures,
    SuggestionModel,
    TooFewRowsError,
    UnusableModelError,
    cross_validate,
    lexicon_of,
)
from streams.suggestion import evaluate as measure
from streams.suggestion import train as learn

app = typer.Typer(
    help="派单建议：训练、评估。 The trained routing suggestion.", no_args_is_help=True
)

_UNREADABLE: Final = {
    "file-unreadable": (
        "读不到该文件；请核对路径和权限。",
        "Check the file's path and permissions.",
    ),
    "file-empty": ("文件是空的。", "The file is empty."),
    "encoding-unknown": (
        "无法识别文件编码；请存为 UTF-8 或 GB18030 的 CSV。",
        "The encoding is unknown; save the file as CSV in UTF-8 or GB18030.",
    ),
    "csv-malformed": ("CSV 结构损坏，请检查引号。", "The CSV is broken; check its quotes."),
    "column-missing": (
        "缺少列：需要 subject、body 和 category_level_1。",
        "The columns subject, body and category_level_1 are needed.",
    ),
}

File = Annotated[Path, typer.Argument(help="CSV：subject, body, category_level_1")]
Data = Annotated[Path, typer.Option(help="数据目录 data directory that holds the model")]
Strict = Annotated[bool, typer.Option("--strict", help="有坏行即中止 stop at any bad row")]
Json = Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")]


@app.command(epilog="例 Example: bihuan routing train labelled.csv --data data --cross-validate")
def train(
    file: File,
    data: Data = Path("data"),
    cross: Annotated[
        bool, typer.Option("--cross-validate", help="五折交叉验证 five folds")
    ] = False,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """训练模型并保存。 Train the model and keep it in the data directory."""
    read = _read(file, strict=strict, as_json=as_json)
    lexicon = lexicon_of(publish_catalogue().entries)
    console = Console(stderr=True)
    try:
        with console.status("训练 training …"):
            model = learn(read.rows, lexicon)
            figures = cross_validate(read.rows, lexicon) if cross else None
    except TooFewRowsError:
        _refuse_too_few(as_json=as_json)
    try:
        model.save(data / MODEL_FILE)
    except OSError:
        refuse(
            "data-directory-unwritable",
            f"无法写入数据目录 {data}；原模型未改动。",
            f"The data directory {data} cannot be written; the model before is unchanged.",
            as_json=as_json,
        )
    if as_json:
        document: dict[str, object] = {
            "model": str(data / MODEL_FILE),
            "rows": len(read.rows),
            "classes": list(model.labels),
            "encoding": read.encoding,
            "errors": _errors(read.errors),
        }
        if figures:
            document["cross_validation"] = _document(figures)
        print_json(document)
        return
    typer.echo(f"已训练 trained: {len(read.rows)} 行 rows, {len(model.labels)} 类 classes")
    _show_errors(read.errors)
    if figures:
        _show(figures, "五折交叉验证 cross-validation")


@app.command(epilog="例 Example: bihuan routing evaluate held-back.csv --data data --json")
def evaluate(
    file: File, data: Data = Path("data"), strict: Strict = False, as_json: Json = False
) -> None:
    """用已分类留言评估模型。 Measure the kept model on messages of known class."""
    read = _read(file, strict=strict, as_json=as_json)
    try:
        model = SuggestionModel.load(data / MODEL_FILE)
    except FileNotFoundError:
        refuse(
            "model-missing",
            f"{data} 中没有模型；请先运行 bihuan routing train。",
            f"There is no model in {data}; run bihuan routing train first.",
            as_json=as_json,
        )
    except UnusableModelError:
        refuse(
            "model-unusable",
            "模型文件损坏或版本不符；请重新训练。",
            "The model is broken or of another version; train it again.",
            as_json=as_json,
        )
    found = measure(model, read.rows)
    if found.seen_rows:
        typer.echo(
            f"{found.seen_rows} 行曾用于训练，其成绩是记忆而非能力；请用未见过的留言，"
            f"或 routing train --cross-validate。\n{found.seen_rows} rows were trained on: their "
            "figures are memory, not skill. Use messages held back, or train --cross-validate.",
            err=True,
        )
    if as_json:
        document = {**_document(found.every), "seen_rows": found.seen_rows}
        if found.seen_rows:
            document["unseen"] = _document(found.unseen) if found.unseen.rows else None
        print_json({**document, "errors": _errors(read.errors)})
    else:
        _show_errors(read.errors)
        _show(found.every, "评估 evaluation")
        if found.seen_rows and found.unseen.rows:
            _show(found.unseen, "仅未见过的行 unseen rows only")


def _read(file: Path, *, strict: bool, as_json: bool) -> LabelledFile:
    try:
        read = read_labelled(file)
    except UnreadableFileError as error:
        chinese, english = _UNREADABLE[error.code]
        detail = f" ({error.detail})" if error.detail else ""
        refuse(error.code, chinese + detail, english + detail, as_json=as_json)
    if not read.rows or (strict and read.errors):
        where = ", ".join(f"{error.line}: {error.code}" for error in read.errors[:5])
        refuse(
            "rows-refused",
            f"没有可用的行，或有坏行：{where}",
            f"No row can be used, or some are bad: {where}",
            as_json=as_json,
        )
    return read


def _refuse_too_few(*, as_json: bool) -> NoReturn:
    refuse(
        "too-few-rows",
        "样本不足：至少两类，每类至少两条。",
        "Too few rows: at least two classes with two messages each are needed.",
        as_json=as_json,
    )


def _document(figures: Figures) -> dict[str, object]:
    return {
        "accuracy": figures.accuracy,
        "macro_f1": figures.macro_f1,
        "per_class": {label: dict(found) for label, found in figures.per_class.items()},
        "rows": figures.rows,
    }


def _errors(errors: tuple[RowError, ...]) -> list[dict[str, object]]:
    return [{"line": error.line, "code": error.code} for error in errors]


def _show_errors(errors: tuple[RowError, ...]) -> None:
    for error in errors:
        typer.echo(f"第 {error.line} 行 line {error.line}: {error.code}", err=True)


def _show(figures: Figures, title: str) -> None:
    table = Table(title=f"{title}: {figures.rows} 行 rows")
    for column in ("类 class", "行 rows", "精确率 precision", "召回率 recall", "F1"):
        table.add_column(column, justify="left" if column == "类 class" else "right")
    for label, found in figures.per_class.items():
        shares = (f"{found[name]:.3f}" for name in ("precision", "recall", "f1"))
        table.add_row(label, str(int(found["rows"])), *shares)
    Console().print(table)
    typer.echo(f"准确率 accuracy {figures.accuracy:.3f}  macro-F1 {figures.macro_f1:.3f}")
