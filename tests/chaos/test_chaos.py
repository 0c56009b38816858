"""A short run of the fault harness, by `make test-chaos`. `make chaos` plays longer ones.

It runs in a process of its own: what a broken client leaves behind must not reach other tests.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

SECONDS_MAX = 900


def test_every_law_holds_while_everything_breaks(libraries: Path) -> None:
    command = (sys.executable, "-m", "tests.chaos", "--minutes", "3", "--seed", "20")
    done = subprocess.run(
        command,
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
    assert counts["disturbances"] >= 10
    assert counts["acknowledged"] > 500
    assert counts["dead_letters"] > 0
    assert counts["registered"] > 50
    assert counts["texts"] > 100
    assert counts["fired"] > 100
