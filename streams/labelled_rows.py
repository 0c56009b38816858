"""Messages with a class, from a CSV file: read row by row, a bad row never hides the good ones.

Columns `subject`, `body`, and `category_level_1` (or `category`); others are ignored. A whole-file
problem is an `UnreadableFileError`; a bad row is a coded `RowError` with its line.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

LABEL_COLUMNS: Final = ("category_level_1", "category")
BODY_CHARACTERS_MAX: Final = 20_000
"""Longer than any message a citizen writes; beyond it a quote was left open (our default)."""

_FIELD_CHARACTERS_MAX: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class LabelledText:
    """已分类留言."""

    subject: str
    body: str
    label: str


@dataclass(frozen=True, slots=True)
class RowError:
    """坏行: where and why a row was left out; never what stood in it."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """读入结果."""

    rows: tuple[LabelledText, ...]
    errors: tuple[RowError, ...]
    encoding: str


class UnreadableFileError(Exception):
    """文件不可读: nothing of it can be used; `code` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code: Final = code
        self.detail: Final = detail
        super().__init__(f"{code}: {detail}" if detail else code)


def read_labelled(path: Path) -> LabelledFile:
    """Read a file of messages with their classes."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError("file-unreadable", error.strerror or "") from error
    text, encoding = _decoded(data)
    if not text.strip():
        raise UnreadableFileError("file-empty")
    csv.field_size_limit(_FIELD_CHARACTERS_MAX)
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[LabelledText] = []
    errors: list[RowError] = []
    try:
        header = [name.strip() for name in next(reader)]
        places = _places(header)
        for fields in reader:
            if not any(field.strip() for field in fields):
                continue
            row = _row(fields, header, places)
            if isinstance(row, str):
                errors.append(RowError(reader.line_num, row))
            else:
                rows.append(row)
    except csv.Error as error:
        raise UnreadableFileError("csv-malformed", f"line {reader.line_num}") from error
    return LabelledFile(tuple(rows), tuple(errors), encoding)


def _places(header: list[str]) -> tuple[int, int, int]:
    label = next((name for name in LABEL_COLUMNS if name in header), LABEL_COLUMNS[0])
    wanted = ("subject", "body", label)
    if missing := [name for name in wanted if name not in header]:
        raise UnreadableFileError("column-missing", ", ".join(missing))
    subject, body, place = (header.index(name) for name in wanted)
    return subject, body, place


def _row(fields: list[str], header: list[str], places: tuple[int, int, int]) -> LabelledText | str:
    if len(fields) != len(header):
        return "row-malformed"
    subject, body, label = (fields[place].strip() for place in places)
    if not label:
        return "label-missing"
    if not (subject or body):
        return "text-missing"
    if len(body) > BODY_CHARACTERS_MAX:
        return "body-too-long"
    return LabelledText(subject, body, label)


def _decoded(data: bytes) -> tuple[str, str]:
    """Decode UTF-8 and GB18030, the two that are common, before guessing."""
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError("encoding-unknown")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    guess = from_bytes(data).best()
    if guess is None:
        raise UnreadableFileError("encoding-unknown")
    return str(guess), guess.encoding
