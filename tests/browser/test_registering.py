"""The operator's form in a browser: a proposal with and without scripts, and what looks alike."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, log_in
from tests.browser.test_loop import problems

pytestmark = pytest.mark.browser


def fill(page: Page, site: Site, title: str, text: str) -> None:
    page.goto(f"{site.url}/tickets/new")
    page.fill("[name=title]", title)
    page.fill("main [name=text]", text)
    page.check("[name=type][value=help]", force=True)


def test_the_form_proposes_without_scripts_and_keeps_what_was_typed(
    browser: Browser, site: Site
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    log_in(page, site, "lin")
    fill(page, site, "南门路灯不亮", "南门口三盏路灯坏了一周")
    page.fill("[name=phone]", "13912341234")
    page.click("main form button:has-text('核对派单')")
    expect(page.locator("#proposal")).to_contain_text("市城管执法局")
    expect(page.locator("#proposal")).to_contain_text("文中有关键词：路灯")
    expect(page.locator("[name=phone]")).to_have_value("13912341234")
    assert "路灯" not in page.url
    page.fill("[name=category]", "没有这种分类")
    page.click("main form button[data-send]")
    expect(page.locator("#problem")).to_contain_text("分类：请从列表中选择")
    page.fill("[name=category]", "路灯照明（040101）")
    page.click("main form button[data-send]")
    number = page.locator("dd.h3").inner_text()
    page.goto(f"{site.url}/tickets/{number}")
    expect(page.locator(".facts").first).to_contain_text("路灯照明（040101）")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_form_proposes_while_typing_and_shows_what_looks_alike(
    browser: Browser, site: Site, theme: str
) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    log_in(page, site, "lin")
    page.evaluate(f"localStorage.setItem('theme', '{theme}')")
    fill(page, site, f"东门路灯闪烁{theme}", "路灯一直闪")
    page.click("main form button[data-send]")
    number = page.locator("dd.h3").inner_text()
    fill(page, site, f"东门路灯闪烁{theme}", "又有路灯在闪")
    expect(page.locator(f"#proposal a[href='/tickets/{number}']")).to_be_visible()
    expect(page.locator("main form button[data-send]")).to_be_in_viewport()
    assert problems(page) == []


def test_the_form_fits_a_small_phone(browser: Browser, site: Site) -> None:
    page = browser.new_context(viewport={"width": 320, "height": 640}).new_page()
    log_in(page, site, "lin")
    page.goto(f"{site.url}/tickets/new?lang=en")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert problems(page) == []
