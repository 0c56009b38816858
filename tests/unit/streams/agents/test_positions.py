"""When the database is behind the group, the group goes back; in no other case."""

from streams.agents.positions import behind, from_the_beginning

CALLS, SERVICES = ("calls", 0), ("services", 3)


def test_a_group_that_is_ahead_goes_back_to_the_database() -> None:
    assert behind({CALLS: 40, SERVICES: 7}, {CALLS: 15, SERVICES: 7}) == {CALLS: 15}


def test_a_database_that_knows_nothing_gets_everything() -> None:
    assert behind({CALLS: 40}, {CALLS: 0}) == {CALLS: 0}


def test_a_database_that_is_ahead_is_normal() -> None:
    assert behind({CALLS: 40}, {CALLS: 41}) == {}


def test_a_group_that_never_committed_reads_from_the_beginning_anyway() -> None:
    assert behind({CALLS: None}, {CALLS: 0, SERVICES: 0}) == {}


def test_what_was_never_committed_is_sought_from_the_beginning() -> None:
    assigned = [CALLS, SERVICES]
    assert from_the_beginning(assigned, {CALLS: None, SERVICES: 7}) == [CALLS]
    assert from_the_beginning(assigned, {SERVICES: 0}) == [CALLS, SERVICES]
    assert from_the_beginning(assigned, {CALLS: 1, SERVICES: 7}) == []
