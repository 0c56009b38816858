"""What the pages show to be typed: console blocks, their commands and their JSON answers."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A command line that a page shows."""

    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join(self.words)}"


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> Iterator[str]:
    for found in _BLOCK.finditer(page.read_text("utf-8")):
        yield found[1].replace("\\\n", " ")


def shown(command: str) -> list[Shown]:
    """List the lines of all pages that call a command."""
    return [
        Shown(str(page.relative_to(ROOT)), tuple(words[1:]))
        for page in pages()
        if page.exists()
        for block in blocks(page)
        for line in block.splitlines()
        if (words := shlex.split(line.removeprefix("$ "), comments=True)) and words[0] == command
    ]
