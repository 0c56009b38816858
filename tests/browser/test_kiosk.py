"""Tablet and terminal under a finger: large targets, axe clean, nothing left when idle."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import Site, log_in
from tests.browser.test_loop import problems

pytestmark = pytest.mark.browser

TABLET: ViewportSize = {"width": 1024, "height": 768}
SMALL: ViewportSize = {"width": 320, "height": 640}
TARGET_MIN = 44
"""Side of the smallest target in CSS pixels (WCAG 2.5.5)."""


@pytest.fixture
def clerk(browser: Browser, site: Site) -> Iterator[Page]:
    page = browser.new_context().new_page()
    log_in(page, site, "yu")
    yield page
    page.context.close()


def device(site: Site, clerk: Page, kind: str) -> str:
    clerk.goto(f"{site.url}/window?window=1")
    return site.url + str(clerk.locator(f"a[href^='/{kind}/']").get_attribute("href"))


def serve(site: Site, clerk: Page, item: str, project: str = "") -> None:
    clerk.goto(f"{site.url}/window?window=1")
    clerk.fill("#item_name", item)
    clerk.fill("#project_no", project)
    clerk.locator("main form button").first.click()
    clerk.wait_for_url(re.compile("/qr"))


def targets(page: Page) -> list[float]:
    """Measure whatever can be touched, by the shorter side."""
    found: list[float] = page.evaluate(
        """() => [...document.querySelectorAll('a, button, .tick, input:not([type=hidden]):not('
        + '[type=checkbox]), textarea, summary')].filter(one => one.offsetParent).map(one => {
        const box = one.getBoundingClientRect(); return Math.min(box.width, box.height); })"""
    )
    return found


def test_the_window_asks_and_a_person_rates_on_the_tablet(
    browser: Browser, site: Site, clerk: Page
) -> None:
    address = device(site, clerk, "tablet")
    serve(site, clerk, "供水报装")
    page = browser.new_context(java_script_enabled=False, viewport=TABLET).new_page()
    page.goto(address)
    page.get_by_role("link", name="不满意", exact=True).click()
    page.get_by_label("没有提供材料清单").check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("感谢您的评价")
    page.goto(address)
    expect(page.get_by_text("欢迎您")).to_be_visible()


@pytest.mark.parametrize("size", [TABLET, SMALL], ids=["tablet", "small"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_devices_pass_axe_and_have_large_targets(
    browser: Browser, site: Site, clerk: Page, language: str, size: ViewportSize
) -> None:
    tablet, terminal = device(site, clerk, "tablet"), device(site, clerk, "terminal")
    serve(site, clerk, "供水过户")
    page = browser.new_context(viewport=size).new_page()
    for address in (
        *(tablet, f"{tablet}?level=1", f"{tablet}?thanks=1"),
        *(terminal, f"{terminal}/rate", f"{terminal}/track"),
    ):
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
        assert problems(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert min(targets(page)) >= TARGET_MIN, address


def test_a_terminal_goes_home_when_nobody_touches_it(
    browser: Browser, site: Site, clerk: Page
) -> None:
    terminal = device(site, clerk, "terminal")
    serve(site, clerk, "水表检定", "K1")
    page = browser.new_context(viewport=TABLET).new_page()
    page.clock.install()
    page.goto(terminal)
    page.get_by_role("link", name="评价服务").click()
    page.fill("#number", "K1")
    page.clock.run_for(46_000)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.run_for(61_000)
    page.wait_for_url(terminal)
    page.goto(f"{terminal}/rate")
    expect(page.locator("#number")).to_have_value("")


def test_the_page_of_the_window_passes_axe_and_fits(site: Site, clerk: Page) -> None:
    serve(site, clerk, "供水报修")
    for language in ("zh", "en"):
        clerk.set_viewport_size(SMALL)
        clerk.goto(f"{site.url}/window?lang={language}")
        assert problems(clerk) == []
        assert clerk.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
