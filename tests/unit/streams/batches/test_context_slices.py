from datetime import datetime

from handlers.envelope import Command, Envelope
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM
from hotline.people.commands import AddDepartment, DepartmentLevel
from hotline.routing.commands import ChoosePreset
from hotline.tickets.commands import UrgeTicket
from streams.batches.context import slices

AT = datetime(2026, 2, 13, tzinfo=SHANGHAI)


def envelope(stream: str, command: Command) -> Envelope:
    return Envelope(message_id=stream, stream=stream, command=command, actor=SYSTEM, at=AT)


def department(code: str, parent: str = "") -> Envelope:
    command = AddDepartment(
        name=code, name_en=code, level=DepartmentLevel.DEPARTMENT, parent=parent, region="510100"
    )
    return envelope(f"department/{code}", command)


def sizes(*envelopes: Envelope, count_max: int = 10) -> list[int]:
    return [len(part) for part in slices(envelopes, count_max)]


def test_a_long_list_is_cut_by_length() -> None:
    urge = envelope("ticket/1", UrgeTicket(reason="催"))

    assert sizes(*[urge] * 25) == [10, 10, 5]


def test_a_department_stands_in_a_later_slice_than_its_parent() -> None:
    assert sizes(department("a"), department("b"), department("c", "a"), department("d", "a")) == [
        2,
        2,
    ]


def test_what_follows_a_changed_setting_sees_it() -> None:
    preset = envelope("catalogue/", ChoosePreset(preset="sichuan"))
    urge = envelope("ticket/1", UrgeTicket(reason="催"))

    assert sizes(urge, preset, urge, urge) == [2, 2]
