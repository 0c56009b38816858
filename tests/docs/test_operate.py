"""The operator's page names every setting, and measures that exist."""

import re

import pytest
from prometheus_client import Counter, Gauge, Histogram

from api import metrics
from docs.tools.pages import DOCS
from streams.processes import measures
from streams.settings import Settings


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    text = (DOCS / "how-to" / "operate.md").read_text("utf-8")
    assert f"| `BIHUAN_{name.upper()}` |" in text
    assert Settings.model_fields[name].description


def test_the_measures_named_exist() -> None:
    text = (DOCS / "how-to" / "operate.md").read_text("utf-8")
    named = set(re.findall(r"`(bihuan_[a-z_]+)`", text))
    assert named
    known = {
        measured.name + ("_total" if isinstance(one, Counter) else "")
        for one in (*vars(metrics).values(), *vars(measures).values())
        if isinstance(one, Counter | Gauge | Histogram)
        for measured in one.describe()
    }
    assert named <= known
