"""Ratings by link over a real store: signed, for a time, once, and without a name in sight."""

import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from hotline.evaluations.commands import RecordService
from hotline.evaluations.events import EvaluationRecorded
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import EvaluationChannel, EvaluationKind, Node, RatedObject
from hotline.people.actors import Role
from notifications.rating_links import RatingLinks, Way
from streams.database.engine import reading
from streams.log.store import history, record
from tests.contract.test_faces import Site, site

with warnings.catch_warnings():
    # The client asks for its own fork of httpx; what we use of it is the same in both.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["site"]  # the fixture, by its name

STREAM: Final = "service/P1/1"
CITIZEN: Final = "c-1"


def served(site: Site, **more: Any) -> None:
    values: dict[str, Any] = {
        "project_no": "P1",
        "service_number": "1",
        "region": "511800",
        "department": "roads",
        "item_code": "i",
        "item_name": "占道审批",
        "node": Node.FINISHED,
        "object": RatedObject.ITEM,
        "served_at": datetime.now(UTC) - timedelta(minutes=1),
        "citizen": CITIZEN,
    }
    site.send(STREAM, RecordService(**values | more))


def link(site: Site, way: Way = Way.TEXT, stream: str = STREAM) -> str:
    return f"/rate/{site.house.texting.rating_link(stream, way)}"


def visitor(site: Site) -> TestClient:
    return TestClient(site.app, raise_server_exceptions=False, follow_redirects=False)


def send(client: TestClient, path: str, **form: Any) -> Any:
    return client.post(path, data={"message_id": "m-1", **form})


def service(site: Site) -> Service:
    with reading(site.house.engine) as connection:
        state = record(connection, STREAM, site.house.wiring).state
    assert isinstance(state, Service)
    return state


def rating(site: Site) -> EvaluationRecorded:
    with reading(site.house.engine) as connection:
        lines = history(connection, STREAM)
    (found,) = (one.fact.event for one in lines if isinstance(one.fact.event, EvaluationRecorded))
    return found


def test_a_level_then_indicators_then_thanks(site: Site) -> None:
    served(site)
    client, path = visitor(site), link(site)
    first = client.get(path)
    assert first.status_code == 200
    assert f'href="{path}?level=1"' in first.text
    second = client.get(f"{path}?level=1")
    assert 'value="L1-03"' in second.text
    assert 'value="L5-03"' not in second.text
    sent = send(client, path, level="1", indicators=["L1-03", "L1-00"], text="电话13900001111")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?thanks=1")
    found = rating(site)
    assert (found.level, found.indicators) == (1, ("L1-03", "L1-00"))
    assert (found.channel, found.evaluator) == (EvaluationChannel.MOBILE, CITIZEN)
    assert "13900001111" not in found.text
    assert found.device
    assert service(site).loop


def test_the_same_form_twice_is_one_rating_and_another_is_told_so(site: Site) -> None:
    served(site)
    client, path = visitor(site), link(site, Way.QR)
    assert send(client, path, level="5").status_code == 303
    assert send(client, path, level="5").status_code == 303
    again = client.post(path, data={"message_id": "m-2", "level": "1", "text": "不好"})
    assert again.status_code in (409, 422)
    assert rating(site).level == 5


def test_a_poor_rating_says_why(site: Site) -> None:
    served(site)
    answer = send(visitor(site), link(site), level="2")
    assert answer.status_code == 422
    assert service(site).level == 0


def test_who_got_the_link_by_phone_may_rate_once_more(site: Site) -> None:
    served(site)
    client, path = visitor(site), link(site)
    send(client, path, level="4")
    assert "level=5" in client.get(path).text
    assert (
        client.post(path, data={"message_id": "m-2", "level": "5", "later": "1"}).status_code == 303
    )
    assert (service(site).level, service(site).later_level) == (4, 5)
    assert "level=5" not in client.get(path).text


def test_a_code_at_the_window_names_nobody(site: Site) -> None:
    served(site)
    send(visitor(site), link(site, Way.QR), level="2", text="态度差")
    found = rating(site)
    assert (found.evaluator, found.channel, found.kind) == (
        "",
        EvaluationChannel.QR,
        EvaluationKind.ON_SITE,
    )


@pytest.mark.parametrize("token", ["", "x", "AAAA" * 12, "%20", "é"])
def test_a_link_that_is_not_ours_opens_nothing(site: Site, token: str) -> None:
    assert visitor(site).get(f"/rate/{token}").status_code == 404


def test_a_link_ends(site: Site) -> None:
    served(site)
    path = link(site)
    later = datetime.now(UTC) + timedelta(days=31)
    client = visitor(site)
    assert client.get(path).status_code == 200
    faces = site.app.state.faces
    object.__setattr__(faces, "clock", lambda: later)
    assert client.get(path).status_code == 410
    assert send(client, path, level="5").status_code == 410


def test_no_address_holds_a_reference_to_a_person(site: Site) -> None:
    served(site)
    token = site.house.texting.rating_link(STREAM, Way.TEXT)
    found = site.house.texting.read_rating_link(token)
    assert found is not None
    assert (found.stream, found.way) == (STREAM, Way.TEXT)
    assert CITIZEN not in repr(found)


def test_another_key_makes_no_link_for_us(site: Site) -> None:
    token = RatingLinks(b"another" * 5).make(STREAM, Way.TEXT, datetime.now(UTC))
    assert visitor(site).get(f"/rate/{token}").status_code == 404


@pytest.mark.parametrize(("department", "status"), [("roads", 200), ("hotline", 403)])
def test_a_window_shows_the_code_of_its_own_services(
    site: Site, department: str, status: int
) -> None:
    served(site)
    clerk = site.client(Role.WINDOW_CLERK, department=department)
    answer = clerk.get("/services/P1/1/qr")
    assert answer.status_code == status
    assert ("<title>QR</title>" in answer.text) == (status == 200)


def changed(token: str) -> Mapping[str, str]:
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"
    return {"middle": token[:middle] + other + token[middle + 1 :], "shorter": token[:-2]}


def test_a_changed_link_is_no_link() -> None:
    links = RatingLinks(b"k" * 32)
    token = links.make(STREAM, Way.TEXT, datetime.now(UTC))
    assert links.read(token) is not None
    for other in changed(token).values():
        assert links.read(other) is None
