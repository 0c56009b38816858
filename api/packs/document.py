"""Document 证据文件: the pack as one PDF that people read: plain, numbered, marked on every page.

Knows paragraphs and tables and nothing of a ticket.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableCellFillMode
from fpdf.fonts import FontFace

_FAMILY: Final = "chinese"
_INK: Final = (27, 36, 48)
_SOFT: Final = (77, 89, 103)
_LINE: Final = (221, 227, 234)
_HEAD: Final = (245, 247, 250)
_MARK: Final = (228, 232, 238)
_MARGIN: Final = 18

logging.getLogger("fontTools").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Section:
    """章节: a heading with paragraphs, pairs, or a table; empty parts are left out."""

    title: str
    paragraphs: Sequence[str] = ()
    pairs: Sequence[tuple[str, str]] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    widths: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """文件: title, the line below it, what is written across each page, and its sections."""

    title: str
    subtitle: str
    mark: str
    footer: str
    made_at: datetime
    sections: Sequence[Section] = field(default_factory=tuple)


class _Sheet(FPDF):
    """A page with a mark across it and a footer."""

    def __init__(self, paper: Paper, font: tuple[Path, int]) -> None:
        super().__init__(format="A4")
        self._paper = paper
        path, place = font
        self.add_font(_FAMILY, "", path, collection_font_number=place)
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=20)
        self.set_creation_date(paper.made_at)
        self.set_title(paper.title)
        self.set_creator("Bihuan")

    def header(self) -> None:
        """Write who took it and when across the page, so that a passed-on page can be traced."""
        self.set_font(_FAMILY, size=12)
        self.set_text_color(*_MARK)
        for down in (70, 140, 210):
            for across in (15, 95):
                with self.rotation(24, across + 40, down):
                    self.text(across, down, self._paper.mark)
        self.set_text_color(*_INK)

    def footer(self) -> None:
        """Write which page of how many it is."""
        self.set_y(-14)
        self.set_font(_FAMILY, size=7.5)
        self.set_text_color(*_SOFT)
        self.cell(0, 4, self._paper.footer, align="L")
        self.set_x(_MARGIN)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(*_INK)


def written(paper: Paper, font: tuple[Path, int]) -> bytes:
    """Write the document."""
    sheet = _Sheet(paper, font)
    sheet.add_page()
    sheet.set_font(_FAMILY, size=18)
    sheet.multi_cell(0, 9, paper.title, new_x="LMARGIN", new_y="NEXT")
    sheet.set_font(_FAMILY, size=10)
    sheet.set_text_color(*_SOFT)
    sheet.multi_cell(0, 5.5, paper.subtitle, new_x="LMARGIN", new_y="NEXT")
    sheet.set_text_color(*_INK)
    for section in paper.sections:
        _write(sheet, section)
    return bytes(sheet.output())


def _write(sheet: _Sheet, section: Section) -> None:
    sheet.ln(5)
    if sheet.get_y() > sheet.h - 45:
        sheet.add_page()
    sheet.set_font(_FAMILY, size=12.5)
    sheet.multi_cell(0, 7, section.title, new_x="LMARGIN", new_y="NEXT")
    sheet.set_draw_color(*_LINE)
    sheet.line(_MARGIN, sheet.get_y(), sheet.w - _MARGIN, sheet.get_y())
    sheet.ln(2)
    sheet.set_font(_FAMILY, size=9)
    for paragraph in section.paragraphs:
        sheet.multi_cell(0, 5, paragraph, new_x="LMARGIN", new_y="NEXT", align="L")
    if section.pairs:
        _table(sheet, (), section.pairs, (22, 78))
    if section.rows:
        _table(sheet, section.head, section.rows, section.widths)


def _table(
    sheet: _Sheet,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
) -> None:
    sheet.set_font(_FAMILY, size=8.5)
    with sheet.table(
        col_widths=tuple(widths) or None,
        borders_layout="HORIZONTAL_LINES",
        line_height=4.6,
        padding=(1, 1.5),
        text_align="LEFT",
        v_align="TOP",
        first_row_as_headings=bool(head),
        headings_style=FontFace(color=_SOFT, fill_color=_HEAD, emphasis=""),
        cell_fill_mode=TableCellFillMode.NONE,
    ) as table:
        for cells in (head,) if head else ():
            row = table.row()
            for cell in cells:
                row.cell(cell)
        for cells in rows:
            row = table.row()
            for cell in cells:
                row.cell(cell or "–")
