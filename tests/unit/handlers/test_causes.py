"""Policies are asked about the events that they know, and about no others."""

import inspect
import re

from handlers import policies


def test_every_event_that_a_policy_knows_is_looked_at() -> None:
    known = set(re.findall(r"case ([A-Z]\w+)\(|\| ([A-Z]\w+)\(", inspect.getsource(policies)))
    named = {first or second for first, second in known} | {"TextReceived"}
    assert {cause.__name__ for cause in policies._CAUSES} == named
