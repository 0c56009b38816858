"""表格文件: reads CSV files of any origin, and says of every bad row what is wrong with it.

UTF-8 is tried first, then GB18030, common for files out of a Chinese spreadsheet.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FILE_BYTES_MAX: Final = 256 * 1024 * 1024
FIELD_CHARACTERS_MAX: Final = 200_000
"""A longer field is a broken quote rather than a long letter (our default)."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """行问题: why a row (or, with row 0, the file) cannot be taken."""

    row: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Row:
    """行: its line in the file, and its fields by column, stripped."""

    line: int
    fields: dict[str, str]


@dataclass(slots=True)
class TableFile:
    """表: the rows that could be read, and everything that speaks against the others."""

    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    columns: tuple[str, ...] = ()


def decoded(content: bytes, bytes_max: int = FILE_BYTES_MAX) -> str | RowProblem:
    """Decode a whole file, or say why it cannot be."""
    if len(content) > bytes_max:
        detail = f"the file has {len(content)} bytes, at most {bytes_max} are read"
        return RowProblem(0, "file-too-large", detail)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return RowProblem(0, "encoding-unknown", "save the file as UTF-8 or GB18030 CSV")


def read_table(path: Path, required: Sequence[str], filled: Sequence[str] = ()) -> TableFile:
    """Read a file with a line of column names; `filled` columns may not be empty in any row."""
    table = TableFile()
    try:
        content = path.read_bytes()
    except OSError as error:
        table.problems.append(RowProblem(0, "file-unreadable", error.strerror or "unreadable"))
        return table
    text = decoded(content)
    if isinstance(text, RowProblem):
        table.problems.append(text)
        return table
    for line in _lines(text, table, required):
        if empty := [name for name in filled if not line.fields.get(name)]:
            table.problems.append(RowProblem(line.line, "field-empty", ", ".join(empty)))
        else:
            table.rows.append(line)
    return table


def _lines(text: str, table: TableFile, required: Sequence[str]) -> Iterator[Row]:
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        table.columns = tuple((name or "").strip() for name in reader.fieldnames or ())
        missing = [name for name in required if name not in table.columns]
        if missing:
            detail = f"the first line must name the columns {', '.join(missing)}"
            table.problems.append(RowProblem(1, "columns-missing", detail))
            return
        reader.fieldnames = list(table.columns)
        for raw in reader:
            if None in raw or any(value is None for value in raw.values()):
                detail = f"{len(table.columns)} fields are expected"
                table.problems.append(RowProblem(reader.line_num, "field-count", detail))
                continue
            yield Row(reader.line_num, {name: value.strip() for name, value in raw.items()})
    except csv.Error as error:
        table.problems.append(RowProblem(reader.line_num, "row-unreadable", str(error)))
