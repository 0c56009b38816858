"""Exports: every line in words, with who took it; and no cell runs as a formula."""

import io
import zipfile

from api.exporting import as_csv, as_xlsx
from hotline.people.actors import Role
from tests.unit.api.conftest import House

ROWS = [("林 2026-11-20",), ("编号", "标题"), ("1", "=HYPERLINK(1)"), ("2", "路灯,不亮")]


def test_csv_is_read_as_chinese_and_runs_nothing() -> None:
    written = b"".join(as_csv(iter(ROWS)))
    assert written.startswith(b"\xef\xbb\xbf")
    lines = written.decode("utf-8-sig").splitlines()
    assert lines == ["林 2026-11-20", "编号,标题", "1,'=HYPERLINK(1)", '2,"路灯,不亮"']


def test_excel_holds_texts_only() -> None:
    book = zipfile.ZipFile(io.BytesIO(b"".join(as_xlsx(iter(ROWS)))))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK(1)" in sheet
    assert "路灯,不亮" in sheet


def test_an_export_is_logged_and_names_its_taker(pages: House) -> None:
    lead = pages.as_role(Role.SHIFT_LEAD)
    answer = lead.get("/tickets/export.csv?type=complaint&text=张三")
    assert answer.status_code == 200
    assert answer.text.splitlines()[0].startswith("\ufeff导出人 某某")
    (access,) = pages.accounts.accesses()
    assert (access.subject, access.reason) == (
        "export/s-shift_lead",
        "export.csv type=complaint",
    )


def test_who_takes_calls_takes_no_lists_away(pages: House) -> None:
    assert pages.as_role(Role.OPERATOR).get("/tickets/export.csv").status_code == 403
    assert pages.as_role(Role.SHIFT_LEAD).get("/tickets/export.exe").status_code == 404


def test_a_list_is_kept_for_its_maker_and_dropped(pages: House) -> None:
    lead = pages.as_role(Role.SHIFT_LEAD)
    form = {"name": "超期投诉", "query": "light=red&type=complaint&lang=en&next=//x"}
    kept = lead.post("/lists", data=form, follow_redirects=False)
    assert kept.headers["location"] == "/tickets?light=red&type=complaint"
    assert "超期投诉" in lead.get("/tickets").text
    assert "超期投诉" not in pages.as_role(Role.OPERATOR).get("/tickets").text
    lead.post("/lists", data={"name": "超期投诉", "drop": "1"})
    assert "超期投诉" not in lead.get("/tickets").text
