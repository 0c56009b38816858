"""The days of the revisit and evaluation office; articles; every page passes axe."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import pytest
from playwright.sync_api import Browser, expect

from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.evaluations.commands import RecordEvaluation, RecordService
from hotline.evaluations.vocabulary import EvaluationChannel, Node, RatedObject
from hotline.people.actors import SYSTEM, Actor
from hotline.people.command_table import AnyCommand
from hotline.tickets import commands as tickets
from hotline.tickets.vocabulary import Channel, ContactWay, TicketType
from tests.browser.conftest import REGION, Site, log_in
from tests.browser.test_loop import Desk, problems

pytestmark = pytest.mark.browser

PAGES: Final = {
    "he": ("/revisits", "/revisits?kind=ratings", "/loops", "/loops/rating", "/knowledge"),
    "tang": ("/triage", "/triage?kind=explained", "/appeals", "/appeals?kind=decided"),
    "zheng": ("/loops", "/knowledge/new"),
}
CHECKS: Final = (
    *("approved", "contact_proven", "answers_question", "basis_stated"),
    *("no_template", "no_personal_data"),
)


def done(site: Site, stream: str, command: AnyCommand) -> str:
    """Have a command carried out; give its stream."""
    made = f"office/{stream}/{type(command).__name__}/{datetime.now(UTC).timestamp()}"
    envelope = Envelope(
        message_id=made,
        stream=stream,
        command=command,
        actor=Actor("setup", SYSTEM.role),
        at=datetime.now(UTC),
    )
    receipt = site.house.runtime.submit(envelope)
    assert receipt.status is ReceiptStatus.DONE, receipt.refusal
    assert site.house.runtime.caught_up(receipt, 10)
    return receipt.stream


def answered(site: Site, title: str) -> str:
    """Bring a ticket to where it waits for its revisit."""
    register = tickets.RegisterTicket(
        type=TicketType.COMPLAINT, channel=Channel.WEB, region=REGION, title=title, summary=title
    )
    stream = done(site, "", register)
    for command in (
        tickets.PrecheckTicket(type=TicketType.COMPLAINT, category="110101"),
        tickets.AssignTicket(lead="water", reason="供水职责"),
        tickets.AcknowledgeTicket(),
        tickets.RecordContact(way=ContactWay.PHONE, evidence="通话记录"),
        tickets.AnswerTicket(
            public_text="已冲洗管道。",
            internal_text="现场",
            basis="条例",
            solved=True,
            evidence=("照片",),
        ),
        tickets.SubmitFeedback(),
        tickets.ReviewAnswer(**cast("dict[str, Any]", dict.fromkeys(CHECKS, True))),
    ):
        done(site, stream, command)
    return stream.partition("/")[2]


def rated_poorly(site: Site, project: str) -> None:
    """Open a loop by an anonymous rating of one star."""
    stream = f"service/{project}/1"
    served = RecordService(
        project_no=project,
        service_number="1",
        region=REGION,
        department="water",
        item_code="i1",
        item_name="供水报装",
        node=Node.FINISHED,
        object=RatedObject.ITEM,
        served_at=datetime.now(UTC) - timedelta(minutes=1),
    )
    done(site, stream, served)
    rating = RecordEvaluation(level=1, indicators=("L1-03",), channel=EvaluationChannel.MOBILE)
    done(site, stream, rating)


def test_three_keys_record_a_revisit_and_lead_on(browser: Browser, site: Site) -> None:
    desk = Desk(browser, site)
    solved, unsolved, silent = (
        answered(site, f"北街{what}") for what in ("水质发黄", "水压不足", "管道渗水")
    )
    page = desk.page("he")
    for number, keys, said in (
        (solved, ("1", "5"), "已结案"),
        (unsolved, ("2", "3", "Backspace", "1"), "研判中"),
        (silent, ("0",), "第 1 次未接通"),
    ):
        page.goto(f"{site.url}/revisits?ticket={number}")
        expect(page.locator("[data-digit='1']").first).to_be_focused()
        for key in (*keys, "Enter"):
            page.keyboard.press(key)
        expect(page.locator("#done")).to_contain_text(said)
        expect(page.locator("#done")).to_contain_text(number)
    page.goto(f"{site.url}/revisits?ticket={silent}")
    expect(page.locator(".tries li")).to_have_count(1)
    expect(page.locator(".queue li.later", has_text="北街管道渗水")).to_be_visible()
    for key in ("0", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#problem")).to_be_visible()

    lead = desk.page("tang")
    lead.goto(f"{site.url}/triage")
    card = lead.locator("article", has_text=unsolved)
    card.locator("summary", has_text="责令重办").click()
    card.locator("[name=lawful_because]").fill("供水是法定服务")
    card.locator("[name=differently]").fill("上门检测水压")
    card.locator("details[open] button").click()
    expect(lead.locator("[role=status]").first).to_be_visible()
    lead.goto(f"{site.url}/tickets/{unsolved}")
    expect(lead.locator(".page-head .stage").first).to_have_text("办理中")


def test_a_poor_rating_goes_through_the_board(browser: Browser, site: Site) -> None:
    desk = Desk(browser, site)
    rated_poorly(site, "office-1")
    page = desk.page("zheng")
    page.goto(f"{site.url}/loops")
    page.locator("section[aria-labelledby=step-rating] .loop-card a").first.click()
    drawer = page.locator("#card")
    expect(drawer).to_contain_text("市水务局")
    drawer.locator("details.action[open] button", has_text="签收").click()
    expect(page.locator("section[aria-labelledby=step-revisit] .loop-card")).to_have_count(1)

    revisitor = desk.page("he")
    revisitor.goto(f"{site.url}/revisits?kind=ratings")
    revisitor.locator("[name=finding][value=reasonable]").focus()
    for key in ("1", "Enter"):
        revisitor.keyboard.press(key)
    expect(revisitor.locator("#done")).to_contain_text("整改中")

    page.goto(f"{site.url}/loops")
    page.locator("section[aria-labelledby=step-handling] .loop-card a").first.click()
    form = drawer.locator("details.action", has_text="整改完成").first
    form.locator("[name=result]").select_option("rectified")
    form.locator("[name=measure]").fill("补齐办事指南样本")
    form.locator("[name=proof]").fill("新版指南")
    form.locator("button").click()
    expect(page.locator("section[aria-labelledby=step-feedback] .loop-card")).to_have_count(1)
    page.locator("section[aria-labelledby=step-feedback] .loop-card a").first.click()
    expect(drawer).to_contain_text("补齐办事指南样本")
    page.keyboard.press("Escape")
    expect(drawer).to_be_empty()


def test_an_article_is_drafted_published_and_cited_by_one_key(browser: Browser, site: Site) -> None:
    desk = Desk(browser, site)
    author = desk.page("zheng")
    author.goto(f"{site.url}/knowledge/new")
    author.fill("[name=title]", "水表过户怎样办理")
    author.fill("[name=questions]", "买了二手房水表怎么过户\n水表改名字")
    author.fill("#article-text", "请双方带身份证和房产证到供水营业厅，当场办结。")
    author.click("button[data-send]")
    expect(author.locator("main")).to_contain_text("待审核稿")
    address = author.url.partition("?")[0]

    editor = desk.page("tang")
    editor.goto(address)
    editor.locator("details.action[open] button", has_text="审核发布").click()
    expect(editor.locator("main")).to_contain_text("第 1 版")

    page = desk.page("lin")
    page.goto(f"{site.url}/tickets/new")
    page.check("[name=type][value=consult]", force=True)
    page.fill("main [name=text]", "刚买了二手房，想把水表过户到我名下")
    expect(page.locator(".shelf .article")).to_contain_text("水表过户怎样办理", timeout=10_000)
    page.keyboard.press("Alt+k")
    number = page.locator("dd.h3").inner_text()
    page.goto(f"{site.url}/tickets/{number}")
    expect(page.locator(".page-head .stage").first).to_have_text("即时答复")
    expect(page.locator("#ticket-past")).to_contain_text(address.rpartition("/")[2])
    editor.goto(address)
    expect(editor.locator(".tile b").first).to_have_text("1")


def test_the_question_mark_opens_the_help_of_the_page(browser: Browser, site: Site) -> None:
    page = Desk(browser, site).page("he")
    page.goto(f"{site.url}/revisits")
    page.keyboard.press("?")
    expect(page.locator("details.help[open]")).to_contain_text("三键记录")
    page.keyboard.press("Escape")
    expect(page.locator("details.help[open]")).to_have_count(0)


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1280, "dark"), (2560, "light")])
def test_the_office_fits_every_screen_and_passes_axe(
    browser: Browser, site: Site, width: int, theme: str
) -> None:
    answered(site, f"南街阀门{width}")
    rated_poorly(site, f"office-{width}")
    for username, paths in PAGES.items():
        page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        log_in(page, site, username)
        page.evaluate(f"localStorage.setItem('theme', '{theme}')")
        for path in paths:
            page.goto(f"{site.url}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert problems(page) == [], path
        page.context.close()
