"""The days of the administrators: a catalogue tried and published by keyboard, a person invited."""

from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, Site, log_in
from tests.browser.test_loop import problems

pytestmark = pytest.mark.browser

PAGES: Final = {
    "han": (
        *("/admin/departments", "/admin/departments/water", "/admin/departments/new"),
        *("/admin/catalogue?text=路灯", "/admin/catalogue/entries/K040101"),
        *(
            "/admin/catalogue/publish",
            "/admin/presets?preset=beijing",
            "/admin/calendars?year=2026",
        ),
        *("/admin/calendars?year=2026", "/admin/wordings", "/admin/wordings/zh/answered"),
        *("/admin/indicators", "/admin/changes"),
    ),
    "sun": ("/admin/staff", "/admin/staff/new", "/admin/staff/s-zhou"),
}


def by_keyboard(browser: Browser, site: Site, username: str) -> Page:
    """Open the door; from here on the mouse is never touched."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    log_in(page, site, username)
    return page


def into(page: Page, selector: str) -> None:
    """Walk to a field as a keyboard does."""
    for _ in range(120):
        if page.evaluate("s => document.activeElement === document.querySelector(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def type_into(page: Page, selector: str, words: str) -> None:
    into(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(words)


def test_a_catalogue_is_changed_tried_and_published_by_keyboard(
    browser: Browser, site: Site
) -> None:
    page = by_keyboard(browser, site, "han")
    page.goto(f"{site.url}/admin/catalogue/entries/K040101")
    type_into(page, "#f-keywords", "路灯、灯杆")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("修改")
    type_into(page, "#try-text", "灯杆倒在路边")
    expect(page.locator("#tried")).to_contain_text("按我的修订稿")
    expect(page.locator("#tried")).to_contain_text("结果不同")
    page.goto(f"{site.url}/admin/catalogue/publish")
    expect(page.locator(".differences .after")).to_have_text("路灯、灯杆")
    type_into(page, "#f-name", "2026.2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("2026.2")
    page.goto(f"{site.url}/admin/changes?kind=catalogue")
    first = page.locator(".changes > li").first
    expect(first.locator(".before").first).to_have_text("2026.1")
    expect(first).to_contain_text("路灯、灯杆")


def test_a_person_is_invited_sets_a_password_and_is_disabled(browser: Browser, site: Site) -> None:
    page = by_keyboard(browser, site, "sun")
    page.goto(f"{site.url}/admin/staff/new")
    type_into(page, "#f-username", "wang")
    type_into(page, "#f-department", "市水务局")
    into(page, "input[value=handler]")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    link = page.locator("#invitation").inner_text()

    guest = browser.new_context().new_page()
    guest.goto(f"{site.url}/invitation/{link.rpartition('/')[2]}")
    assert problems(guest) == []
    guest.fill("#password", PASSWORD)
    guest.fill("#again", PASSWORD)
    guest.keyboard.press("Enter")
    guest.wait_for_url(f"{site.url}/login")
    log_in(guest, site, "wang")
    guest.goto(f"{site.url}/inbox")
    expect(guest.locator("h1")).to_be_visible()

    page.goto(f"{site.url}/admin/staff/wang")
    page.locator("summary", has_text="停用账号").focus()
    page.keyboard.press("Enter")
    type_into(page, "#r-able", "借调")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("已停用")


def test_two_administrators_at_once_and_the_second_keeps_what_was_typed(
    browser: Browser, site: Site
) -> None:
    first, second = (by_keyboard(browser, site, "han") for _ in range(2))
    for page in (first, second):
        page.goto(f"{site.url}/admin/wordings/zh/closed")
    first.fill("#words", "工单{{ number }}已结案，谢谢。")
    first.fill("#f-reason", "更亲切")
    first.keyboard.press("Control+Enter")
    expect(first.locator(".alert-success")).to_be_visible()
    second.fill("#words", "工单{{ number }}办结。")
    second.fill("#f-reason", "更短")
    second.keyboard.press("Control+Enter")
    expect(second.locator(".bar-stale")).to_contain_text("更亲切")
    expect(second.locator("#words")).to_have_value("工单{{ number }}办结。")
    second.locator("#words").focus()
    second.keyboard.press("Control+Enter")
    expect(second.locator(".alert-success")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [(320, "light", "en"), (1280, "dark", "zh"), (2560, "light", "zh")],
)
def test_the_pages_fit_every_screen_and_pass_axe(
    browser: Browser, site: Site, width: int, theme: str, language: str
) -> None:
    for username, paths in PAGES.items():
        page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        log_in(page, site, username)
        page.evaluate(f"localStorage.setItem('theme', '{theme}')")
        page.goto(f"{site.url}/?lang={language}")
        for path in paths:
            page.goto(f"{site.url}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert problems(page) == [], path
        page.context.close()
