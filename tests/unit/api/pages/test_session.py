"""A session that ends in mid-form loses nothing typed, and hands it to nobody else."""

import re

from starlette.testclient import TestClient

from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from tests.unit.api.conftest import PASSWORD, House

OURS = {"sec-fetch-site": "same-origin"}
FORM = {"text": "路灯不亮", "type": "complaint", "channel": "01", "region": "511800", "csrf": "old"}


def logged_in(pages: House, username: str) -> TestClient:
    member = StaffMember(
        person=f"s-{username}", username=username, display_name="林", roles=(Role.OPERATOR,)
    )
    pages.accounts.add_staff(member, PASSWORD)
    client = pages.client()
    client.post("/login", data={"username": username, "password": PASSWORD})
    return client


def kept_fields(html: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="kept\.(\w+)" value="([^"]*)"', html))


def test_what_was_typed_goes_on_after_the_log_in_and_is_sent_when_told(pages: House) -> None:
    client = logged_in(pages, "lin")
    pages.pass_time(minutes=61)
    over = client.post("/tickets/new", data=FORM, headers=OURS)
    assert over.status_code == 401
    kept = kept_fields(over.text)
    assert kept["text"] == "路灯不亮"
    assert "csrf" not in kept

    again = {f"kept.{name}": value for name, value in kept.items()}
    again |= {"target": "/tickets/new", "username": "lin", "password": PASSWORD}
    back = client.post("/login/resume", data=again, headers=OURS)
    assert (back.status_code, pages.gateway.taken) == (200, [])
    token = re.search(
        r'action="/tickets/new">\s*<input type="hidden" name="csrf" value="(\w+)"', back.text
    )
    assert token is not None
    sent = client.post("/tickets/new", data={**kept, "csrf": token[1]}, headers=OURS)
    assert sent.status_code == 201
    assert len(pages.gateway.taken) == 1


def test_somebody_else_does_not_get_the_form(pages: House) -> None:
    client = logged_in(pages, "lin")
    logged_in(pages, "wu")
    pages.pass_time(minutes=61)
    again = {"kept.text": "路灯", "target": "/tickets/new", "username": "wu", "password": PASSWORD}
    answer = client.post("/login/resume", data=again, headers=OURS)
    assert answer.status_code == 403
    assert "另一位工作人员" in answer.text


def test_a_form_of_another_site_is_not_kept(pages: House) -> None:
    answer = pages.client().post(
        "/tickets/new",
        data=FORM,
        headers={"sec-fetch-site": "cross-site"},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def test_the_way_back_leads_to_no_other_house(pages: House) -> None:
    client = logged_in(pages, "lin")
    again = {"target": "//elsewhere", "username": "lin", "password": PASSWORD}
    assert 'action="/"' in client.post("/login/resume", data=again, headers=OURS).text
