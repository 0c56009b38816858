"""字段对照: the upper platform's names and codes as data. Pure once it is read.

A source that does not exist is found when the file is read, not when the first rating leaves.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

SOURCES: Final = frozenset(
    {
        *("project_no", "service_number", "department", "item_code", "item_name", "region"),
        *("served_at", "node", "channel", "level", "indicators", "text", "rated_at"),
        *("rating_count", "is_default", "valid", "rectified", "change", "report_id"),
        *("answered", "appeal", "step"),
        *("person_name", "person_phone", "person_id_number"),
    }
)
"""What a field may be taken from."""

RECORDS: Final = ("service", "evaluation")


class MappingError(ValueError):
    """对照表错误: names the place, never a value."""


@dataclass(frozen=True, slots=True)
class Field:
    """字段: where its value comes from."""

    name: str
    source: str = ""
    constant: str = ""
    codes: Mapping[str, str] | None = None
    width: int = 0

    def value(self, values: Mapping[str, str]) -> str:
        """Give the value as the platform wants it; a code without a translation is left empty."""
        if not self.source:
            return self.constant
        value = values.get(self.source, "")
        if self.codes is not None:
            value = self.codes.get(value, "")
        return f"{value:0<{self.width}}" if self.width and value else value


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """字段对照 of one platform."""

    version: str
    records: Mapping[str, tuple[Field, ...]]

    def document(self, record: str, values: Mapping[str, str]) -> dict[str, str]:
        """Write a record with the platform's names."""
        return {field.name: field.value(values) for field in self.records[record]}


def read_mapping(path: Path | None) -> FieldMapping:
    """Read a file of an area, or the built-in one."""
    built_in = files("streams.reporting") / "mappings" / "national.toml"
    text = path.read_text("utf-8") if path else built_in.read_text("utf-8")
    given: dict[str, Any] = tomllib.loads(text)
    codes: dict[str, dict[str, str]] = given.get("codes", {})
    return FieldMapping(
        str(given.get("version", "")),
        {record: _fields(record, given.get(record, {}), codes) for record in RECORDS},
    )


def _fields(
    record: str, given: Mapping[str, Any], codes: Mapping[str, Mapping[str, str]]
) -> tuple[Field, ...]:
    return tuple(_field(f"{record}.{name}", name, said, codes) for name, said in given.items())


def _field(place: str, name: str, said: Any, codes: Mapping[str, Mapping[str, str]]) -> Field:
    rule: dict[str, Any] = {"from": said} if isinstance(said, str) else dict(said)
    source, table = rule.get("from", ""), rule.get("codes", "")
    if bool(source) == ("constant" in rule):
        raise MappingError(f"{place}: needs either from or constant")
    if source and source not in SOURCES:
        raise MappingError(f"{place}: no such source")
    if table and table not in codes:
        raise MappingError(f"{place}: no such table of codes")
    return Field(
        name,
        source,
        rule.get("constant", ""),
        codes[table] if table else None,
        rule.get("width", 0),
    )
