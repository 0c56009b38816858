"""The whole loop through the pages, each person in a session of their own; and who may look."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT, Site, log_in

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


class Desk:
    """The pages of several people at once."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self._site = browser, site
        self._pages: dict[str, Page] = {}

    def page(self, username: str) -> Page:
        if username not in self._pages:
            page = self._browser.new_context().new_page()
            log_in(page, self._site, username)
            self._pages[username] = page
        return self._pages[username]

    def act(self, username: str, number: str, command: str, **fields: str) -> Page:
        page = self.page(username)
        page.goto(f"{self._site.url}/tickets/{number}")
        form = page.locator(f"details#{command}")
        form.locator("summary").click()
        for name, value in fields.items():
            field = form.locator(f"[name={name}]")
            kind = field.evaluate("one => one.tagName + one.type")
            if kind.startswith("SELECT"):
                field.select_option(value)
            elif "checkbox" in kind:
                field.check()
            else:
                field.fill(value)
        form.locator("button").click()
        return page


def register(page: Page, site: Site, title: str) -> tuple[str, str]:
    page.goto(f"{site.url}/tickets/new")
    page.fill("[name=phone]", "13812341234")
    page.fill("[name=name]", "张三丰")
    page.fill("[name=title]", title)
    page.fill("main [name=text]", "我叫张三丰，自来水连续三天发黄，电话13812341234")
    page.check("[name=type][value=complaint]", force=True)
    page.click("main form button[data-send]")
    return page.locator("dd.h3").inner_text(), page.locator("dd.code").inner_text()


def problems(page: Page) -> list[str]:
    """Ask axe-core what is wrong at AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})).violations"
        ".map(v => v.id + ': ' + v.nodes.map(n => n.target).join(' '))"
    )
    return list(found)


def test_a_complaint_runs_through_the_loop(browser: Browser, site: Site) -> None:
    desk = Desk(browser, site)
    number, code = register(desk.page("lin"), site, "北门街自来水发黄")
    desk.act("chen", number, "precheck-ticket", type="complaint", category="110101")
    desk.act("chen", number, "assign-ticket", lead="water", reason="供水职责")
    desk.act("zheng", number, "acknowledge-ticket")
    desk.act("zhou", number, "record-contact", way="phone", evidence="通话记录1")
    desk.act(
        *("zhou", number, "answer-ticket"),
        public_text="已冲洗管道，水质合格。",
        internal_text="已现场处置",
        basis="《城市供水条例》",
        evidence="现场照片1",
        solved="1",
    )
    desk.act("feng", number, "submit-feedback")
    checks = ("approved", "contact_proven", "answers_question", "basis_stated", "no_template")
    marks = dict.fromkeys((*checks, "no_personal_data"), "1")
    desk.act("wu", number, "review-answer", **marks)
    page = desk.act(
        *("he", number, "record-revisit"),
        way="phone",
        connected="1",
        contacted_by_department="true",
        solved="true",
        satisfaction="5",
        attitude="5",
    )
    expect(page.locator(".page-head .stage").first).to_have_text("已结案")
    expect(page.locator("main")).not_to_contain_text("张三丰")

    citizen = browser.new_context(java_script_enabled=False).new_page()
    citizen.goto(f"{site.url}/citizen/track")
    citizen.fill("#number", number)
    citizen.fill("#code", code)
    citizen.click("main form button")
    expect(citizen.locator("main")).to_contain_text("已冲洗管道，水质合格。")
    assert code not in citizen.url


def test_two_people_at_once_the_second_keeps_what_was_typed(browser: Browser, site: Site) -> None:
    desk = Desk(browser, site)
    number, _ = register(desk.page("lin"), site, "井盖松动")
    slow = desk.page("wu")
    slow.goto(f"{site.url}/tickets/{number}")
    form = slow.locator("details#assign-ticket")
    form.locator("summary").click()
    form.locator("[name=lead]").fill("water")
    form.locator("[name=reason]").fill("井盖归供水")
    desk.act("chen", number, "precheck-ticket", type="complaint", category="110101")
    form.locator("button").click()
    expect(slow.locator("#problem")).to_contain_text("页面内容已过期")
    expect(slow.locator("details#assign-ticket [name=reason]")).to_have_value("井盖归供水")


def test_personal_data_opens_for_a_reason_only(browser: Browser, site: Site) -> None:
    desk = Desk(browser, site)
    page = desk.page("lin")
    number, _ = register(page, site, "水表损坏")
    page.goto(f"{site.url}/tickets/{number}")
    expect(page.locator("#caller")).to_contain_text("138****1234")
    page.fill("#unlock-reason", "核对诉求人电话")
    page.click("#caller button")
    expect(page.locator("#caller")).to_contain_text("张三丰")
    (access, *_) = site.house.accounts.accesses()
    assert (access.actor.person, access.reason) == ("s-lin", "核对诉求人电话")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/citizen", "/citizen/track", "/login"])
def test_citizen_pages_without_scripts_and_on_a_small_phone(
    browser: Browser, site: Site, path: str, language: str
) -> None:
    plain = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    ).new_page()
    plain.goto(f"{site.url}{path}?lang={language}")
    expect(plain.locator("h1")).to_be_visible()
    page = browser.new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(f"{site.url}{path}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert problems(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_staff_pages_pass_axe(browser: Browser, site: Site, theme: str) -> None:
    desk = Desk(browser, site)
    number, _ = register(desk.page("lin"), site, "路灯不亮")
    page = desk.page("shen")
    page.evaluate(f"localStorage.setItem('theme', '{theme}')")
    work = ("inbox", "revisits", "deadlines", "returns", "kpis", "statistics", "audit")
    for path in ("", "tickets", f"tickets/{number}", *work):
        answer = page.goto(f"{site.url}/{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert problems(page) == [], path


def test_a_page_of_another_role_is_refused_kindly(browser: Browser, site: Site) -> None:
    page = Desk(browser, site).page("lin")
    answer = page.goto(f"{site.url}/audit")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("h1")).to_have_text("您的角色无权进行此操作")
