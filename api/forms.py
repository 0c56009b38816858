"""Forms 表单: the fields of a command as a page shows them, made from the command's own body.

A form asks for what the command needs first. What a form sends are strings; they become the same
body that the JSON API reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

import msgspec
from starlette.datastructures import FormData

from api.bodies import TEXT_FIELDS, body_of
from hotline.clocks.calendar import SHANGHAI
from hotline.people.command_table import AnyCommand

_SHORT: Final = frozenset({"title", "place", "evidence", "basis", "proof", "phone_told"})
_DEPARTMENTS: Final = frozenset(
    {"lead", "department", "proposed_department", "rated_department", "assists", "heard"}
)
_LEFT_OUT: Final = frozenset(
    {
        *("confidence", "suggested", "recording", "attachments", "call_id", "external_id"),
        *("repeat_count", "repeats", "evaluation", "level", "language", "id_number"),
    }
)
"""Fields that systems fill; people see them in the history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """表单项."""

    name: str
    widget: str  # text, long, lines, number, check, choice, moment
    required: bool
    choices: tuple[str, ...] = ()
    optional: bool = False  # a choice with an empty first line
    departments: bool = False
    default: str = ""


def fields_of(command: type[AnyCommand]) -> tuple[Field, ...]:
    """List the fields of a form, required ones first."""
    fields = [
        _field(info)
        for info in msgspec.structs.fields(body_of(command))
        if info.required or info.name not in _LEFT_OUT
    ]
    return tuple(sorted(fields, key=lambda field: not field.required))


def values_of(form: FormData, command: type[AnyCommand]) -> dict[str, Any]:
    """Read what a form sent; an empty field is one that was left alone."""
    values: dict[str, Any] = {}
    for field in fields_of(command):
        given = form.get(field.name)
        text = given.strip() if isinstance(given, str) else ""
        if field.widget == "check":
            values[field.name] = bool(text)
        elif field.widget == "lines":
            values[field.name] = [line.strip() for line in text.splitlines() if line.strip()]
        elif text:
            values[field.name] = _moment(text) if field.widget == "moment" else text
        elif field.required and field.widget in ("text", "long"):
            values[field.name] = ""
    return values


def kept(form: FormData) -> Mapping[str, str]:
    """Keep what was typed, to show it again."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _field(info: msgspec.structs.FieldInfo) -> Field:
    kind, optional = _plain(info.type)
    widget, choices = "text", ()
    if isinstance(kind, type) and issubclass(kind, Enum):
        widget, choices = "choice", tuple(str(member.value) for member in kind)  # type: ignore[assignment]
    elif kind is bool:
        widget = "choice" if optional else "check"
        choices = ("true", "false") if optional else ()  # type: ignore[assignment]
    elif kind is int and info.name in ("satisfaction", "attitude"):
        widget, choices = "choice", ("5", "4", "3", "2", "1")  # type: ignore[assignment]
    elif kind in (int, float):
        widget = "number"
    elif kind is datetime:
        widget = "moment"
    elif get_origin(kind) is tuple:
        widget = "lines"
    elif info.name in TEXT_FIELDS and info.name not in _SHORT:
        widget = "long"
    return Field(
        name=info.name,
        widget=widget,
        required=info.required,
        choices=choices,
        optional=optional,
        departments=info.name in _DEPARTMENTS,
        default=_default(info, widget),
    )


def _default(info: msgspec.structs.FieldInfo, widget: str) -> str:
    """Say what stands in a field that nobody touched."""
    value = info.default
    if value is msgspec.NODEFAULT or value is None or widget in ("lines", "number"):
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)


def _plain(hint: Any) -> tuple[Any, bool]:
    """Take a limit and an "or nothing" off a type."""
    if hasattr(hint, "__metadata__"):
        return _plain(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        inner = [one for one in get_args(hint) if one is not type(None)]
        return _plain(inner[0])[0], True
    return hint, False


def _moment(text: str) -> str:
    """Read a local moment as a browser writes it."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).isoformat()
    except ValueError:
        return text
