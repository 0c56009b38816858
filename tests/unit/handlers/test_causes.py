"""Policies are asked about every event that they know, and about no others."""

from typing import get_args

from handlers import call_policies, policies
from handlers.outcome import Event


def test_every_event_that_a_policy_knows_is_looked_at() -> None:
    # A policy imports an event for one reason: something follows from it.
    rooms = (vars(policies), vars(call_policies))
    known = {event for event in get_args(Event) if any(event in room.values() for room in rooms)}
    assert known == policies._CAUSES
