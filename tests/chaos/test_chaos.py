"""The fault harness in the gate: every kind of disturbance once. `make chaos` plays longer runs.

Work is counted and not time: a slow machine takes longer and sees the same. It runs in a process of
its own: what a broken client leaves behind must not reach other tests.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.monkey import KINDS_COUNT

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

SECONDS_MAX = 3600
"""Far beyond what the run's own waits allow for."""

PLAN = {
    "--minutes": "2",
    "--seed": "20",
    "--disturbances": str(KINDS_COUNT),
    "--acknowledged": "1000",
    "--registered": "50",
    "--stop-seconds": "60",  # ten are promised; a loaded machine is no judge of seconds
}


def test_every_law_holds_while_everything_breaks(libraries: Path) -> None:
    words = [word for pair in PLAN.items() for word in pair]
    done = subprocess.run(
        (sys.executable, "-m", "tests.chaos", *words),
        cwd=libraries.parent,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )

    told = re.findall(r"^(\w+): (\d+)$", done.stdout, re.MULTILINE)
    counts = {name: int(count) for name, count in told}
    assert "every law held" in done.stdout, done.stdout[-4000:] + done.stderr[-4000:]
    assert done.returncode == 0
    assert counts["disturbances"] >= KINDS_COUNT
    assert counts["acknowledged"] >= 1000
    assert counts["dead_letters"] > 0
    assert counts["registered"] >= 50
    assert counts["texts"] > 100
    assert counts["fired"] > 100
