"""Messages 文案: every word people read on the faces, Chinese first, English beside it.

Catalogues are TOML files: one a language, and beside it one a room (`zh/office.toml`); a test holds
that both languages have the same keys. A key that is missing (a code newer than the catalogue) is
shown as its own last part, never as an error.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias

Language: TypeAlias = Literal["zh", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


class Messages:
    """文案: looks texts up."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[Language, Mapping[str, str]]) -> None:
        self._texts = texts

    def text(self, language: Language, key: str, /, **values: object) -> str:
        """Give the text of a key, its blanks filled in."""
        found = self._texts[language].get(key)
        if found is None:
            return key.rpartition(".")[2]
        if not values:
            return found
        return found.format_map(_Blanks({name: str(value) for name, value in values.items()}))

    def has(self, key: str) -> bool:
        """Tell whether the catalogues know the key."""
        return key in self._texts["zh"]

    def keys(self, language: Language) -> frozenset[str]:
        """List all keys of a language."""
        return frozenset(self._texts[language])

    def section(self, language: Language, name: str) -> dict[str, str]:
        """Give one section: code to text, in the order of the catalogue."""
        prefix = name + "."
        texts = self._texts[language]
        return {key[len(prefix) :]: text for key, text in texts.items() if key.startswith(prefix)}


@cache
def house_messages() -> Messages:
    """Read the catalogues of the house, once."""
    return Messages({language: _read(language) for language in LANGUAGES})


def language_of(accepted: str, default: Language = "zh") -> Language:
    """Choose by an Accept-Language header; the first of ours that is named wins by weight."""
    ranked = []
    for place, part in enumerate(accepted.split(",")):
        tag, _, parameters = part.strip().partition(";")
        weight = parameters.strip().removeprefix("q=")
        primary = tag.strip().lower().partition("-")[0]
        try:
            ranked.append((-float(weight or 1), place, primary))
        except ValueError:
            continue
    for _, _, primary in sorted(ranked):
        if primary == "zh":
            return "zh"
        if primary == "en":
            return "en"
    return default


def _read(language: Language) -> dict[str, str]:
    folder = files("api") / "translations"
    rooms = sorted((folder / language).iterdir(), key=lambda one: one.name)
    pairs: list[tuple[str, str]] = []
    for source in (folder / f"{language}.toml", *rooms):
        pairs += _flat(tomllib.loads(source.read_text(encoding="utf-8")), "")
    texts = dict(pairs)
    if len(texts) < len(pairs):
        raise ValueError(f"two catalogues of {language} have the same key")
    return texts


def _flat(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((prefix + key, value))
    return pairs
