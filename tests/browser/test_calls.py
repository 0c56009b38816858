"""An operator's call from its ring to the keypad rating; two operators, and who may hear it."""

from typing import Any, Final
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from hotline.calls.state import Call
from hotline.calls.vocabulary import CallStage
from projections.calls import queries
from streams.database.engine import reading
from streams.database.tables import events
from streams.log.store import record
from tests.browser.conftest import Site, log_in
from tests.browser.test_loop import problems, register
from tests.browser.test_operator import by_keyboard

pytestmark = pytest.mark.browser

WIDTHS: Final = (320, 768, 1440, 2560)
POP: Final = "#call-pop .call-card"


def ring(site: Site, phone: str, rating: str = "", reason: str = "") -> str:
    """Let a telephone for trial ring; give the call."""
    call_id = f"CA{uuid4().hex}"
    assert site.house.calling.simulate(call_id, phone, rating=rating, reason=reason, language="")
    return call_id


def state(site: Site, call_id: str) -> Call | None:
    with reading(site.house.engine) as connection:
        found: Any = record(connection, f"call/{call_id}", site.house.wiring).state
    return found if isinstance(found, Call) else None


def over(site: Site, page: Page, call_id: str) -> Call:
    """Wait until a call has come to its end."""
    for _ in range(150):
        call = state(site, call_id)
        if call is not None and call.stage is CallStage.ENDED:
            return call
        page.wait_for_timeout(100)
    raise AssertionError(state(site, call_id))


def test_a_call_rings_pops_up_is_written_down_by_keyboard_and_rated(
    browser: Browser, site: Site
) -> None:
    page = by_keyboard(browser, site, "lin")
    register(page, site, "柳林路积水")  # so that 13812341234 is known
    page.goto(f"{site.url}/my")
    expect(page.locator(".live.on")).to_be_attached()
    call_id = ring(site, "+8613812341234", rating="1", reason="3")
    card = page.locator(POP)
    expect(card).to_contain_text("张**")
    expect(card).to_contain_text("柳林路积水")
    expect(card).to_contain_text("138****1234")
    assert "张三丰" not in card.inner_text()
    assert "来电" in page.title()
    keys = 0
    for press in ("Alt+i",):
        page.keyboard.press(press)
        keys += 1
    page.wait_for_url(f"{site.url}/tickets/new?call={call_id}")
    assert "1381234" not in page.url
    expect(page.locator("#new-phone")).to_have_value("13812341234")
    expect(page.locator("#callers")).to_contain_text("张**")
    expect(page.locator("#new-text")).to_be_focused()
    expect(card).to_contain_text("通话中")
    text = "路灯不亮"
    page.keyboard.type(text)
    keys += len(text) * 3  # some three keys for a character by an input method
    expect(page.locator("#proposal")).to_contain_text("市城管执法局")
    for press in ("Alt+a", "Control+Enter"):
        page.keyboard.press(press)
        keys += 1
    expect(page.locator("dd.code")).to_be_visible()
    number = page.locator("dd.h3").inner_text()
    assert keys <= 60  # two a second for thirty seconds
    page.keyboard.press("Alt+e")
    expect(card).not_to_be_visible()
    call = over(site, page, call_id)
    assert (call.level, call.reason, call.tickets) == (1, "attitude", (number,))
    with reading(site.house.engine) as connection:
        service: Any = record(connection, f"service/{call_id}/1", site.house.wiring).state
    assert (service.level, service.reason_pending) == (1, False)
    assert service.loop


def test_two_operators_never_take_the_same_call(browser: Browser, site: Site) -> None:
    lin, tang = (by_keyboard(browser, site, name) for name in ("lin", "tang"))
    for page in (lin, tang):
        page.goto(f"{site.url}/calls")
    call_id = ring(site, "+8613900002222")
    for page in (lin, tang):
        expect(page.locator(POP)).to_contain_text("没有登记过")
    lin.context.set_offline(False)
    tang.keyboard.press("Alt+i")
    tang.wait_for_url(f"{site.url}/tickets/new?call={call_id}")
    expect(lin.locator(POP)).to_have_count(0)
    token = lin.locator("form[action='/logout'] [name=csrf]").get_attribute("value")
    answer = lin.request.post(
        f"{site.url}/calls/{call_id}/accept", form={"csrf": token or "", "message_id": "late"}
    )
    assert answer.status == 409
    assert "已由其他话务员接听" in answer.text()
    found = state(site, call_id)
    assert found is not None
    assert found.operator == "s-tang"
    lin.goto(f"{site.url}/tickets/new?call={call_id}")
    expect(lin.locator("#new-phone")).to_have_value("")
    site.house.calling.hang_up(call_id)
    over(site, tang, call_id)


def test_who_passes_a_call_on_sees_it_no_more_and_the_other_does(
    browser: Browser, site: Site
) -> None:
    lin, tang = (by_keyboard(browser, site, name) for name in ("lin", "tang"))
    for page in (lin, tang):
        page.goto(f"{site.url}/my")
    call_id = ring(site, "+8613900003333")
    expect(lin.locator(POP)).to_be_visible()
    lin.keyboard.press("Alt+o")
    expect(lin.locator(POP)).to_have_count(0)
    expect(tang.locator(POP)).to_be_visible()
    site.house.calling.hang_up(call_id)
    over(site, lin, call_id)
    expect(tang.locator(POP)).to_have_count(0)
    lin.goto(f"{site.url}/contact-tasks")
    expect(lin.locator("main")).to_contain_text("139****3333")


def test_a_recording_is_heard_with_a_reason_by_who_may(browser: Browser, site: Site) -> None:
    page = by_keyboard(browser, site, "tang")
    page.goto(f"{site.url}/calls")
    page.fill("#trial-from", "13900004444")
    page.click("button:has-text('拨打')")
    expect(page.locator(POP)).to_be_visible()
    page.keyboard.press("Alt+i")
    page.wait_for_url("**/tickets/new?call=*")
    call_id = page.url.partition("call=")[2]
    expect(page.locator(POP)).to_contain_text("通话中")
    page.keyboard.press("Alt+e")
    over(site, page, call_id)
    page.goto(f"{site.url}/calls/{call_id}")
    address = f"{site.url}/calls/{call_id}/recordings/0"
    assert page.request.get(address).status == 403
    page.fill("[name=reason]", "质检抽查")
    page.click("main button:has-text('收听')")
    expect(page.locator("audio")).to_be_visible()
    sound = page.request.get(address)
    assert (sound.status, sound.headers["content-type"]) == (200, "audio/wav")
    other = browser.new_context().new_page()
    log_in(other, site, "lin")
    assert other.request.get(address).status == 403


def test_no_number_stands_in_the_log(site: Site) -> None:
    with reading(site.house.engine) as connection:
        lines = connection.execute(select(events.c.payload)).scalars()
        assert not any(b"1390000" in bytes(one) for one in lines)
        assert queries.running(connection) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_call_pages_fit_every_screen(
    browser: Browser, site: Site, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    log_in(page, site, "tang")
    page.evaluate("scheme => localStorage.setItem('theme', scheme)", scheme)
    call_id = ring(site, "+8613812341234", rating="5")
    for path in ("/calls?lang=en", "/my?lang=zh"):
        page.goto(f"{site.url}{path}")
        expect(page.locator(POP)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert problems(page) == [], path
    site.house.calling.hang_up(call_id)
    over(site, page, call_id)
    page.goto(f"{site.url}/calls/{call_id}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert problems(page) == []
