"""Texts are planned by the type of the event: no event that has words may be left out."""

import inspect
import re
from types import ModuleType

import pytest

from hotline.tickets import events
from notifications import callers, staff


@pytest.mark.parametrize(("module", "listed"), [(callers, callers._SAID), (staff, staff._TOLD)])
def test_every_event_that_has_words_is_in_the_table(module: ModuleType, listed: object) -> None:
    assert isinstance(listed, frozenset | dict)
    cases = re.findall(r"(?:case|\|)\s*\(?\s*events\.(\w+)\(", inspect.getsource(module))
    assert {getattr(events, name) for name in cases} == set(listed)
