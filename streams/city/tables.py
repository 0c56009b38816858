"""The city's tables as they stand in the files beside this one, read once and typed."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

CATEGORY_MARKS: Final = frozenset({"duty", "district", "town", "utility", "life"})


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """分类行: a category with the department that leads for it and the words that show it."""

    code: str
    name: str
    name_en: str
    lead: str
    keywords: tuple[str, ...]
    marks: frozenset[str]


@cache
def organisation_table() -> dict[str, Any]:
    """Read the city, its departments, districts and towns."""
    return _read("organisation.toml")


@cache
def category_rows() -> tuple[CategoryRow, ...]:
    """Read the three-level table; an empty lead has become that of the level above."""
    leads: dict[str, str] = {}
    rows: list[CategoryRow] = []
    for code, name, name_en, lead, keywords, marks in _read("categories.toml")["rows"]:
        leads[code] = lead or leads[code[:-2]]
        found = frozenset(marks.split())
        if unknown := found - CATEGORY_MARKS:
            raise ValueError(f"category {code}: unknown mark {', '.join(sorted(unknown))}")
        words = tuple(keywords.split())
        rows.append(CategoryRow(code, name, name_en, leads[code], words, found))
    return tuple(rows)


def category_version() -> str:
    """Name the version of the table."""
    return str(_read("categories.toml")["version"])


@cache
def classes() -> dict[str, tuple[str, ...]]:
    """Map the class names of other tables to first-level categories, the main one first."""
    return {name: tuple(codes) for name, codes in _read("classes.toml")["classes"].items()}


@cache
def article_table() -> tuple[dict[str, Any], ...]:
    """Read the articles of the knowledge base."""
    return tuple(_read("articles.toml")["articles"])


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("streams.city") / name).read_text(encoding="utf-8"))
