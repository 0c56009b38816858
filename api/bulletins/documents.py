"""Documents 通报文件: the bulletin as Word, to be signed, and as Excel, to be worked with."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.styles.style import ParagraphStyle

from api.bulletins.table import COLUMNS, Say, headings
from projections.bulletins import Bulletin, Row

_FONT = "宋体"
_HEAD_FONT = "黑体"
_SMALL, _BODY, _TITLE = Pt(7.5), Pt(10.5), Pt(18)


@dataclass(frozen=True, slots=True)
class Issue:
    """一期: a bulletin with the words around it."""

    bulletin: Bulletin
    title: str
    subtitle: str
    taken: str
    say: Say
    department: Callable[[str], str]
    category: Callable[[str], str]


def groups_of(issue: Issue) -> Iterator[tuple[str, list[Row]]]:
    """List the groups by their names."""
    for group, rows in issue.bulletin.groups.items():
        yield issue.say(f"inspect.level.{group}") if group else issue.say("page.nothing"), rows


def annexes(issue: Issue) -> Iterator[tuple[str, list[str]]]:
    """Write what stands below the table: lists, the overdue by name, causes, common problems."""
    say, bulletin = issue.say, issue.bulletin
    for best, key in ((True, "bulletin.red_list"), (False, "bulletin.black_list")):
        rows = bulletin.listed(best=best)
        yield (
            say(key),
            [
                say(
                    "bulletin.listed",
                    place=place,
                    department=issue.department(row.department),
                    rate=COLUMNS[5].told(row.figures),
                    n=row.on_time.denominator,
                )
                for place, row in enumerate(rows, 1)
            ]
            or [say("bulletin.too_few")],
        )
    yield (
        say("bulletin.overdue"),
        [
            say(
                "bulletin.overdue_of",
                department=issue.department(row.department),
                late=row.figures["bulletin_late"].numerator,
                open=row.figures["bulletin_open"].numerator,
            )
            for row in bulletin.overdue[:20]
        ]
        or [say("pack.none")],
    )
    yield (
        say("bulletin.causes"),
        [
            say("bulletin.counted", name=say(f"choice.reason.{name}"), count=count)
            for name, count in bulletin.causes
        ]
        or [say("pack.none")],
    )
    yield (
        say("bulletin.problems"),
        [
            say("bulletin.counted", name=issue.category(name), count=count)
            for name, count in bulletin.problems
        ]
        or [say("pack.none")],
    )


def as_word(issue: Issue, made_at: datetime) -> bytes:
    """Write Word: A4 across, one table a group, the annexes after it."""
    document = Document()
    _page(document)
    document.core_properties.title = issue.title
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = made_at
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(issue.title)
    run.bold, run.font.size = True, _TITLE
    below = document.add_paragraph(issue.subtitle)
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, rows in groups_of(issue):
        document.add_heading(name, level=2)
        _table(document, issue, rows)
    document.add_heading(issue.say("bulletin.whole"), level=2)
    _table(document, issue, [Row("", "", issue.bulletin.total)])
    for name, lines in annexes(issue):
        document.add_heading(name, level=2)
        for line in lines:
            document.add_paragraph(line, style="List Bullet")
    document.add_paragraph(issue.say("bulletin.digest_is", digest=issue.bulletin.digest))
    footer = document.sections[0].footer.paragraphs[0]
    footer.text = issue.taken
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _page(document: WordDocument) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Pt(40)
    for name, font in (("Normal", _FONT), ("Heading 2", _HEAD_FONT)):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            style.font.name = font
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
            style.font.size = _BODY


def _table(document: WordDocument, issue: Issue, rows: Sequence[Row]) -> None:
    table = document.add_table(rows=1, cols=len(COLUMNS) + 1)
    table.style = "Light Grid Accent 1"
    for cell, text in zip(table.rows[0].cells, headings(issue.say), strict=True):
        cell.text = text
    for row in rows:
        name = issue.department(row.department) or issue.say("bulletin.whole")
        texts = [name, *(column.told(row.figures) for column in COLUMNS)]
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    for line in table.rows:
        for cell in line.cells:
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.size = _SMALL


def as_excel(issue: Issue) -> bytes:
    """Write Excel: numbers as numbers, shares as shares, one sheet for the table, one for lists."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    title, head = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True})
    share = book.add_format({"num_format": "0.0%"})
    sheet = book.add_worksheet(issue.say("page.bulletins")[:31])
    sheet.write_string(0, 0, issue.title, title)
    sheet.write_string(1, 0, f"{issue.subtitle}  {issue.taken}")
    for place, text in enumerate([issue.say("bulletin.group"), *headings(issue.say)]):
        sheet.write_string(2, place, text, head)
    sheet.freeze_panes(3, 2)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 26)
    whole = Row("", "", issue.bulletin.total)
    listed = [(name, row) for name, rows in groups_of(issue) for row in rows]
    for line, (name, row) in enumerate([*listed, (issue.say("bulletin.whole"), whole)], 3):
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, issue.department(row.department))
        for place, column in enumerate(COLUMNS, 2):
            value = column.value(row.figures)
            if value is None:
                sheet.write_string(line, place, "–")
            else:
                sheet.write_number(line, place, value, share if column.is_share else None)
    more = book.add_worksheet(issue.say("bulletin.annexes")[:31])
    more.set_column(0, 0, 80)
    line = 0
    for name, lines in annexes(issue):
        more.write_string(line, 0, name, head)
        for text in lines:
            line += 1
            more.write_string(line, 0, text)
        line += 2
    more.write_string(line, 0, issue.say("bulletin.digest_is", digest=issue.bulletin.digest))
    book.close()
    return target.getvalue()
