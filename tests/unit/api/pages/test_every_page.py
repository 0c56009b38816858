"""Every page, in every state it may have: help, who looked and when, a way on; nothing bare."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi.routing import APIRoute

from api.messages import LANGUAGES, house_messages
from api.pages import routers
from handlers.outcome import Record
from hotline.knowledge.state import Article, Content, Edition
from hotline.people.actors import Role
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Channel, Kind, Stage, TicketType
from tests.unit.api.conftest import NOW, House
from tests.unit.api.pages.test_page_roles import permission

TEMPLATES = Path(__file__).parents[4] / "api" / "templates"
PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix().removesuffix(".html")
    for path in TEMPLATES.rglob("*.html")
    if 'extends "base.html"' in path.read_text(encoding="utf-8")
)
NUMBER, LOOP, SHELVED = "5118002026112002000001", "5118002026112009000001", "KB-0001"
PARTS = {
    "number": NUMBER,
    "article": SHELVED,
    "step": "feedback",
    "code": "satisfaction",
    "side": "numerator",
    "kind": "csv",
}
ROUTES = sorted(
    {
        route.path: route
        for router in routers()
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    }.items()
)
SHOWING_TICKETS = {
    f"/tickets/{NUMBER}": "ticket",
    f"/revisits?ticket={NUMBER}": "revisits/desk",
    f"/loops/card/{LOOP}": "loops/card_page",
    f"/knowledge/{SHELVED}": "knowledge/article",
}


def ticket(number: str, kind: Kind, stage: Stage) -> Ticket:
    return Ticket(
        number=number,
        kind=kind,
        type=TicketType.COMPLAINT,
        channel=Channel.PHONE,
        stage=stage,
        region="511800",
        registered_at=NOW,
        last_at=NOW,
        title="北门街停水",
        summary="停水三天",
    )


@pytest.fixture
def furnished(pages: House) -> House:
    """A house with a ticket, a loop and an article."""
    content = Content(title="停水怎么办", text="先看总阀")
    edition = Edition(number=1, content=content, published_at=NOW, published_by="e", drafted_by="a")
    article = Article(department="water", last_at=NOW, editions=(edition,))
    states = {
        f"ticket/{NUMBER}": ticket(NUMBER, Kind.HOTLINE, Stage.AWAITING_REVISIT),
        f"ticket/{LOOP}": ticket(LOOP, Kind.POOR_EVALUATION, Stage.IN_VERIFICATION),
        f"article/{SHELVED}": article,
    }
    pages.archive.states |= {stream: Record(state, 1) for stream, state in states.items()}
    return pages


def demanded(html: str, *, watermark: bool) -> list[str]:
    """Name what a page lacks."""
    wanted = {
        "language": r'<html lang="',
        "main": r'<main id="main"',
        "heading": r"<h1",
        "title": r"<title>[^<]*\w",
        "help": r'<details class="help"',
        "help lines": r'<details class="help".*?<li>.*?</details>',
    }
    if watermark:
        wanted["watermark"] = r'class="watermark"[^>]*background-image:url\('
    return [name for name, pattern in wanted.items() if not re.search(pattern, html, re.DOTALL)]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_help_of_its_own_in_both_languages(name: str) -> None:
    for language in LANGUAGES:
        assert house_messages().section(language, f"help.{name}"), (name, language)


def test_no_help_is_left_of_a_page_that_is_gone() -> None:
    named = {key.rpartition(".")[0] for key in house_messages().section("zh", "help")}
    assert sorted(named - {"general"} - set(PAGES)) == []


@pytest.mark.parametrize(("path", "route"), ROUTES, ids=[path for path, _ in ROUTES])
def test_every_page_is_whole_for_who_may_open_it_and_for_who_may_not(
    furnished: House, path: str, route: APIRoute
) -> None:
    address = re.sub(r"{(\w+)(:path)?}", lambda found: PARTS.get(found[1], "unknown"), path)
    roles = permission(route).permission.roles
    allowed = next(iter(sorted(roles or {Role.OPERATOR})), Role.OPERATOR)
    others = sorted(set(Role) - set(roles or Role))
    if path == "/live":  # no page: the stream that pages listen to
        return
    for role in (allowed, *others[:1]):
        answer = furnished.as_role(role, department="water").get(address, follow_redirects=False)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert answer.status_code in (200, 202, 303, 403, 404, 410, 422), (
            address,
            answer.status_code,
        )
        # A page of citizens knows nobody, whoever looks at it.
        assert demanded(answer.text, watermark=roles is not None) == [], (address, role)
        assert role not in others or answer.status_code == 403


@pytest.mark.parametrize("address", SHOWING_TICKETS)
def test_who_looks_at_a_ticket_stands_on_the_page(furnished: House, address: str) -> None:
    answer = furnished.as_role(Role.REVISITOR, department="hotline").get(address)
    assert answer.status_code == 200
    assert demanded(answer.text, watermark=True) == []
    mark = re.search(r'class="watermark"[^>]*url\(&quot;([^&]*)', answer.text)
    assert mark is not None
    said = unquote(mark[1])
    assert "某某" in said
    assert "2026-11-20 10:00" in said


def test_a_closed_door_says_who_one_is_and_where_to_go(furnished: House) -> None:
    answer = furnished.as_role(Role.OPERATOR).get("/dead-letters")
    assert answer.status_code == 403
    assert "话务员" in answer.text
    assert demanded(answer.text, watermark=True) == []
