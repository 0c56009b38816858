"""A notice that cannot arrive becomes one task, whatever dies in between."""

from datetime import timedelta

import pytest

from hotline.correspondence.events import ContactTaskOpened
from hotline.correspondence.vocabulary import TaskKind
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from notifications import simulated_sender
from streams import telling
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
