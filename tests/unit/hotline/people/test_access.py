"""Who may learn that an inspector looked: tried with every role."""

from datetime import UTC, datetime

import pytest

from hotline.people.access import SEES_INSPECTORS, Access, Look, shown_to
from hotline.people.actors import Actor, Role

AT = datetime(2026, 11, 20, tzinfo=UTC)


def look(role: Role) -> Access:
    return Access(actor=Actor(f"s-{role}", role), action=Look.VIEW, subject="ticket/1", at=AT)


LOOKS = tuple(look(role) for role in Role)


@pytest.mark.parametrize("role", sorted(set(Role) - SEES_INSPECTORS))
def test_nobody_who_may_be_looked_at_sees_an_inspector(role: Role) -> None:
    shown = {one.actor.role for one in shown_to(Actor("s", role, "water"), LOOKS)}
    assert shown == set(Role) - {Role.INSPECTOR}


@pytest.mark.parametrize("role", sorted(SEES_INSPECTORS))
def test_inspectors_and_the_keepers_of_the_trail_see_every_look(role: Role) -> None:
    assert shown_to(Actor("s", role), LOOKS) == LOOKS


def test_only_they_do() -> None:
    assert frozenset({Role.INSPECTOR, Role.AUDIT_ADMINISTRATOR}) == SEES_INSPECTORS
