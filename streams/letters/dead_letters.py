"""死信: what could not be read or met a defect, with its bytes and the reason. Nothing is lost.

The bytes are sealed, because nobody can tell what personal words stand in bytes that could not be
handled. Sending one again gives it a message id of its own, so that the inbox lets it in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, bindparam, func, select, update

from handlers.envelope import Envelope, Personal, Source
from streams.database.moments import instant, microseconds
from streams.database.statements import Insert, Row, Statement
from streams.database.tables import dead_letters
from streams.messages.wire import UnreadableError, decode_envelope, encode_envelope
from streams.people.persons import PERSON_FIELDS
from streams.people.vault import Vault

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "bihuan/dead-letters")
_KEEP: Final = Insert(dead_letters, keep=True)
_LIST: Final = Statement(
    lambda _: (
        select(dead_letters)
        .where(dead_letters.c.resolved_by == "", dead_letters.c.id > bindparam("after"))
        .order_by(dead_letters.c.id)
        .limit(bindparam("count"))
    )
)
_ONE: Final = Statement(lambda _: select(dead_letters).where(dead_letters.c.id == bindparam("id")))
_COUNT: Final = Statement(
    lambda _: select(func.count()).select_from(dead_letters).where(dead_letters.c.resolved_by == "")
)
_RESENT: Final = Statement(
    lambda _: (
        update(dead_letters)
        .values(resends_count=dead_letters.c.resends_count + 1)
        .where(dead_letters.c.id == bindparam("letter"))
    )
)
_RESOLVE: Final = Statement(
    lambda _: (
        update(dead_letters)
        .values(resolved_by=bindparam("message"), bytes=bindparam("empty"))
        .where(dead_letters.c.id == bindparam("letter"))
    )
)


_REWRITE: Final = Statement(
    lambda _: (
        update(dead_letters)
        .values(bytes=bindparam("sealed"))
        .where(dead_letters.c.id == bindparam("letter"))
    )
)
_PAGE: Final = 100
DISCARDED: Final = "discarded"
"""What closed a letter that a person decided not to send again."""


@dataclass(frozen=True, slots=True)
class Parted:
    """抹除结果: letters that no longer speak of a person, and those that somebody has to judge."""

    stripped: tuple[str, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """死信."""

    id: str
    message_id: str
    source: str
    data: bytes
    reason: str
    first_seen_at: datetime
    resends_count: int
    resolved_by: str


def letter_of(
    envelope: Envelope, fingerprint: bytes, reason: str, vault: Vault, now: datetime
) -> Row:
    """Make the row of an envelope that could not be handled."""
    # The id covers message, place and content, so that a redelivery finds its own row.
    message_id = _storable(envelope.message_id)
    identity = f"{message_id}\n{_place(envelope.source)}\n{fingerprint.hex()}"
    return (
        str(uuid5(_NAMESPACE, identity)),
        message_id,
        _place(envelope.source),
        vault.seal(_bytes_of(envelope)),
        reason,
        microseconds(now),
        0,
        "",
        False,
    )


def letter_of_bytes(data: bytes, source: Source, reason: str, vault: Vault, now: datetime) -> Row:
    """Make the row of a message that could not even be read."""
    place = _place(source)
    id_ = uuid5(_NAMESPACE, f"{place}\n{vault.digest(data).hex()}")
    return str(id_), "", place, vault.seal(data), reason, microseconds(now), 0, "", False


def bury(connection: Connection, letters: Sequence[Row]) -> None:
    """Keep dead letters; one that is there already stays as it was first seen."""
    _KEEP.run(connection, list({letter[0]: letter for letter in letters}.values()))


def _bytes_of(envelope: Envelope) -> bytes:
    try:
        return encode_envelope(envelope)
    except UnicodeEncodeError:  # half a character; kept as it can be kept
        return repr(envelope).encode(errors="backslashreplace")


def _storable(text: str) -> str:
    """Spell out what no text column holds: a zero character, half a character."""
    return text.replace("\0", "\\0").encode(errors="backslashreplace").decode()


def _place(source: Source | None) -> str:
    return f"{source.topic}/{source.partition}/{source.offset}" if source else ""


def unresolved(
    connection: Connection, vault: Vault, *, after: str = "", count: int = 100
) -> tuple[DeadLetter, ...]:
    """List dead letters that wait, in pages."""
    return tuple(_letter(row, vault) for row in _LIST.rows(connection, (after, count)))


def count_unresolved(connection: Connection) -> int:
    """Tell how many wait."""
    return int(_COUNT.rows(connection, ())[0][0])


def find(connection: Connection, vault: Vault, letter: str) -> DeadLetter | None:
    """Find one by its id."""
    rows = _ONE.rows(connection, (letter,))
    return _letter(rows[0], vault) if rows else None


def envelope_again(letter: DeadLetter) -> Envelope:
    """Read the envelope of a dead letter under the next message id it is sent by."""
    envelope = decode_envelope(letter.data)
    again = f"{letter.message_id}/resend/{letter.id}/{letter.resends_count}"
    return replace(envelope, message_id=again, source=None, causation=letter.message_id)


def mark_resent(connection: Connection, letter: str) -> None:
    """Count one more attempt."""
    _RESENT.run(connection, (letter,))


def resolve(connection: Connection, letter: str, by: str) -> None:
    """Close a dead letter; its bytes are not kept any longer."""
    _RESOLVE.run(connection, (b"", by, letter))


def discard(connection: Connection, vault: Vault, letter: str) -> bool:
    """销毁: let a letter go for good, by the decision of a person; only its reason stays."""
    found = find(connection, vault, letter)
    if found is None or found.resolved_by:
        return False
    resolve(connection, letter, DISCARDED)
    return True


def part_from(connection: Connection, vault: Vault, person: Personal) -> Parted:
    """Take an erased person out of the letters that wait; the demand itself stays, masked.

    What cannot be read has no fields to take out. Where it holds the person's reference, name or
    number as they are known, it is left for somebody to judge.
    """
    stripped: list[str] = []
    unreadable: list[str] = []
    after = ""
    while letters := unresolved(connection, vault, after=after, count=_PAGE):
        for letter in letters:
            try:
                envelope = decode_envelope(letter.data)
            except UnreadableError:
                if _speaks_of(person, letter.data):
                    unreadable.append(letter.id)
                continue
            without = _without(envelope, person.citizen)
            if without != envelope:
                sealed = vault.seal(encode_envelope(without))
                _REWRITE.run(connection, (sealed, letter.id))
                stripped.append(letter.id)
        after = letters[-1].id
    return Parted(tuple(stripped), tuple(unreadable))


def _without(envelope: Envelope, citizen: str) -> Envelope:
    gone = {one.narrative for one in envelope.personal if one.citizen == citizen}
    command = envelope.command
    changes: dict[str, Any] = {
        field.name: ""
        for field in fields(command)
        if (field.name in PERSON_FIELDS and getattr(command, field.name) == citizen)
        or (field.name == "narrative" and getattr(command, field.name) in gone - {""})
    }
    actor = envelope.actor
    return replace(
        envelope,
        command=replace(command, **changes) if changes else command,
        actor=replace(actor, person="") if actor.person == citizen else actor,
        personal=tuple(one for one in envelope.personal if one.citizen != citizen),
    )


def _speaks_of(person: Personal, data: bytes) -> bool:
    text = data.decode("utf-8", "replace") + data.decode("gb18030", "replace")
    digits = "".join(filter(str.isdigit, text))
    number = person.phone.removeprefix("+86").removeprefix("+")
    named = any(word and word in text for word in (person.citizen, person.name))
    return named or bool(number and number in digits)


def _letter(row: Row, vault: Vault) -> DeadLetter:
    id_, message_id, source, data, reason, first_seen_at, resends, resolved_by, _ = row
    opened = vault.unseal(data) if data else b""
    return DeadLetter(
        id_, message_id, source, opened, reason, instant(first_seen_at), resends, resolved_by
    )
