"""Tablet, terminal and window over a real store: one rating a node, and nothing left behind."""

import re
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hotline.evaluations.vocabulary import EvaluationChannel, EvaluationKind, Node
from hotline.people.actors import Role
from notifications.rating_links import Way
from tests.contract.test_faces import Site, site
from tests.contract.test_rating_pages import STREAM, rating, served, service, visitor

with warnings.catch_warnings():
    # The client asks for its own fork of httpx; what we use of it is the same in both.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["site"]  # the fixture, by its name

DEPARTMENT: Final = "roads"
PHONE: Final = "13812341234"
SERVICE: Final = {"item_name": "占道审批", "node": "accepting", "window": "1"}


def clerk(site: Site, department: str = DEPARTMENT) -> TestClient:
    known: dict[str, TestClient] = site.app.state.__dict__.setdefault("clerks", {})
    if department not in known:
        known[department] = site.client(Role.WINDOW_CLERK, department=department)
        known[department].follow_redirects = False
    return known[department]


def devices(site: Site) -> dict[str, str]:
    page = clerk(site).get("/window?window=1").text
    return {kind: path for path, kind in re.findall(r'href="(/(tablet|terminal)/[^"?]+)"', page)}


def record(site: Site, **form: str) -> Any:
    token = csrf(site)
    sent = {"message_id": "w-1", "csrf": token, **SERVICE, **form}
    return clerk(site).post("/window", data=sent)


def csrf(site: Site) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', clerk(site).get("/window").text)
    assert found is not None
    return found[1]


def streams(site: Site) -> list[str]:
    shown = clerk(site).get("/window").text
    return sorted(set(re.findall(r'action="/(services/[^"]+)/offer"', shown)))


def test_a_tablet_waits_shows_takes_a_rating_and_waits_again(site: Site) -> None:
    tablet = devices(site)["tablet"]
    person = visitor(site)
    assert 'data-poll="4"' in person.get(tablet).text
    assert record(site).status_code == 303
    shown = person.get(tablet)
    assert f'href="{tablet}?level=1"' in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert not person.cookies
    poor = person.post(tablet, data={"message_id": "t-1", "level": "1"})
    assert poor.status_code == 422
    sent = person.post(tablet, data={"message_id": "t-2", "level": "1", "indicators": "L1-08"})
    assert sent.headers["location"] == f"{tablet}?thanks=1"
    assert 'data-poll="4"' in person.get(tablet).text
    site.shown()
    assert "已评价" in clerk(site).get("/window").text


def test_a_tablet_rating_is_on_site_anonymous_and_marked_with_its_device(site: Site) -> None:
    served(site)
    tablet = devices(site)["tablet"]
    form = {"csrf": csrf(site), "window": "1"}
    assert clerk(site).post("/services/P1/1/offer", data=form).status_code == 303
    visitor(site).post(tablet, data={"message_id": "t-1", "level": "5"})
    found = rating(site)
    assert (found.channel, found.kind) == (EvaluationChannel.TABLET, EvaluationKind.ON_SITE)
    assert (found.evaluator, len(found.device), len(found.network)) == ("", 16, 16)
    assert found.device != found.network


def test_what_was_offered_goes_away_by_itself_or_when_declined(site: Site) -> None:
    tablet = devices(site)["tablet"]
    record(site)
    person = visitor(site)
    person.post(tablet, data={"decline": "1"})
    assert 'data-poll="4"' in person.get(tablet).text
    served(site)
    form = {"csrf": csrf(site), "window": "1"}
    clerk(site).post("/services/P1/1/offer", data=form)
    assert "level=5" in person.get(tablet).text
    later = datetime.now(UTC) + timedelta(minutes=6)
    object.__setattr__(site.app.state.faces, "clock", lambda: later)
    assert 'data-poll="4"' in person.get(tablet).text


def test_each_node_of_a_matter_is_a_service_of_its_own(site: Site) -> None:
    record(site, project_no="M1", node="accepting")
    record(site, project_no="M1", node="finished", message_id="w-2")
    site.shown()
    assert streams(site) == ["services/M1/1", "services/M1/2"]
    nodes = [state(site, f"service/M1/{n}").node for n in (1, 2)]
    assert nodes == [Node.ACCEPTING, Node.FINISHED]


def state(site: Site, stream: str) -> Any:
    return site.app.state.faces.archive.state(stream).state


def test_a_window_offers_its_own_services_only(site: Site) -> None:
    served(site)
    other = clerk(site, "hotline")
    answer = other.post("/services/P1/1/offer", data={"csrf": csrf(site), "window": "1"})
    assert answer.status_code == 403
    assert 'data-poll="4"' in visitor(site).get(devices(site)["tablet"]).text


def test_who_left_a_number_is_invited_and_one_who_did_not_is_not(site: Site) -> None:
    record(site, project_no="M1", phone=PHONE)
    record(site, project_no="M2", message_id="w-2")
    assert state(site, "service/M1/1").invite_due is not None
    assert state(site, "service/M2/1").invite_due is None


def test_a_terminal_opens_a_service_for_the_phone_that_was_left(site: Site) -> None:
    record(site, project_no="M1", phone=PHONE)
    terminal, person = devices(site)["terminal"], visitor(site)
    person.get(terminal)
    wrong = person.post(f"{terminal}/rate", data={"number": "M1", "proof": "13900001111"})
    unknown = person.post(f"{terminal}/rate", data={"number": "M9", "proof": PHONE})
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert PHONE not in unknown.text
    opened = person.post(f"{terminal}/rate", data={"number": "M1", "proof": PHONE})
    visit = opened.headers["location"]
    assert PHONE not in visit
    assert "level=4" in person.get(visit).text
    sent = person.post(visit, data={"message_id": "s-1", "level": "4"})
    assert sent.headers["location"] == f"{visit}?thanks=1"
    found = state(site, "service/M1/1")
    assert (found.level, found.evaluator) == (4, found.citizen)


def test_going_home_closes_what_the_one_before_had_opened(site: Site) -> None:
    record(site, project_no="M1", phone=PHONE)
    terminal, person = devices(site)["terminal"], visitor(site)
    person.get(terminal)
    opened = person.post(f"{terminal}/rate", data={"number": "M1", "proof": PHONE})
    visit = opened.headers["location"]
    person.get(terminal)
    assert person.get(visit).headers["location"] == terminal
    person.post(visit, data={"message_id": "s-1", "level": "1", "text": "不好"})
    assert state(site, "service/M1/1").level == 0
    assert not person.cookies


def test_a_terminal_shows_progress_to_who_knows_the_code(site: Site) -> None:
    register = {"type": "complaint", "title": "路灯", "text": "路灯不亮", "phone": PHONE}
    told = visitor(site).post("/citizen", data={"message_id": "c-1", **register}).text
    number, code = re.findall(r"\d{22}", told)[0], re.findall(r'class="code">(\d{6})', told)[0]
    terminal, person = devices(site)["terminal"], visitor(site)
    person.get(terminal)
    wrong = person.post(f"{terminal}/track", data={"number": number, "proof": "000000"})
    assert number not in wrong.text
    opened = person.post(f"{terminal}/track", data={"number": number, "proof": code})
    shown = person.get(opened.headers["location"])
    assert number in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert PHONE not in shown.text


def test_wrong_proofs_close_the_door(site: Site) -> None:
    record(site, project_no="M1", phone=PHONE)
    terminal, person = devices(site)["terminal"], visitor(site)
    for _ in range(5):
        person.post(f"{terminal}/rate", data={"number": "M1", "proof": "x"})
    right = person.post(f"{terminal}/rate", data={"number": "M1", "proof": PHONE})
    assert right.status_code == 429


def test_only_a_device_link_of_its_kind_opens_a_device(site: Site) -> None:
    served(site)
    rate = site.house.texting.rating_link(STREAM, Way.QR)
    person = visitor(site)
    assert person.get(f"/tablet/{rate}").status_code == 404
    terminal = devices(site)["terminal"].removeprefix("/terminal/")
    assert person.get(f"/tablet/{terminal}").status_code == 404
    assert person.get("/terminal/nothing").status_code == 404
    assert service(site).level == 0
