"""Read the project's own source: where codes are given, and what a class is called in Chinese.

Owns nothing of the rules; it only looks at them as text or as classes.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_CODE: Final = re.compile(r"[a-z]+(-[a-z0-9]+)*")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff、，/]+")


def modules(*rooms: str) -> Iterator[Path]:
    """List the modules of some rooms, in the order of their names."""
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def codes_given(path: Path, *calls: str, place: int = 0) -> Iterator[str]:
    """Find the constant codes that a module hands to these calls, at one place of the arguments."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or len(node.args) <= place:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else None
        if isinstance(node.func, ast.Name):
            called = node.func.id
        if called in calls:
            yield from _constants(node.args[place])


def _constants(argument: ast.expr) -> Iterator[str]:
    """Give the codes that one argument may be: a constant, or either branch of a choice."""
    match argument:
        case ast.Constant(value=str(code)) if _CODE.fullmatch(code):
            yield code
        case ast.IfExp(body=body, orelse=orelse):
            yield from _constants(body)
            yield from _constants(orelse)
        case _:
            pass


def chinese(thing: type) -> str:
    """Give the Chinese term that a docstring begins with, "" where it begins in English."""
    found = _CHINESE.match(thing.__doc__ or "")
    return found[0] if found else ""


def words_of(vocabulary: type[Enum]) -> Iterable[str]:
    """List the words of a closed list, as they are stored."""
    return [str(member.value) for member in vocabulary]
