"""Bodies 请求体: the typed JSON of every command, generated from the command's own dataclass.

Owns the edge of the vocabulary: which fields a sender may fill, how long a text may be, and that
free text is masked before it becomes part of a command. The citizen's own words travel beside the
command into the vault. Times of record are never read from a body.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, get_type_hints

import msgspec

from api.problems import ProblemError
from handlers.envelope import Personal
from hotline.evaluations import commands as evaluations
from hotline.people.command_table import AnyCommand
from hotline.people.commands import ChangeDutyPhone
from hotline.people.masking import mask
from hotline.tickets import commands as tickets

TEXT_LENGTH_MAX: Final = 8000
REFERENCE_LENGTH_MAX: Final = 200
ITEMS_MAX: Final = 500

TEXT_FIELDS: Final = frozenset(
    {
        *("title", "summary", "text", "public_text", "internal_text", "reason", "reasons", "basis"),
        *("missing", "transfer_text", "evidence", "lesson", "minutes", "task", "result", "note"),
        *("way_told", "unsolved_reason", "lawful_because", "differently", "opinion", "proof"),
        *("negative_report", "change", "measure", "place"),
        *("title_en", "text_en", "questions"),
    }
)
"""Fields in which people write sentences; every other string is a reference or a code."""

_UNMASKED: Final = frozenset({"words"})
"""Long texts of the house itself, in which a number is nobody's."""

NAMED_FIELDS: Final = frozenset({"narrative", "caller", "citizen", "evaluator"})
"""References that the house gives; a sender describes the person instead."""

HOUSE_FIELDS: Final = frozenset({"tickets"})
"""What the house itself knows and no sender may say: the tickets of a person to be erased."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_OWN_WORDS: Final[Mapping[type[AnyCommand], str]] = {
    tickets.RegisterTicket: "text",
    tickets.ProvideInformation: "text",
    tickets.AppendAddition: "text",
    tickets.RaiseObjection: "text",
    evaluations.RecordEvaluation: "text",
}
"""Commands that carry the citizen's own words, and the body's field for them."""

_WITH_PERSON: Final = frozenset(
    {tickets.RegisterTicket, evaluations.RecordService, evaluations.RecordEvaluation}
)
_PERSON_FIELDS: Final = ("name", "phone", "address", "id_number")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")


_BODIES: Final[dict[type[AnyCommand], type[msgspec.Struct]]] = {}
_DECODERS: Final[dict[type[AnyCommand], msgspec.json.Decoder[Any]]] = {}


def body_of(command: type[AnyCommand]) -> type[msgspec.Struct]:
    """Give the body type of a command, made once."""
    if command not in _BODIES:
        _BODIES[command] = _made(command)
    return _BODIES[command]


def _made(command: type[AnyCommand]) -> type[msgspec.Struct]:
    hints = get_type_hints(command)
    fields: list[Any] = []
    if command is ChangeDutyPhone:  # the number goes into the vault, the command says there is one
        fields = [("phone", Annotated[str, msgspec.Meta(max_length=REFERENCE_LENGTH_MAX)])]
        return msgspec.defstruct(
            command.__name__, fields, kw_only=True, forbid_unknown_fields=True, frozen=True
        )
    for field in dataclasses.fields(command):
        name = "text" if field.name == "summary" and command in _OWN_WORDS else field.name
        if field.name in NAMED_FIELDS | HOUSE_FIELDS:
            continue
        kind = _limited(hints[field.name], name)
        if field.default is not dataclasses.MISSING:
            fields.append((name, kind, field.default))
        else:
            fields.append((name, kind))
    if command in _WITH_PERSON:
        short = Annotated[str, msgspec.Meta(max_length=REFERENCE_LENGTH_MAX)]
        fields += [(name, short, "") for name in _PERSON_FIELDS]
    return msgspec.defstruct(
        command.__name__, fields, kw_only=True, forbid_unknown_fields=True, frozen=True
    )


def _decoder(command: type[AnyCommand]) -> msgspec.json.Decoder[Any]:
    if command not in _DECODERS:
        _DECODERS[command] = msgspec.json.Decoder(body_of(command))
    return _DECODERS[command]


def read_json(raw: bytes, command: type[AnyCommand]) -> msgspec.Struct:
    """Read a body, or say which field is wrong without quoting it."""
    try:
        body: msgspec.Struct = _decoder(command).decode(raw or b"{}")
    except msgspec.ValidationError as error:
        raise ProblemError("input-invalid", violations=[_violation(error)]) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProblemError(_unreadable(raw)) from None
    return checked(body)


def read_fields(values: Mapping[str, Any], command: type[AnyCommand]) -> msgspec.Struct:
    """Read what a form sent: everything is a string there."""
    try:
        body: msgspec.Struct = msgspec.convert(values, body_of(command), strict=False)
    except msgspec.ValidationError as error:
        raise ProblemError("input-invalid", violations=[_violation(error)]) from None
    return checked(body)


def checked(body: msgspec.Struct) -> msgspec.Struct:
    """Refuse control characters and telephone numbers that are none."""
    for name in body.__struct_fields__:
        for text in _strings(getattr(body, name)):
            if _CONTROL.search(text):
                raise ProblemError(
                    "input-invalid", violations=[{"field": name, "code": "control-character"}]
                )
    phone = getattr(body, "phone", "")
    if phone and not _PHONE.fullmatch(phone):
        raise ProblemError("input-invalid", violations=[{"field": "phone", "code": "no-phone"}])
    return body


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """来人: what a body says of the person behind it, and the reference the house uses."""

    citizen: str
    narrative: str
    known: bool  # the reference belongs to a person of the vault already


def command_of(
    command: type[AnyCommand], body: msgspec.Struct, person: Person | None
) -> tuple[AnyCommand, tuple[Personal, ...]]:
    """Build the command, masked, and what goes into the vault beside it."""
    if command is ChangeDutyPhone:
        number = getattr(body, "phone", "").strip()
        on_duty = (Personal(citizen=person.citizen, phone=number),) if person else ()
        return ChangeDutyPhone(given=bool(number)), on_duty
    own_words = _OWN_WORDS.get(command)
    known = tuple(getattr(body, name, "") for name in ("name", "address", "id_number"))
    values: dict[str, Any] = {}
    for field in dataclasses.fields(command):
        name = "text" if field.name == "summary" and own_words else field.name
        if field.name in NAMED_FIELDS:
            values[field.name] = _reference(command, field.name, body, person)
            continue
        if field.name in HOUSE_FIELDS:
            continue
        value = getattr(body, name)
        if name in TEXT_FIELDS:
            value = _masked(value, known, keep_landlines=own_words is None)
        values[field.name] = value
    personal: tuple[Personal, ...] = ()
    if person is not None:
        narrative = person.narrative if own_words and getattr(body, own_words) else ""
        personal = (
            Personal(
                citizen=person.citizen,
                **{name: getattr(body, name, "") for name in _PERSON_FIELDS},
                narrative=narrative,
                title=getattr(body, "title", "") if narrative else "",
                body=getattr(body, own_words, "") if own_words and narrative else "",
            ),
        )
    return command(**values), personal


def speaks_of_person(command: type[AnyCommand], body: msgspec.Struct) -> bool:
    """Tell whether anything of the body belongs into the vault."""
    own_words = _OWN_WORDS.get(command)
    return bool(
        (own_words and getattr(body, own_words))
        or any(getattr(body, n, "") for n in _PERSON_FIELDS)
    )


def carries_own_words(command: type[AnyCommand]) -> bool:
    """Tell whether a command may carry words of the citizen, to be kept under his key."""
    return command in _OWN_WORDS


def phone_of(body: msgspec.Struct) -> str:
    """Give the telephone number in E.164, "" for none."""
    written = getattr(body, "phone", "")
    digits = "".join(filter(str.isdecimal, written)).removeprefix("00")
    if not digits:
        return ""
    abroad = written.startswith(("+", "00")) or len(digits) > len("13800000000") + 1
    return "+" + (digits if abroad else "86" + digits.lstrip("0"))


def schemas(commands: Iterable[type[AnyCommand]]) -> dict[str, Any]:
    """Give the JSON Schemas of all bodies for the OpenAPI document."""
    _, components = msgspec.json.schema_components(
        [body_of(command) for command in commands], ref_template="#/components/schemas/{name}"
    )
    return components


def _reference(
    command: type[AnyCommand], field: str, body: msgspec.Struct, person: Person | None
) -> str:
    if person is None:
        return ""
    if field == "narrative":
        return person.narrative if getattr(body, _OWN_WORDS[command]) else ""
    named = any(getattr(body, name, "") for name in _PERSON_FIELDS)
    return person.citizen if named or person.known else ""


def _masked(value: Any, known: tuple[str, ...], *, keep_landlines: bool) -> Any:
    if isinstance(value, str):
        return mask(value, known=known, keep_landlines=keep_landlines) if value else value
    if isinstance(value, tuple):
        return tuple(_masked(one, known, keep_landlines=keep_landlines) for one in value)
    return value


def _limited(hint: Any, name: str) -> Any:
    length = TEXT_LENGTH_MAX if name in TEXT_FIELDS | _UNMASKED else REFERENCE_LENGTH_MAX
    short = Annotated[str, msgspec.Meta(max_length=length)]
    if hint is str:
        return short
    if hint == tuple[str, ...]:
        return Annotated[tuple[short, ...], msgspec.Meta(max_length=ITEMS_MAX)]
    if hint is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if hint is int:
        return Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    return hint


def _strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()


_FIELD: Final = re.compile(r"`\$\.?([^`\[]*)[^`]*`")
_NAMED: Final = re.compile(r"(?:missing required|unknown) field `([a-z_]{1,40})`")


def _violation(error: msgspec.ValidationError) -> dict[str, str]:
    """Name the field and the rule; the text sent in is not repeated."""
    text = str(error)
    named, found = _NAMED.search(text), _FIELD.search(text)
    if "missing required" in text:
        return {"field": named[1] if named else "", "code": "missing"}
    if "unknown field" in text:
        return {"field": named[1] if named else "", "code": "unknown-field"}
    field = found[1] if found and re.fullmatch(r"[a-z_]{1,40}", found[1]) else ""
    if "Invalid enum" in text:
        return {"field": field, "code": "unknown-word"}
    if "length" in text:
        return {"field": field, "code": "too-long"}
    return {"field": field, "code": "wrong-type"}


def _unreadable(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "not-utf-8"
    return "not-json"
