"""A day at the call desk by keyboard alone: known callers, additions, drafts, an ended session."""

from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from streams.accounts.tables import staff_sessions
from tests.browser.conftest import PASSWORD, Site, log_in
from tests.browser.test_loop import problems

pytestmark = pytest.mark.browser

WIDTHS: Final = (320, 768, 1280, 2560)


def by_keyboard(browser: Browser, site: Site, username: str) -> Page:
    """Log in without touching the mouse."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{site.url}/login")
    page.focus("#username")
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")
    return page


def take_call(page: Page, phone: str, name: str, text: str) -> None:
    page.keyboard.press("Alt+n")
    expect(page.locator("#new-phone")).to_be_focused()
    page.keyboard.type(phone)
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    page.keyboard.press("Alt+t")
    page.keyboard.type(text)


def test_a_day_at_the_call_desk_by_keyboard_alone(browser: Browser, site: Site) -> None:
    page = by_keyboard(browser, site, "lin")
    take_call(page, "13700001111", "王小明", "柳树街路灯不亮，已经三天了")
    expect(page.locator("#proposal")).to_contain_text("市城管执法局")
    page.keyboard.press("Alt+a")
    expect(page.locator("#new-category")).to_have_value("路灯照明（040101）")
    page.keyboard.press("Alt+2")
    page.keyboard.press("Control+Enter")
    code = page.locator("dd.code")
    expect(code).to_be_visible()
    number = page.locator("dd.h3").inner_text()
    assert len(code.inner_text()) == 6

    take_call(page, "13700001111", "", "柳树街路灯还是不亮")
    expect(page.locator("#callers")).to_contain_text("王**")
    expect(page.locator("#callers")).not_to_contain_text("王小明")
    expect(page.locator(f"#proposal button[value='{number}']")).to_be_visible()
    page.keyboard.press("Alt+j")
    expect(page.locator("h1")).to_have_text("已追加")
    assert "13700001111" not in page.url

    page.goto(f"{site.url}/my")
    expect(page.locator("#mine")).to_contain_text("柳树街路灯不亮")
    page.goto(f"{site.url}/tickets/{number}")
    expect(page.locator(".history").first).to_contain_text("柳树街路灯还是不亮")


def test_a_draft_survives_a_closed_window(browser: Browser, site: Site) -> None:
    page = by_keyboard(browser, site, "tang")
    take_call(page, "13700002222", "", "井盖丢失，很危险")
    expect(page.locator("[data-draft-state]")).to_have_text("草稿已保存")
    page.goto(f"{site.url}/my")
    page.goto(f"{site.url}/tickets/new")
    expect(page.locator("#new-text")).to_have_value("井盖丢失，很危险")
    stored = page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "井盖" not in stored
    assert "13700002222" not in stored
    page.click("form[action='/drafts/call'] button")
    expect(page.locator("#new-text")).to_have_value("")


def test_a_session_that_ends_in_mid_form_loses_nothing(browser: Browser, site: Site) -> None:
    page = by_keyboard(browser, site, "wu")
    take_call(page, "13700003333", "", "污水管道破裂，路面积水")
    with site.house.engine.begin() as connection:
        connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == "s-wu"))
    page.wait_for_timeout(5500)  # a session is remembered for five seconds by design
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("登录已过期")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.click("main button:has-text('提交刚才填写的内容')")
    expect(page.locator("dd.code")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_the_call_desk_fit_every_screen(
    browser: Browser, site: Site, width: int
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    log_in(page, site, "lin")
    for path in ("/", "/tickets/new", "/my", "/tickets"):
        page.goto(f"{site.url}{path}?lang=en")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert problems(page) == [], path
