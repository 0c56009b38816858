"""A short run of the fault harness, as part of the gate. `make chaos` plays longer ones."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.harness import Plan, run

pytestmark = pytest.mark.kafka

SECONDS = 180


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a directory that PostgreSQL's user may walk into."""
    made = Path(tempfile.mkdtemp(prefix="bihuan-chaos-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_every_law_holds_while_everything_breaks(folder: Path, libraries: Path) -> None:
    report = run(Plan(folder=folder, seed=20, seconds=SECONDS, libraries=libraries), print)

    assert report.faults == []
    assert len(report.done) >= 10, report.done
    assert report.counts["acknowledged"] > 500
    assert report.counts["dead_letters"] > 0
    assert report.counts["registered"] > 50
    assert report.counts["texts"] > 100
    assert report.counts["fired"] > 100
