"""The administration over a real store: what stood before, what would move, what texts say."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher
from sqlalchemy.engine import URL

from hotline.clocks.calendar import Day, DayKind
from hotline.people.actors import Role
from hotline.people.commands import AppointStaff
from hotline.people.staff import StaffMember
from hotline.tickets.state import Ticket
from streams.accounts import accounts
from streams.database.engine import reading
from streams.texting.wordings import Wordings
from tests.contract.test_faces import REPORT, Site, opened_site

PASSWORD = "correct horse battery"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Desk:
    """An administrator in front of a house that keeps everything."""

    def __init__(self, site: Site, person: str, role: Role) -> None:
        self.site, self.client = site, site.visitor()
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        doors = accounts.Accounts(site.house.engine, b"", hasher=hasher)
        member = StaffMember(person=person, username=person, display_name=person, roles=(role,))
        doors.add_staff(member, PASSWORD)
        site.send(f"staff/{person}", AppointStaff(department="city", roles=(role,)))
        self.client.post("/login", data={"username": person, "password": PASSWORD})

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.status_code
        return unescape(answer.text)

    def post(self, path: str, *pairs: tuple[str, str], status: int = 303, **values: Any) -> str:
        found = re.search(r'name="csrf" value="(\w+)"', self.client.get("/").text)
        assert found
        body = urlencode([*pairs, *values.items(), ("csrf", found[1])])
        answer = self.client.post(path, content=body, headers=FORM, follow_redirects=False)
        assert answer.status_code == status, (answer.status_code, answer.text[-3000:])
        return unescape(answer.text)


@pytest.fixture
def site(address: URL, tmp_path: Path) -> Iterator[Site]:
    with opened_site(address, tmp_path) as site:
        yield site


def test_the_page_of_changes_says_who_and_what_before_beside_after(site: Site) -> None:
    han = Desk(site, "han", Role.SYSTEM_ADMINISTRATOR)
    values: dict[str, Any] = {
        "name": "市道路局",
        "name_en": "Roads",
        "level": "department",
        "parent": "city",
    }
    han.post("/admin/departments/roads", region="511800", version="1", **values)
    shown = han.get("/admin/changes?kind=department&person=han")
    assert "变更单位" in shown
    assert re.search(r'class="before">roads局</td><td class="after">市道路局<', shown)
    assert "设立单位" not in shown
    stale = han.post("/admin/departments/roads", region="511800", version="1", status=409, **values)
    assert "有人先改了" in stale


def test_two_administrators_at_once_and_the_second_keeps_what_was_typed(site: Site) -> None:
    han, lu = (Desk(site, name, Role.SYSTEM_ADMINISTRATOR) for name in ("han", "lu"))
    values: dict[str, Any] = {
        "name_en": "",
        "level": "department",
        "parent": "city",
        "region": "511800",
    }
    han.post("/admin/departments/roads", name="甲局", version="1", **values)
    shown = lu.post("/admin/departments/roads", name="乙局", version="1", status=409, **values)
    assert 'value="乙局"' in shown
    assert ">甲局<" in shown
    assert 'name="version" value="2"' in shown
    lu.post("/admin/departments/roads", name="乙局", version="2", message_id="again", **values)
    assert site.house.contexts.refreshed().directory.knows("roads")


def test_a_holiday_is_tried_on_open_tickets_before_it_is_published(site: Site) -> None:
    client = site.client(Role.OPERATOR)
    number = client.post("/api/v1/tickets", json=REPORT).json()["number"]
    state = site.app.state.faces.archive.state(f"ticket/{number}").state
    assert isinstance(state, Ticket)
    assert state.citizen_due is not None
    last = state.citizen_due.due_at.date()
    clocks = site.app.state.faces.administration.clocks("")
    days = [
        Day(day, DayKind.HOLIDAY, "临时放假")
        for day in (last - timedelta(days=1), last, last + timedelta(days=1))
    ]
    year = clocks.calendar.listed_in(last.year)
    merged = {one.date: one for one in (*year, *days)}
    tried = clocks.calendar.replaced("tried", merged.values())
    foresight = site.app.state.faces.administration.foresee_calendar("", tried)
    assert foresight.looked_at == 1
    moved = [one for one in foresight.moved if one.clock == "citizen"]
    assert [one.number for one in moved] == [number]
    assert moved[0].after > state.citizen_due.due_at
    again = site.app.state.faces.archive.state(f"ticket/{number}").state
    assert again == state
    assert date(last.year, 1, 1).year == last.year


def test_another_preset_moves_no_date_and_says_so(site: Site) -> None:
    client = site.client(Role.OPERATOR)
    client.post("/api/v1/tickets", json=REPORT)
    han = Desk(site, "han", Role.SYSTEM_ADMINISTRATOR)
    shown = han.get("/admin/presets?preset=shandong")
    assert "1 张在办工单的时限全部不变" in shown
    assert re.search(r"早 [12] · 晚 0", shown)


def test_published_words_are_the_ones_that_are_sent(site: Site) -> None:
    han = Desk(site, "han", Role.SYSTEM_ADMINISTRATOR)
    words = "您好，工单{{ number }}已结案。"
    in_force = Wordings(site.house.engine, site.house.wiring)
    han.post("/admin/wordings/zh/closed", words=words, reason="更亲切")
    assert in_force("zh", "closed") == words
    assert in_force("en", "closed") == ""
    shown = han.get("/admin/changes?kind=wording")
    assert words in shown
    assert "更亲切" in shown


def test_the_link_of_an_invitation_opens_the_account(site: Site) -> None:
    sun = Desk(site, "sun", Role.SECURITY_ADMINISTRATOR)
    own = sun.post("/admin/staff/sun", ("roles", "shift_lead"), department="city", status=403)
    assert "不能操作自己的账号" in own
    shown = sun.post(
        "/admin/staff/new",
        ("roles", "handler"),
        username="li",
        display_name="李四",
        department="roads",
        status=200,
    )
    link = re.search(r"/invitation/[\w-]+", shown)
    assert link is not None
    client = site.visitor()
    same = {"password": PASSWORD, "again": PASSWORD}
    assert client.post(link[0], data=same).url.path == "/login"
    client.post("/login", data={"username": "li", "password": PASSWORD})
    assert client.get("/inbox").status_code == 200
    assert client.post(link[0], data=same).status_code == 410
    with reading(site.house.engine) as connection:
        log = str(connection.exec_driver_sql("SELECT payload, actor FROM events").all())
    assert "李四" not in log
    assert "argon2" not in log


def test_an_administrator_sees_no_ticket(site: Site) -> None:
    number = site.client(Role.OPERATOR).post("/api/v1/tickets", json=REPORT).json()["number"]
    for person, role in (("han", Role.SYSTEM_ADMINISTRATOR), ("sun", Role.SECURITY_ADMINISTRATOR)):
        client = Desk(site, person, role).client
        for path in (f"/tickets/{number}", "/tickets", f"/api/v1/tickets/{number}"):
            assert client.get(path).status_code == 403
        assert REPORT["name"] not in client.get("/admin/changes").text
