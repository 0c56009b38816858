"""A citizen rates on a small phone without JavaScript; the pages pass axe in both languages."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.evaluations.commands import RecordService
from hotline.evaluations.vocabulary import Node, RatedObject
from hotline.people.actors import SYSTEM
from notifications.rating_links import Way
from tests.browser.conftest import Site, log_in
from tests.browser.test_loop import problems

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 320, "height": 640}


def served(site: Site, project: str) -> str:
    """Let a service take place, and give the address for rating it."""
    command = RecordService(
        project_no=project,
        service_number="1",
        region="511800",
        department="water",
        item_code="i",
        item_name="供水报装",
        node=Node.FINISHED,
        object=RatedObject.ITEM,
        served_at=datetime.now(UTC) - timedelta(minutes=1),
        citizen="c-1",
    )
    stream = f"service/{project}/1"
    envelope = Envelope(
        message_id=stream, stream=stream, command=command, actor=SYSTEM, at=datetime.now(UTC)
    )
    assert site.house.runtime.submit(envelope).status is ReceiptStatus.DONE
    return f"{site.url}/rate/{site.house.texting.rating_link(stream, Way.TEXT)}"


def test_a_phone_without_javascript_rates_in_two_steps(browser: Browser, site: Site) -> None:
    address = served(site, "B1")
    page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(address)
    page.get_by_role("link", name="2 不满意").click()
    page.get_by_label("没有提供材料清单").check()
    page.get_by_role("button").last.click()
    expect(page.get_by_role("status")).to_contain_text("评价已记录")
    page.goto(address)
    expect(page.get_by_text("已经评价过了")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_pass_axe_and_fit_a_small_phone(
    browser: Browser, site: Site, language: str
) -> None:
    address = served(site, f"A-{language}")
    page = browser.new_context(viewport=PHONE).new_page()
    for path in (f"{address}?lang={language}", f"{address}?level=1&lang={language}"):
        page.goto(path)
        assert problems(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("he", "/contact-tasks"),
        ("tang", "/texts/preview"),
        ("tang", "/texts/try"),
        ("han", "/reports"),
        ("ping", "/signals"),
        ("tang", "/erasures"),
    ],
)
def test_the_pages_of_those_who_speak_to_citizens_pass_axe(
    browser: Browser, site: Site, who: str, path: str
) -> None:
    page = browser.new_context(viewport=PHONE).new_page()
    log_in(page, site, who)
    page.goto(f"{site.url}{path}")
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_made_up_text_shows_what_is_understood_and_becomes_a_task(
    browser: Browser, site: Site
) -> None:
    page = browser.new_page()
    log_in(page, site, "tang")
    page.goto(f"{site.url}/texts/try")
    page.fill("[name=from]", "13900001111")
    page.fill("[name=words]", "你们几点上班")
    page.locator("main form button").click()
    expect(page.get_by_role("status")).to_contain_text("转人工")
    page.goto(f"{site.url}/contact-tasks")
    tasks = page.locator("main section")
    mine = tasks.filter(has_text="你们几点上班")
    expect(mine).to_have_count(1)
    expect(mine).to_be_visible()
    mine.locator("[name=reason]").fill("回复来信")
    mine.locator("form[action$=unlock] button").click()
    expect(mine.get_by_role("link", name="+8613900001111")).to_be_visible()
    left = tasks.count() - 1
    complete(mine)
    expect(mine).to_have_count(0)
    expect(tasks).to_have_count(left)
    for done in range(left):  # missed calls of other tests wait here too
        complete(tasks.first)
        expect(tasks).to_have_count(left - done - 1)
    expect(page.get_by_text("没有待办的联络任务")).to_be_visible()


def complete(task: Locator) -> None:
    task.locator("[name=outcome]").fill("已电话答复")
    task.locator("form:not([action$=unlock]) button").click()
