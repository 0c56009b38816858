from datetime import date

from projections.tickets.keys import first_id, ticket_id
from tests.unit.projections.story import number


def test_a_newer_ticket_has_the_larger_key() -> None:
    older = ticket_id(number(999_999, day="20260302", region="659000"))
    newer = ticket_id(number(1, day="20260303", region="110000"))
    assert newer > older
    assert ticket_id(number(2)) > ticket_id(number(1))


def test_channel_and_region_tell_tickets_apart() -> None:
    keys = {
        ticket_id("5118002026030201000001"),
        ticket_id("5118002026030202000001"),
        ticket_id("5118012026030201000001"),
    }
    assert len(keys) == 3


def test_every_key_fits_a_database_integer() -> None:
    assert 0 < ticket_id("9999992089123199999999") < 2**63


def test_a_number_of_another_shape_sorts_below_every_real_one() -> None:
    for strange in (
        "",
        "T-1",
        "5118002026139901000001",
        "５１１８００２０２６０３０２０１０００００１",
    ):
        assert -(2**63) <= ticket_id(strange) < 0
    assert ticket_id("T-1") != ticket_id("T-2")


def test_a_day_begins_below_its_tickets() -> None:
    assert first_id(date(2026, 3, 2)) <= ticket_id(number(0)) < first_id(date(2026, 3, 3))
