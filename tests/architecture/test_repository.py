"""Tests about the project: what every file of it has to keep."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 400
TOP_LEVEL = (
    "streams",
    "handlers",
    "api",
    "notifications",
    "projections",
    "tests",
    "pyproject.toml",
    "docker-compose.yml",
    "README.md",
)


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize("name", TOP_LEVEL)
def test_the_top_level_stands_by_the_customers_names(name: str) -> None:
    assert (ROOT / name).exists()


def test_no_module_outgrows_its_room() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py")
        if "migrations/versions" not in str(path)
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_MAX
    }
    assert long == {}


def test_every_lint_exception_names_its_code() -> None:
    bare = re.compile(r"#\s*(noqa(?!: ?[A-Z])|type: ignore(?!\[))")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line) and path != Path(__file__)
    ]
    assert found == []


def test_lock_files_carry_hashes_and_no_addresses() -> None:
    for path in tracked("requirements*.txt", "package-lock.json"):
        text = path.read_text(encoding="utf-8")
        without_credits = re.sub(r'"(url|homepage|funding)": "[^"]*"', "", text)
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", without_credits)
    assert "--hash=sha256:" in (ROOT / "requirements.txt").read_text(encoding="utf-8")


def test_every_make_target_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.findall(r"^\.PHONY: (\S+)", text, flags=re.MULTILINE))
    documented = set(re.findall(r"^([a-z-]+):.*## ", text, flags=re.MULTILINE))
    assert phony <= documented
