"""The days of a dispatcher and a department, seen live by others; every page passes axe."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.people.actors import SYSTEM, Actor
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from tests.browser.conftest import REGION, Site, log_in
from tests.browser.test_loop import Desk, problems

pytestmark = pytest.mark.browser

PAGES: Final = {
    "chen": ("/dispatch", "/decisions", "/decisions?kind=reviews", "/clusters"),
    "zheng": ("/inbox", "/inbox?group=acknowledge"),
    "tang": ("/", "/tickets", "/my", "/decisions?kind=adjudications"),
}


def given(site: Site, title: str) -> str:
    """Register a ticket that no rule assigns."""
    command = RegisterTicket(
        type=TicketType.COMPLAINT, channel=Channel.WEB, region=REGION, title=title, summary=title
    )
    envelope = Envelope(
        message_id=f"desks/{title}",
        stream="",
        command=command,
        actor=Actor("setup", SYSTEM.role),
        at=datetime.now(UTC),
    )
    receipt = site.house.runtime.submit(envelope)
    assert receipt.status is ReceiptStatus.DONE, receipt.refusal
    assert site.house.runtime.caught_up(receipt, 10)
    return receipt.stream.partition("/")[2]


def test_a_dispatchers_day_and_a_departments_day(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    desk = Desk(browser, site)
    first, second = given(site, "东街水表空转"), given(site, "西街水压不足")
    officer = desk.page("chen")
    officer.goto(f"{site.url}/dispatch")
    for number in (first, second):
        officer.check(f"[name=picked][value='{number}']")
        officer.fill(f"[name='category-{number}']", "供水水质（110101）")
        officer.fill(f"[name='lead-{number}']", "市水务局")
    expect(officer.locator("[data-count]")).to_have_text("2")
    officer.fill("[name=reason]", "供水职责")
    officer.keyboard.press("Control+Enter")
    expect(officer.locator("#outcome")).to_contain_text("已办理 2 件")

    water = desk.page("zheng")
    water.goto(f"{site.url}/inbox?group=acknowledge")
    for number in (first, second):
        water.check(f"[name=picked][value='{number}']")
    water.click("button[data-send]")
    expect(water.locator("#outcome")).to_contain_text("已办理 2 件")

    desk.act("zheng", first, "record-contact", way="phone", evidence="通话记录1")
    water.goto(f"{site.url}/tickets/{first}/answer")
    water.fill("[name=public_text]", "已更换水表。")
    photo = tmp_path / "现场.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    water.set_input_files("#file", photo)
    water.click("button:has-text('上传并附上')")
    expect(water.locator("[name=evidence]")).to_have_value(
        r := water.input_value("[name=evidence]")
    )
    assert r.startswith("现场.png sha256:")
    expect(water.locator("[name=public_text]")).to_have_value("已更换水表。")
    water.fill("[name=internal_text]", "现场更换")
    water.fill("[name=basis]", "《城市供水条例》")
    water.check("[name=solved]")
    water.click("button[data-send]")
    expect(water.locator("main")).to_contain_text("现场.png")
    with water.expect_download() as found:
        water.click("a:has-text('现场.png') >> nth=0")
    assert found.value.suggested_filename == "现场.png"
    stored = [one for one in (site.house.data / "evidence").rglob("*") if one.is_file()]
    assert stored
    assert all(b"PNG" not in one.read_bytes() for one in stored)

    desk.act(
        *("zheng", second, "return-ticket"),
        ground="function",
        basis="三定规定",
        proposed_department="市城管执法局",
    )
    judge = desk.page("wu")
    judge.goto(f"{site.url}/decisions?kind=returns")
    card = judge.locator("article", has_text="西街水压不足")
    expect(card).to_contain_text("职能")
    card.locator("summary:has-text('同意退单')").click()
    card.locator("[name=lesson]").fill("目录应改为城管")
    card.locator("details[open] button").click()
    expect(judge.locator("[role=status]").first).to_be_visible()
    judge.goto(f"{site.url}/tickets/{second}")
    expect(judge.locator(".page-head .stage").first).to_have_text("待派单")


def test_a_lists_reader_sees_a_new_ticket_within_a_second(browser: Browser, site: Site) -> None:
    page = Desk(browser, site).page("chen")
    page.goto(f"{site.url}/dispatch")
    expect(page.locator(".live.on")).to_be_visible()
    number = given(site, "南街阀门漏水")
    expect(page.locator(f"[name=picked][value='{number}']")).to_be_attached(timeout=3000)


def test_two_people_on_one_ticket_see_each_other_and_keep_their_words(
    browser: Browser, site: Site
) -> None:
    desk = Desk(browser, site)
    number = given(site, "北街井盖破损")
    slow = desk.page("wu")
    slow.goto(f"{site.url}/tickets/{number}")
    expect(slow.locator(".live.on")).to_be_visible()
    form = slow.locator("details#precheck-ticket")
    form.locator("summary").click()
    form.locator("[name=category]").fill("0401")
    desk.act("chen", number, "precheck-ticket", type="complaint", category="110101")
    expect(slow.locator(".page-head .stage").first).to_have_text("待派单")
    expect(slow.locator(".news")).to_be_visible()
    expect(form.locator("[name=category]")).to_have_value("0401")


def test_mass_incidents_are_merged_and_taken_apart_by_another(browser: Browser, site: Site) -> None:
    desk = Desk(browser, site)
    main, child = given(site, "花园小区全楼停水一"), given(site, "花园小区全楼停水二")
    page = desk.page("chen")
    page.goto(f"{site.url}/clusters")
    group = page.locator("form", has=page.locator(f"[name=picked][value='{child}']"))
    group.locator(f"[name=main][value='{main}']").check()
    group.locator("[name=reasons]").fill("同一小区同一时间停水")
    group.locator("button").click()
    expect(page.locator("#outcome")).to_contain_text("已办理 1 件")
    other = desk.page("tang")
    other.goto(f"{site.url}/clusters")
    incident = other.locator("article", has_text=main)
    incident.locator("summary").click()
    incident.locator(f"[name=picked][value='{child}']").check()
    incident.locator("[name=reason]").fill("原因不同")
    incident.locator("button").click()
    expect(other.locator("#outcome")).to_contain_text("已办理 1 件")


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1280, "dark"), (2560, "light")])
def test_the_desks_fit_every_screen_and_pass_axe(
    browser: Browser, site: Site, width: int, theme: str
) -> None:
    for username, paths in PAGES.items():
        page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        log_in(page, site, username)
        page.evaluate(f"localStorage.setItem('theme', '{theme}')")
        for path in paths:
            page.goto(f"{site.url}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert problems(page) == [], path
        page.context.close()
