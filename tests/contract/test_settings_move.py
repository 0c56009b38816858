"""The real rules over the store: settings are events, and what hangs on them follows."""

from dataclasses import replace

from sqlalchemy import Engine

from handlers.envelope import Command, Envelope
from handlers.receipt import ReceiptStatus
from hotline.clocks.calendar import DayKind
from hotline.people.actors import SYSTEM
from hotline.people.commands import AddDepartment, DepartmentLevel
from hotline.routing.commands import ChoosePreset, PublishCalendar
from hotline.tickets.events import DueRecomputed
from streams.calendars import published_days
from streams.database.engine import reading
from streams.log.store import history, record
from streams.people.vault import Vault
from streams.processes.embedded import EmbeddedRuntime
from streams.processes.house import make_wiring
from streams.verification.verify import verify
from tests.contract import toy

WIRING = make_wiring(Vault(toy.MASTER_KEY))


def setting(message: str, stream: str, command: Command) -> Envelope:
    return Envelope(message_id=message, stream=stream, command=command, actor=SYSTEM, at=toy.START)


def department(code: str, parent: str) -> Envelope:
    level = DepartmentLevel.DEPARTMENT if parent else DepartmentLevel.CITY
    command = AddDepartment(name=code, name_en=code, level=level, parent=parent, region="510100")
    return setting(f"add {code}", f"department/{code}", command)


def test_a_published_calendar_moves_open_tickets_once(engine: Engine) -> None:
    runtime = EmbeddedRuntime(engine, WIRING, lambda: toy.START)
    (registered,) = runtime.run([toy.register("a")])
    with reading(engine) as connection:
        due = record(connection, registered.stream, WIRING).state.citizen_due
    closed = due.due_at.date()
    days = tuple(
        replace(day, kind=DayKind.HOLIDAY, note="停电") if day.date == closed else day
        for day in published_days()
        if day.date.year == closed.year
    )

    publish = PublishCalendar(version="2026-corrected", days=days)
    (published,) = runtime.run([setting("publish", "calendar/", publish)])
    assert published.status is ReceiptStatus.DONE, published.refusal
    for _ in range(2):
        runtime.tick()

    with reading(engine) as connection:
        events = [line.fact.event for line in history(connection, registered.stream)]
        after = record(connection, registered.stream, WIRING).state.citizen_due
    assert sum(isinstance(event, DueRecomputed) for event in events) >= 1
    assert after.due_at.date() > closed
    assert after.calendar == "2026-corrected"
    assert verify(engine, WIRING).faults == []


def test_a_chosen_preset_holds_for_the_next_command(engine: Engine) -> None:
    runtime = EmbeddedRuntime(engine, WIRING, lambda: toy.START)
    chosen = setting("preset", "catalogue/510100", ChoosePreset(preset="sichuan"))

    receipts = runtime.run([toy.register("a"), chosen, toy.register("b")])

    assert [receipt.status for receipt in receipts] == [ReceiptStatus.DONE] * 3
    with reading(engine) as connection:
        rules = [
            record(connection, receipts[n].stream, WIRING).state.citizen_due.rule for n in (0, 2)
        ]
    assert [rule.partition("/")[0] for rule in rules] == ["default", "sichuan"]


def test_a_whole_organisation_is_added_in_one_go(engine: Engine) -> None:
    runtime = EmbeddedRuntime(engine, WIRING, lambda: toy.START)
    envelopes = [department("510100", ""), department("water", "510100"), department("w1", "water")]

    receipts = runtime.run(envelopes)

    assert [receipt.refusal for receipt in receipts] == [None, None, None]
    assert runtime.contexts.current().directory.in_line("510100", "w1")
