"""A citizen follows a ticket on a small phone without JavaScript; the page passes axe."""

import re

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import Site
from tests.browser.test_loop import problems

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 320, "height": 640}


def tracked(page: Page, site: Site, language: str = "zh") -> None:
    """Complain, and open the tracking with the number and the code that were shown."""
    page.goto(f"{site.url}/citizen?lang={language}")
    page.fill("#title", "邻居的猫")
    page.fill("#text", "总在叫")
    page.fill("#phone", "13812349876")
    page.locator("main form button").click()
    number = page.locator("dd.h3").inner_text()
    code = page.locator("dd.code").inner_text()
    page.goto(f"{site.url}/citizen/track")
    page.fill("#number", number)
    page.fill("#code", code)
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/citizen/track"))


def test_data_go_home_and_erasure_is_asked_for_without_javascript(
    browser: Browser, site: Site
) -> None:
    page = browser.new_context(
        java_script_enabled=False, viewport=PHONE, accept_downloads=True
    ).new_page()
    tracked(page, site)
    expect(page.get_by_text("没有人查看过")).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("link", name="下载（可阅读）").click()
    assert "总在叫" in waited.value.path().read_text("utf-8")
    page.locator("summary", has_text="申请删除").click()
    page.get_by_role("button", name="申请删除我的个人信息").click()
    expect(page.get_by_text("删除申请处理中")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tracking_passes_axe_and_fits(browser: Browser, site: Site, language: str) -> None:
    page = browser.new_context(viewport=PHONE).new_page()
    tracked(page, site, language)
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
