"""A notice that cannot arrive becomes one task, whatever dies in between."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from hotline.correspondence.events import ContactTaskOpened
from hotline.correspondence.vocabulary import TaskKind
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from notifications import simulated_sender
from notifications.preview import previews
from notifications.segments import Tariff
from streams.processes.opening import open_store, renderer
from streams.settings import Settings
from streams.texting import telling
from tests.contract.test_letterbox import CITIZEN, Town, town

__all__ = ["town"]  # the fixture, by its name


def registered(town: Town) -> str:
    help_ = RegisterTicket(
        type=TicketType.HELP,
        channel=Channel.PHONE,
        region="511800",
        title="停水",
        summary="停水",
        caller=CITIZEN,
    )
    return town.do("", help_, phone=simulated_sender.FAILING)


def test_an_undelivered_notice_is_told_by_telephone(town: Town) -> None:
    ticket = registered(town)
    town.deliver()
    (task,) = town.events(f"citizen/{CITIZEN}", ContactTaskOpened)
    assert (task.kind, task.about) == (TaskKind.TELL_BY_PHONE, ticket)
    assert (task.template, task.reason) == ("accepted", "unknown-destination")


def test_a_crash_between_task_and_mark_makes_no_second_task(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(town)
    with monkeypatch.context() as dying:
        dying.setattr(telling, "mark_reported", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            town.deliver()
    town.now += timedelta(seconds=1)
    town.deliver()
    assert len(town.events(f"citizen/{CITIZEN}", ContactTaskOpened)) == 1


def test_an_area_adds_a_language_by_a_directory_named_in_the_settings(
    address: URL, tmp_path: Path
) -> None:
    (tmp_path / "texts" / "ug").mkdir(parents=True)
    (tmp_path / "texts" / "ug" / "closed.jinja").write_text("ئىش تامام {{ number }}", "utf-8")
    url = address.render_as_string(hide_password=False)
    settings = Settings(
        data=tmp_path / "data", database_url=url, text_catalogues=tmp_path / "texts"
    )
    store = open_store(settings)
    sample = next(previews(renderer(store), Tariff(), "ug", "closed"))
    other = next(previews(renderer(store), Tariff(), "ug", "merged"))
    assert "ئىش تامام 5118002026021301000123" in sample.body
    assert "并" in other.body, "what the area has not translated is said in Chinese"
    assert sample.price == Decimal("0.05")
    store.engine.dispose()
