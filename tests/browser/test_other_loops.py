"""A matter, a poor evaluation and a secret ticket through the pages: one short path each."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from handlers.envelope import Envelope
from handlers.receipt import Receipt, ReceiptStatus
from hotline.people.actors import SYSTEM, Actor
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, Kind, Secrecy, TicketType
from tests.browser.conftest import REGION, Site
from tests.browser.test_loop import Desk

pytestmark = pytest.mark.browser


def given(site: Site, title: str, **values: object) -> str:
    """Register a ticket by the house itself."""
    command = RegisterTicket(
        channel=Channel.WINDOW,
        region=REGION,
        title=title,
        summary=title,
        **values,  # type: ignore[arg-type]
    )
    envelope = Envelope(
        message_id=f"given/{title}",
        stream="",
        command=command,
        actor=Actor("setup", SYSTEM.role),
        at=datetime.now(UTC),
    )
    receipt: Receipt = site.house.runtime.submit(envelope)
    assert receipt.status is ReceiptStatus.DONE, receipt.refusal
    assert site.house.runtime.caught_up(receipt, 10)
    return receipt.stream.partition("/")[2]


def test_a_matter_is_triaged_on_its_page(browser: Browser, site: Site) -> None:
    number = given(
        *(site, "执照三次未办成"),
        kind=Kind.MATTER,
        type=TicketType.HELP,
        caller="c-1",
        item_code="A1",
    )
    page = Desk(browser, site).act(
        *("ma", number, "triage-matter"),
        cause="incomplete_material",
        scope="two_visits",
        opinion="材料清单前后不一",
    )
    expect(page.locator(".history").first).to_contain_text("材料清单前后不一")
    expect(page.locator(".history").first).to_contain_text("材料不全")


def test_a_poor_evaluation_is_claimed_on_its_page(browser: Browser, site: Site) -> None:
    number = given(
        site,
        "窗口态度差评",
        kind=Kind.POOR_EVALUATION,
        type=TicketType.COMPLAINT,
        rated_department="water",
        evaluation="service/P1/1",
        level=1,
    )
    page = Desk(browser, site).act("zheng", number, "acknowledge-ticket")
    expect(page.locator(".page-head .stage").first).to_have_text("核实中")
    expect(page.locator(".history").first).to_contain_text("由被评单位办理")


def test_a_secret_ticket_opens_for_a_reason_only(browser: Browser, site: Site) -> None:
    number = given(
        site, "涉密举报线索", type=TicketType.REPORT, secrecy=Secrecy.SECRET, real_name=False
    )
    page = Desk(browser, site).page("shen")
    answer = page.goto(f"{site.url}/tickets/{number}")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("main")).not_to_contain_text("涉密举报线索")
    page.fill("#reason", "核查移送线索")
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("涉密举报线索")
    operator = Desk(browser, site).page("lin")
    hidden = operator.goto(f"{site.url}/tickets/{number}")
    assert hidden is not None
    assert hidden.status == 404
