"""Drafts: kept for their writer alone, until they are sent, thrown away or a day old."""

from datetime import UTC, datetime

from sqlalchemy import create_engine, select
from sqlalchemy.pool import StaticPool

from hotline.people.actors import Role
from streams.accounts.desk_notes import DeskNotes
from streams.accounts.tables import METADATA, desk_notes
from tests.unit.api.conftest import House

LONG_TEXT = "字" * 30_000


def test_a_draft_comes_back_to_its_writer_alone(pages: House) -> None:
    operator = pages.as_role(Role.OPERATOR)
    kept = operator.post("/drafts/call", data={"text": "路灯不亮", "phone": "13812341234"})

    assert kept.status_code == 204
    assert "路灯不亮" in operator.get("/tickets/new").text
    assert "路灯不亮" not in pages.as_role(Role.SHIFT_LEAD).get("/tickets/new").text


def test_a_draft_is_gone_once_it_was_sent(pages: House) -> None:
    operator = pages.as_role(Role.OPERATOR)
    form = {"text": "路灯不亮", "type": "complaint", "channel": "01", "region": "511800"}
    operator.post("/drafts/call", data=form)

    assert operator.post("/tickets/new", data=form).status_code == 201
    assert "路灯不亮" not in operator.get("/tickets/new").text


def test_a_draft_of_yesterday_is_forgotten(pages: House) -> None:
    operator = pages.as_role(Role.OPERATOR)
    operator.post("/drafts/call", data={"text": "路灯不亮"})
    pages.pass_time(hours=25)

    assert "路灯不亮" not in operator.get("/tickets/new").text


def test_a_draft_may_be_thrown_away_and_leads_to_no_other_house(pages: House) -> None:
    operator = pages.as_role(Role.OPERATOR)
    operator.post("/drafts/call", data={"text": "路灯不亮"})
    thrown = operator.post("/drafts/call", data={"discard": "//elsewhere"}, follow_redirects=False)

    assert (thrown.status_code, thrown.headers["location"]) == (303, "/")
    assert "路灯不亮" not in operator.get("/tickets/new").text


def test_a_draft_has_a_limit(pages: House) -> None:
    answer = pages.as_role(Role.OPERATOR).post("/drafts/call", data={"text": LONG_TEXT})
    assert answer.status_code == 413


def test_the_store_sees_only_what_was_sealed() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    METADATA.create_all(engine)
    notes = DeskNotes(engine, lambda data: data[::-1], lambda data: data[::-1])
    notes.keep("s-1", "draft/call", "路灯", datetime(2026, 11, 20, tzinfo=UTC))

    with engine.connect() as connection:
        assert connection.execute(select(desk_notes.c.sealed)).scalar_one() == "路灯".encode()[::-1]
    assert notes.listed("s-1", "draft/") == (("draft/call", "路灯"),)
    assert notes.listed("s-2", "draft/") == ()
    engine.dispose()
