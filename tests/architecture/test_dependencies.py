"""Every dependency is imported somewhere, or stands here with what it is for."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

from tests.architecture.test_repository import ROOT, tracked

USED_WITHOUT_IMPORT: Final = {
    "psycopg": "SQLAlchemy's driver, named by the address of the database",
    "python-multipart": "FastAPI reads forms by it",
    "httptools": "uvicorn takes it where it is installed",
    "uvloop": "same",
    "httpx": "Starlette's test client is built on it",
    "import-linter": "a command of `make lint`",
    "mypy": "same",
    "ruff": "same",
    "pytest-xdist": "runs the tests on both cores",
    "setuptools": "builds the package without a network",
    "types-pyyaml": "tells mypy what PyYAML gives",
}
NOT_NEEDED_YET: Final = {
    "faust-streaming": "the distributed runtime",
    "kafka-python": "same",
}
EXCUSED: Final = frozenset({*USED_WITHOUT_IMPORT, *NOT_NEEDED_YET})


def named() -> set[str]:
    """List the dependencies of the project, those of its developers too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (*project["dependencies"], *project["optional-dependencies"]["dev"])
    return {found[0].lower() for line in lines if (found := re.match(r"[\w-]+", line))}


def imported(path: Path) -> set[str]:
    """List the top-level modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_every_dependency_is_for_something() -> None:
    modules = {module for path in tracked("*.py") for module in imported(path)}
    distributions = packages_distributions()
    used = {
        distribution.lower().replace("_", "-")
        for module in modules
        for distribution in distributions.get(module, ())
    }
    assert sorted(named() - used - EXCUSED) == []


def test_nothing_is_excused_that_is_not_there() -> None:
    assert named() >= EXCUSED
