"""Write the JSON Schemas of every message from the types that read them."""

import json
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from streams.messages.kinds import INTAKE_KINDS, MessageKind
from streams.messages.letter_notices import NOTICE_TYPE, LetterNotice
from streams.messages.log_records import TYPE_PREFIX
from streams.messages.topics import EVENTS
from streams.messages.wire import EVENT_TYPES

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
EVENTS_FILE: Final = f"{EVENTS}.json"
NOTICE_FILE: Final = f"{NOTICE_TYPE}.json"
_TEMPLATE: Final = "#/$defs/{name}"


def schema_file(kind: MessageKind) -> str:
    """Name the file of a kind of message."""
    return f"{kind.type}.json"


def kind_schema(kind: MessageKind) -> dict[str, Any]:
    """Describe the data of one kind; what it refers to stands below it."""
    (_,), parts = msgspec.json.schema_components([kind.data], ref_template=_TEMPLATE)
    own = parts.pop(kind.data.__name__)
    return {"$schema": DIALECT, **own, "title": kind.type, "$defs": parts}


def notice_schema() -> dict[str, Any]:
    """Describe the notice of a dead letter."""
    (_,), parts = msgspec.json.schema_components([LetterNotice], ref_template=_TEMPLATE)
    return {"$schema": DIALECT, **parts[LetterNotice.__name__], "title": NOTICE_TYPE}


def events_schema() -> dict[str, Any]:
    """Describe the data of every event of the log, by the name of its type."""
    types = dict.fromkeys(EVENT_TYPES.values())
    _, parts = msgspec.json.schema_components(list(types), ref_template=_TEMPLATE)
    return {
        "$schema": DIALECT,
        "title": f"{EVENTS}: data by type, without the prefix {TYPE_PREFIX}",
        "oneOf": [{"$ref": _TEMPLATE.format(name=one.__name__)} for one in types],
        "$defs": parts,
    }


def schema_pages() -> Iterable[tuple[str, str]]:
    """Give every file and what stands in it."""
    for kind in INTAKE_KINDS:
        yield f"schemas/{schema_file(kind)}", written(kind_schema(kind))
    yield f"schemas/{EVENTS_FILE}", written(events_schema())
    yield f"schemas/{NOTICE_FILE}", written(notice_schema())


def written(schema: dict[str, Any]) -> str:
    """Write a schema as people read it."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
