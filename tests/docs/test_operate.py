"""The operator's page names every setting."""

import pytest

from docs.tools.pages import DOCS
from streams.settings import Settings


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    text = (DOCS / "how-to" / "operate.md").read_text("utf-8")
    assert f"| `BIHUAN_{name.upper()}` |" in text
    assert Settings.model_fields[name].description
