"""JSON as compact text, for cursors and for handing many values to one statement."""

import json
from typing import Any


def dumps(value: Any) -> str:
    """Write compact JSON; Chinese stays readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
