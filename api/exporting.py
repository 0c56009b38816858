"""Exporting 导出: a list as CSV or Excel, written as it is read, page by page.

The first line says who took it and when, as the watermark does on a page. A cell that begins like a
formula is written as text, so that a citizen's words never run in somebody's spreadsheet.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Final

import xlsxwriter

from api import reading
from api.messages import Language
from api.naming import Naming
from api.ports import Faces
from hotline.people.actors import Actor
from projections.tickets.line import TicketLine
from projections.tickets.queries import TicketFilter

LINES_MAX: Final = 100_000
"""Lines of one export (our default); a larger one is cut into periods."""
PAGE_LINES: Final = 500
COLUMNS: Final = (
    *("number", "light", "title", "type", "stage", "department", "category", "region", "place"),
    *("registered", "due", "closed", "returns_count", "supervision"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_CHUNK: Final = 65_536
_MEMORY_BYTES_MAX: Final = 4 * 1024 * 1024
_LABELS: Final = {
    "type": "field.type",
    "category": "field.category",
    "region": "field.region",
    "place": "field.place",
    "light": "page.lights",
    "supervision": "command.open-supervision",
}


def lines_of(house: Faces, actor: Actor, wanted: TicketFilter) -> Iterator[TicketLine]:
    """Read a list to its end, a page at a time."""
    cursor, count = "", 0
    while count < LINES_MAX:
        page = reading.ticket_page(house, actor, wanted, cursor, PAGE_LINES)
        yield from page.lines
        count += PAGE_LINES
        cursor = page.cursor
        if not cursor:
            return


def rows(
    house: Faces, language: Language, lines: Iterator[TicketLine], taken: str
) -> Iterator[Sequence[str]]:
    """Say lines in words, below a line that tells who took them and the names of the columns."""
    say, naming = house.messages.text, Naming(house, language)
    yield (taken,)
    yield tuple(say(language, _LABELS.get(name, f"page.{name}")) for name in COLUMNS)
    for line in lines:
        yield (
            line.number,
            say(language, f"light.{line.light}") if line.open else "",
            line.title,
            say(language, f"type.{line.type}"),
            say(language, f"stage.{line.stage}"),
            naming.department(line.lead),
            naming.category(line.category, line.region) if line.category else "",
            naming.region(line.region),
            line.place,
            _moment(line.registered_at),
            _moment(line.department_due_at or line.citizen_due_at),
            _moment(line.closed_at),
            str(line.returns_count),
            str(line.supervision),
        )


def as_csv(found: Iterator[Sequence[str]]) -> Iterator[bytes]:
    """Write CSV that spreadsheet programs open as Chinese."""
    yield b"\xef\xbb\xbf"
    for row in found:
        text = io.StringIO()
        csv.writer(text).writerow([_harmless(cell) for cell in row])
        yield text.getvalue().encode()


def as_xlsx(found: Iterator[Sequence[str]]) -> Iterator[bytes]:
    """Write Excel in constant memory; the file is gone when it was sent."""
    with SpooledTemporaryFile(max_size=_MEMORY_BYTES_MAX) as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(file, options)
        sheet = book.add_worksheet()
        sheet.freeze_panes(2, 1)
        for place, row in enumerate(found):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, cell)
        book.close()
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _moment(micros: int | None) -> str:
    found: datetime | None = reading.local(micros) if micros else None
    return found.strftime("%Y-%m-%d %H:%M") if found else ""
