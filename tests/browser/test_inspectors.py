"""An inspector's day: find, look into the past, take a pack that proves itself; pages pass axe."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.packs.checking import check
from tests.browser.conftest import Site, log_in
from tests.browser.test_desks import given
from tests.browser.test_loop import problems

pytestmark = pytest.mark.browser
PAGES = (
    *(
        "/inspect",
        "/inspect?text=井盖",
        "/inspect/suspicions",
        "/inspect/suspicions?rule=held_back",
    ),
    *("/inspect/samples", "/inspect/places", "/inspect/accesses", "/bulletins"),
)


def test_an_inspectors_day(browser: Browser, site: Site, tmp_path: Path) -> None:
    number = given(site, "文昌路井盖松动")
    page = browser.new_context(accept_downloads=True).new_page()
    log_in(page, site, "shen")
    page.goto(f"{site.url}/inspect")
    page.keyboard.type("文昌路井盖")
    page.keyboard.press("Enter")
    page.click(f"#found a[href='/inspect/tickets/{number}']")
    page.click(".step-links a >> nth=0")
    assert "共" in page.inner_text("main")
    assert problems(page) == []
    page.goto(f"{site.url}/inspect/tickets/{number}/pack")
    page.fill("#reason", "核查办理过程")
    with page.expect_download() as download:
        page.click("button[value=zip]")
    target = tmp_path / "pack.zip"
    download.value.save_as(target)
    found = check(target.read_bytes())
    assert (found.ticket, found.faults) == (number, ())
    page.goto(f"{site.url}/inspect/accesses")
    assert number in page.inner_text("main")


@pytest.mark.parametrize(("width", "lang"), [(320, "en"), (1440, "zh")])
def test_the_desk_fits_and_passes_axe(browser: Browser, site: Site, width: int, lang: str) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    log_in(page, site, "shen")
    for path in PAGES:
        mark = "&" if "?" in path else "?"
        page.goto(f"{site.url}{path}{mark}lang={lang}")
        assert problems(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
