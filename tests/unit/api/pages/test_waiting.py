"""Pages of a call that Kafka keeps: they say so, look again, and show the number at the end."""

from handlers.receipt import ReceiptStatus
from hotline.people.actors import Role
from hotline.refusal import Refusal
from tests.unit.api.conftest import House
from tests.unit.api.test_intake import NUMBER, Inbox

FORM = {"title": "路灯不亮", "text": "路灯三天不亮", "message_id": "f1"}


def test_a_citizen_waits_on_a_page_without_the_id_in_its_address(pages: House) -> None:
    inbox, browser = Inbox(pages), pages.client()
    pages.gateway.keeps = True
    page = browser.post("/citizen", data=FORM)
    assert (page.status_code, page.url.path, page.url.query) == (202, "/citizen/waiting", b"")
    assert "请勿重复提交" in page.text
    assert page.headers["refresh"] == "3"

    inbox.knows("citizen/" + browser.cookies["bihuan_waiting"])
    page = browser.get("/citizen/waiting")
    assert page.status_code == 200
    assert NUMBER in page.text
    assert pages.accounts.query_code(NUMBER) in page.text
    assert pages.client().get("/citizen/waiting").url.path == "/citizen"


def test_a_citizen_is_told_why_nothing_was_registered(pages: House) -> None:
    inbox, browser = Inbox(pages), pages.client()
    pages.gateway.keeps = True
    browser.post("/citizen", data=FORM)
    message = "citizen/" + browser.cookies["bihuan_waiting"]
    refusal = Refusal("unknown-department")
    inbox.knows(message, status=ReceiptStatus.REFUSED, refusal=refusal)
    assert browser.get("/citizen/waiting").status_code == 422


def test_an_operator_waits_for_the_number_of_their_own_call_only(pages: House) -> None:
    inbox = Inbox(pages)
    pages.gateway.keeps = True
    message = "form/s-operator/f1"
    address = f"/tickets/new/waiting?message={message}"
    operator, lead = pages.as_role(Role.OPERATOR), pages.as_role(Role.SHIFT_LEAD)
    assert operator.get(address).status_code == 202
    inbox.knows(message)
    assert NUMBER in operator.get(address).text
    assert lead.get(address).status_code == 202


def test_the_page_says_that_kafka_was_silent(pages: House) -> None:
    pages.gateway.bypasses = True
    assert "直接登记" in pages.client().post("/citizen", data=FORM).text
    again = FORM | {"message_id": "f2"}
    english = pages.client().post("/citizen?lang=en", data=again).text
    assert "registered directly" in english
