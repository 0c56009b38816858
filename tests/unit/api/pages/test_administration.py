"""Forms of the administration become commands; a refusal keeps what was typed."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from handlers.outcome import Record
from hotline.evaluations.indicators import NATIONAL, Indicator
from hotline.house.commands import PublishIndicators, PublishWording, WithdrawWording
from hotline.people.actors import Role
from hotline.people.commands import (
    AddDepartment,
    AppointStaff,
    ChangeDepartment,
    ChangeDutyPhone,
    DepartmentLevel,
    DisableStaff,
    InviteStaff,
    RetireDepartment,
)
from hotline.people.staff import StaffMember
from hotline.people.state import Department, Staff
from hotline.refusal import Refusal
from hotline.routing.commands import (
    CatalogueEntry,
    Category,
    ChoosePreset,
    PublishCalendar,
    PublishCatalogue,
)
from hotline.routing.state import Catalogue
from tests.unit.api.conftest import PASSWORD, House

FORM = {"content-type": "application/x-www-form-urlencoded"}
WATER: dict[str, Any] = {
    "name": "市水务局",
    "name_en": "Water",
    "level": "department",
    "region": "511800",
}
LAMPS = CatalogueEntry(id="K1", lead="roads", category="04", keywords=("路灯",))
LESSON = CatalogueEntry(id="L1", lead="water", category="04", region="511802")


class Desk:
    """An administrator in front of the pages."""

    def __init__(self, pages: House, role: Role) -> None:
        member = StaffMember(person="s-han", username="han", display_name="韩", roles=(role,))
        pages.accounts.add_staff(member, PASSWORD)
        self.pages, self.client = pages, pages.client()
        self.client.post("/login", data={"username": "han", "password": PASSWORD})

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.status_code
        return unescape(answer.text)

    def post(self, path: str, *pairs: tuple[str, str], status: int = 303, **values: Any) -> str:
        found = re.search(r'name="csrf" value="(\w+)"', self.client.get("/").text)
        assert found
        body = urlencode([*pairs, *values.items(), ("csrf", found[1])])
        answer = self.client.post(path, content=body, headers=FORM, follow_redirects=False)
        assert answer.status_code == status, (answer.status_code, answer.text[-2000:])
        return unescape(answer.text)

    def sent(self) -> Any:
        return self.pages.gateway.taken[-1].command


def _department(name: str, parent: str = "city") -> Department:
    level = DepartmentLevel.DEPARTMENT if parent else DepartmentLevel.CITY
    return Department(name=name, name_en="", level=level, parent=parent, region="511800")


@pytest.fixture
def city(pages: House) -> House:
    places = {"city": _department("示范市", ""), "water": _department("市水务局")}
    places["roads"] = _department("市城管局")
    pages.archive.places = places
    for code, place in places.items():
        pages.archive.states[f"department/{code}"] = Record(place, 3)
    catalogue = Catalogue(
        version="2026.1",
        categories=(Category(code="04", name="市政"),),
        entries=(LAMPS,),
        added=(LESSON,),
    )
    pages.archive.catalogues = {"": catalogue}
    pages.archive.states["catalogue/"] = Record(catalogue, 5)
    return pages


@pytest.fixture
def system(city: House) -> Desk:
    return Desk(city, Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def security(city: House) -> Desk:
    state = Staff(department="water", roles=(Role.HANDLER,))
    city.archive.states["staff/li"] = Record(state, 2)
    return Desk(city, Role.SECURITY_ADMINISTRATOR)


def test_a_department_is_added_by_the_name_of_its_parent(system: Desk) -> None:
    system.post("/admin/departments/new", code="gas", parent="示范市", **WATER)
    assert system.sent() == AddDepartment(
        name="市水务局",
        name_en="Water",
        level=DepartmentLevel.DEPARTMENT,
        parent="city",
        region="511800",
    )
    assert system.pages.gateway.taken[-1].stream == "department/gas"


@pytest.mark.parametrize("code", ["water", "Größe", "a/b", "", "x" * 41])
def test_a_code_is_new_and_plain(system: Desk, code: str) -> None:
    status = 409 if code == "water" else 422
    shown = system.post("/admin/departments/new", code=code, status=status, **WATER)
    assert 'value="Water"' in shown
    assert system.pages.gateway.taken == []


def test_an_overtaken_form_keeps_what_was_typed_and_goes_through_next(system: Desk) -> None:
    system.pages.gateway.refusal = Refusal("stale-form", {"expected": "2", "current": "3"})
    typed = {**WATER, "name": "市水务集团", "parent": "city", "version": "2"}
    shown = system.post("/admin/departments/water", status=409, message_id="m1", **typed)
    assert system.pages.gateway.taken[-1].expected_version == 2
    assert 'value="市水务集团"' in shown
    assert "有人先改了" in shown
    assert 'name="version" value="3"' in shown
    assert isinstance(system.sent(), ChangeDepartment)


def test_a_duty_phone_travels_beside_the_command(system: Desk) -> None:
    system.post("/admin/departments/water/phone", phone="0835-2220000")
    envelope = system.pages.gateway.taken[-1]
    assert envelope.command == ChangeDutyPhone(given=True)
    assert [(one.citizen, one.phone) for one in envelope.personal] == [
        ("department/water", "0835-2220000")
    ]
    system.post("/admin/departments/water/phone", phone="")
    assert system.sent() == ChangeDutyPhone(given=False)
    system.post("/admin/departments/water/phone", phone="abc", status=422)


def test_a_department_is_retired_for_a_reason(system: Desk) -> None:
    system.post("/admin/departments/roads/retire", reason="机构改革")
    assert system.sent() == RetireDepartment(reason="机构改革")


def test_a_new_person_is_appointed_and_gets_a_link_once(security: Desk) -> None:
    shown = security.post(
        "/admin/staff/new",
        ("roles", "handler"),
        ("roles", "department_leader"),
        username="li",
        department="市水务局",
        status=409,
    )
    assert "登录名已被使用" in shown
    security.pages.archive.states["staff/wang"] = Record(None, 0)

    def appoint(envelope: Any) -> Any:
        if isinstance(envelope.command, InviteStaff):
            state = Staff(department="water", roles=(Role.HANDLER,), invitations_count=1)
            security.pages.archive.states["staff/wang"] = Record(state, 2)
        return submit(envelope)

    submit = security.pages.gateway.submit
    security.pages.gateway.submit = appoint  # type: ignore[method-assign] # the log answers
    shown = security.post(
        "/admin/staff/new",
        ("roles", "handler"),
        ("roles", "department_leader"),
        username="wang",
        display_name="王",
        department="市水务局",
        message_id="m2",
        status=200,
    )
    first, second = security.pages.gateway.taken[-2:]
    assert first.command == AppointStaff(
        department="water", roles=(Role.HANDLER, Role.DEPARTMENT_LEADER)
    )
    assert (second.command, second.stream) == (InviteStaff(), "staff/wang")
    link = re.search(r"https://12345.example(/invitation/[\w-]+)", shown)
    assert link is not None
    answer = security.pages.client().get(link[1])
    assert answer.status_code == 200
    assert security.pages.accounts.log_in("wang", "", security.pages.time[0]) is None


def test_roles_that_were_ticked_stay_ticked(security: Desk) -> None:
    security.pages.gateway.refusal = Refusal("role-stands-alone", {"roles": "inspector"})
    shown = security.post(
        "/admin/staff/li",
        ("roles", "inspector"),
        ("roles", "leader"),
        department="water",
        status=409,
    )
    for role in ("inspector", "leader"):
        assert f'value="{role}" checked' in shown
    assert 'value="handler" checked' not in shown


def test_an_account_is_disabled_with_the_version_that_was_seen(security: Desk) -> None:
    security.post("/admin/staff/li/disable", reason="借调", version="2")
    assert security.sent() == DisableStaff(reason="借调")
    assert security.pages.gateway.taken[-1].expected_version == 2


def test_an_invitation_sets_a_password_once(security: Desk) -> None:
    pages = security.pages
    state = Staff(department="water", roles=(Role.HANDLER,), invitations_count=1)
    pages.archive.states["staff/li"] = Record(state, 3)
    member = StaffMember(person="li", username="li", display_name="李", roles=(Role.HANDLER,))
    pages.accounts.add_staff(member, None)
    link = pages.app.state.faces.administration.invitation_link("li", 1)
    stranger: TestClient = pages.client()
    short = stranger.post(f"/invitation/{link}", data={"password": "x", "again": "x"})
    assert (short.status_code, "密码太短" in short.text) == (422, True)
    differ = {"password": PASSWORD, "again": PASSWORD + "x"}
    assert stranger.post(f"/invitation/{link}", data=differ).status_code == 422
    same = {"password": PASSWORD, "again": PASSWORD}
    done = stranger.post(f"/invitation/{link}", data=same, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/login")
    assert pages.gateway.taken[-1].actor.person == "li"
    assert isinstance(pages.accounts.log_in("li", PASSWORD, pages.time[0]), tuple)
    assert stranger.get(f"/invitation/{link}").status_code == 410
    assert stranger.get("/invitation/AAAA").status_code == 410


def test_a_draft_of_the_catalogue_is_tried_and_published_with_its_base(system: Desk) -> None:
    entry: dict[str, Any] = {
        "lead": "市水务局",
        "category": "市政（04）",
        "keywords": "路灯、照明 ，井盖",
    }
    system.post("/admin/catalogue/entries/K1", **entry)
    system.post("/admin/catalogue/entries/L1", remove="1")
    assert system.pages.gateway.taken == []
    shown = system.get("/admin/catalogue?text=路灯不亮")
    assert "按我的修订稿" in shown
    assert "结果不同" in shown
    assert "市城管局" in system.get("/admin/catalogue/publish")
    system.post("/admin/catalogue/publish", name="2026.2", version="5")
    assert system.sent() == PublishCatalogue(
        version="2026.2",
        categories=(Category(code="04", name="市政"),),
        entries=(
            CatalogueEntry(id="K1", lead="water", category="04", keywords=("路灯", "照明", "井盖")),
        ),
        dropped=("L1",),
    )
    assert "draft-empty" not in system.get("/admin/catalogue")
    system.post("/admin/catalogue/publish", name="2026.3", version="5", status=409)


def test_a_draft_survives_somebody_elses_publication(system: Desk) -> None:
    system.post("/admin/catalogue/entries/K1", lead="water", category="04", keywords="路灯")
    catalogue = system.pages.archive.states["catalogue/"].state
    system.pages.archive.states["catalogue/"] = Record(catalogue, 6)
    assert "有人改了目录" in system.get("/admin/catalogue")
    system.pages.gateway.refusal = Refusal("stale-form", {"expected": "5", "current": "6"})
    shown = system.post("/admin/catalogue/publish", name="2026.2", version="5", status=409)
    assert "2026.2" in shown
    assert system.pages.gateway.taken[-1].expected_version == 5
    system.post("/admin/catalogue/draft", rebase="1")
    assert "有人改了目录" not in system.get("/admin/catalogue")
    assert "市水务局" in system.get("/admin/catalogue/publish")


def test_an_entry_names_what_exists(system: Desk) -> None:
    shown = system.post(
        "/admin/catalogue/entries/new", id="K2", lead="某局", keywords="停电", status=422
    )
    assert "停电" in shown
    system.post("/admin/catalogue/entries/new", id="K1", lead="water", status=409)
    system.post("/admin/catalogue/entries/new", id="a/b", lead="water", status=422)


def test_a_preset_is_looked_at_before_it_is_chosen(system: Desk) -> None:
    shown = system.get("/admin/presets?preset=beijing")
    assert "选用“北京”会怎样" in shown
    assert "7个自然日" in shown
    assert system.pages.gateway.taken == []
    system.post("/admin/presets", preset="beijing", version="5")
    assert system.sent() == ChoosePreset(preset="beijing")


YEAR = [
    *(("first", "2027-01-01"), ("last", "2027-01-03"), ("kind", "holiday"), ("note", "元旦")),
    *(("first", "2027-02-05"), ("last", "2027-02-11"), ("kind", "holiday"), ("note", "春节")),
    *(("first", "2027-05-01"), ("last", "2027-05-05"), ("kind", "holiday"), ("note", "劳动节")),
    *(("first", "2027-10-01"), ("last", "2027-10-07"), ("kind", "holiday"), ("note", "国庆节")),
    *(("first", "2027-10-09"), ("last", ""), ("kind", "makeup_workday"), ("note", "国庆节")),
    *(("first", ""), ("last", ""), ("kind", "holiday"), ("note", "")),
]


def test_a_year_is_previewed_and_then_published_beside_the_others(system: Desk) -> None:
    shown = system.post("/admin/calendars", *YEAR, year="2027", name="cn-2027", status=200)
    assert "发布后会移动的时限" in shown
    assert system.pages.gateway.taken == []
    system.post("/admin/calendars", *YEAR, year="2027", name="cn-2027", publish="1")
    command = system.sent()
    assert isinstance(command, PublishCalendar)
    years = {day.date.year for day in command.days}
    assert {2026, 2027} <= years
    assert sum(day.date.year == 2027 for day in command.days) == 3 + 7 + 5 + 7 + 1


def test_half_a_year_is_refused_and_stays_in_the_form(system: Desk) -> None:
    shown = system.post("/admin/calendars", *YEAR[:8], year="2027", name="x", status=422)
    assert 'value="2027-02-05"' in shown
    wrong = [("first", "2026-01-01"), ("last", ""), ("kind", "holiday"), ("note", "")]
    system.post("/admin/calendars", *wrong, year="2027", name="x", status=422)


def test_words_are_tried_before_they_are_published(system: Desk) -> None:
    path = "/admin/wordings/zh/answered"
    fails = "工单{{ number }}：{{ summary[0] }}{{ w.day(until_at) }}"
    shown = system.post(path, words=fails, reason="x", status=422)
    assert "summary" in shown
    assert fails in shown
    shown = system.post(path, words="工单{{ phone }}", reason="x", status=422)
    assert "没有 phone" in shown
    assert system.pages.gateway.taken == []
    words = "工单{{ number }}已答复。"
    shown = system.post(path, words=words, preview="1", status=200)
    assert "工单5118002026021301000123已答复。" in shown
    assert "1 条" in shown
    system.post(path, words=words, reason="简短")
    assert system.sent() == PublishWording(words=words, reason="简短")
    system.post(path, words=words, reason="改回", withdraw="1")
    assert system.sent() == WithdrawWording(reason="改回")


def test_indicators_are_published_as_the_rows_say(system: Desk) -> None:
    rows = [
        pair
        for one in (*NATIONAL.sentences[1:], Indicator("L1-09", 1, "新", "New"))
        for pair in (("code", one.code), ("level", str(one.level)), ("zh", one.zh), ("en", one.en))
    ]
    empty = [("code", "L5-00"), ("level", "5"), ("zh", " "), ("en", "")]
    shown = system.post("/admin/indicators", *empty, *rows, name="2027", preview="1", status=200)
    assert "L1-09" in shown
    assert system.pages.gateway.taken == []
    system.post("/admin/indicators", *empty, *rows, name="2027")
    command = system.sent()
    assert isinstance(command, PublishIndicators)
    assert command.sentences == (
        *NATIONAL.sentences[1:],
        Indicator("L1-09", 1, "新", "New"),
    )
