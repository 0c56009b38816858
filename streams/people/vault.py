"""保险箱: personal fields and the citizen's own words, encrypted under a key of each person.

The key of a person is wrapped by the master key. Destroying it erases the person: what remains of
the rows, in backups too, is noise. A phone number is found by a keyed hash of its E.164 form.
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, select

from handlers.envelope import Personal
from hotline.values import replace
from streams.database import tables
from streams.database.statements import ByKey, DeleteByKey, Insert, Statement
from streams.messages.wire import decoder, encode
from streams.people.phone import e164

MASTER_KEY_FILE: Final = "master.key"
ON_DUTY: Final = ("department/", "staff/")
"""How the references begin of those who are told of their work; a citizen's never do."""
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12

_KEYS: Final = ByKey(
    tables.person_keys.c.citizen, tables.person_keys.c.citizen, tables.person_keys.c.wrapped_key
)
_PEOPLE: Final = ByKey(tables.people.c.citizen, tables.people.c.citizen, tables.people.c.fields)
_NARRATIVES: Final = ByKey(
    tables.narratives.c.narrative,
    tables.narratives.c.narrative,
    tables.narratives.c.citizen,
    tables.narratives.c.words,
)
_BY_PHONE: Final = Statement(
    lambda _: (
        select(tables.people.c.citizen)
        .where(tables.people.c.phone_hash == bindparam("phone_hash"))
        .order_by(tables.people.c.citizen)
    )
)
_WRITE_KEYS: Final = Insert(tables.person_keys)
_WRITE_PEOPLE: Final = Insert(tables.people, replace=True)
_WRITE_NARRATIVES: Final = Insert(tables.narratives, replace=True)
_DELETE_KEYS: Final = DeleteByKey(tables.person_keys.c.citizen)
_DELETE_PEOPLE: Final = DeleteByKey(tables.people.c.citizen)
_DELETE_NARRATIVES: Final = DeleteByKey(tables.narratives.c.citizen)


def master_key(data: Path, setting: str = "") -> bytes:
    """Give the master key: the one that is set, or the file in the data directory, made once."""
    if setting:
        return _checked(setting)
    path = data / MASTER_KEY_FILE
    if not path.exists():
        _make_key_file(path)
    return _checked(path.read_text(encoding="ascii"))


def _make_key_file(path: Path) -> None:
    """Write the file aside and link it into place, so that it is there whole or not at all."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode())
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another process was first, and its key is the one
        os.link(aside, path)
    aside.unlink()


def _checked(text: str) -> bytes:
    key = urlsafe_b64decode(text.strip())
    if len(key) != _KEY_BYTES:
        raise ValueError(f"the master key must be {_KEY_BYTES} bytes in URL-safe base64")
    return key


class Vault:
    """保险箱 under one master key."""

    __slots__ = ("_area", "_messages", "_phone_key", "_sealing", "_wrapping", "message_key_id")

    def __init__(self, master: bytes, *, area: str = "") -> None:
        self._area: Final = area
        self._wrapping: Final = AESGCM(_derived(master, b"wrap"))
        self._sealing: Final = AESGCM(_derived(master, b"seal"))
        self._phone_key: Final = _derived(master, b"phone")
        self._messages: Final = AESGCM(_derived(master, b"messages"))
        self.message_key_id: Final = _derived(master, b"messages/id").hex()[:16]
        """Names the key of sealed messages without giving anything of it away."""

    def store(self, connection: Connection, personal: Sequence[Personal]) -> None:
        """Keep what came with a batch; a field that is empty now leaves the old value alone.

        A duty phone comes whole: an empty one takes the number back.
        """
        for one in personal:
            if one.citizen.startswith(ON_DUTY):
                self.store_duty_phone(connection, one.citizen, one.phone)
        personal = [one for one in personal if not one.citizen.startswith(ON_DUTY)]
        if not personal:
            return
        citizens = sorted({one.citizen for one in personal})
        keys = {c: self._unwrapped(c, key) for c, key in _KEYS.rows(connection, citizens)}
        people = {
            citizen: _opened(keys[citizen], citizen, fields)
            for citizen, fields in _PEOPLE.rows(connection, citizens)
            if citizen in keys
        }
        fresh = [citizen for citizen in citizens if citizen not in keys]
        for citizen in fresh:
            keys[citizen] = os.urandom(_KEY_BYTES)
        for one in personal:
            people[one.citizen] = _merged(people.get(one.citizen), one, self._area)
        _WRITE_KEYS.run(connection, [(c, self._wrapped(c, keys[c])) for c in fresh])
        _WRITE_PEOPLE.run(
            connection,
            [
                (c, _closed(keys[c], c, people[c]), self.phone_hash(people[c].phone))
                for c in citizens
            ],
        )
        _WRITE_NARRATIVES.run(connection, _narrative_rows(personal, keys))

    def store_duty_phone(self, connection: Connection, recipient: str, phone: str) -> None:
        """Keep the number at which a department or a member of staff is told of their work.

        It opens like a person's, under a key of its own, but is not found by the number: a call
        from it is a citizen's like any other. An empty number takes it back.
        """
        _DELETE_KEYS.run(connection, [recipient])
        _DELETE_PEOPLE.run(connection, [recipient])
        if not phone:
            return
        key = os.urandom(_KEY_BYTES)
        fields = Personal(citizen=recipient, phone=e164(phone, area=self._area) or phone)
        _WRITE_KEYS.run(connection, [(recipient, self._wrapped(recipient, key))])
        _WRITE_PEOPLE.run(connection, [(recipient, _closed(key, recipient, fields), None)])

    def person(self, connection: Connection, citizen: str) -> Personal | None:
        """Read the personal fields; None where there is no such person, or no more."""
        key = self._key(connection, citizen)
        rows = _PEOPLE.rows(connection, [citizen])
        return _opened(key, citizen, rows[0][1]) if key and rows else None

    def people(self, connection: Connection, citizens: Sequence[str]) -> dict[str, Personal]:
        """Read many at once."""
        keys = {c: self._unwrapped(c, key) for c, key in _KEYS.rows(connection, citizens)}
        return {
            citizen: _opened(keys[citizen], citizen, fields)
            for citizen, fields in _PEOPLE.rows(connection, citizens)
            if citizen in keys
        }

    def narrative(self, connection: Connection, narrative: str) -> tuple[str, str] | None:
        """Read the citizen's own words: title and body."""
        rows = _NARRATIVES.rows(connection, [narrative])
        if not rows:
            return None
        _, citizen, words = rows[0]
        key = self._key(connection, citizen)
        if key is None:
            return None
        title, body = decoder(tuple[str, str])(_decrypted(AESGCM(key), words, narrative))
        return title, body

    def citizens_by_phone(self, connection: Connection, phone: str) -> tuple[str, ...]:
        """Find everybody who gave that number, however it is spelt; several may share one."""
        hashed = self.phone_hash(phone)
        if hashed is None:
            return ()
        return tuple(citizen for (citizen,) in _BY_PHONE.rows(connection, (hashed,)))

    def phone_hash(self, phone: str) -> bytes | None:
        """Give the keyed hash of a number, None where it is no number."""
        number = e164(phone, area=self._area)
        return hmac.digest(self._phone_key, number.encode(), hashlib.sha256) if number else None

    def erase(self, connection: Connection, citizen: str) -> bool:
        """抹除: destroy the key of a person and what it had locked. Tells whether there was one."""
        known = bool(_KEYS.rows(connection, [citizen]))
        _DELETE_KEYS.run(connection, [citizen])
        _DELETE_PEOPLE.run(connection, [citizen])
        _DELETE_NARRATIVES.run(connection, [citizen])
        return known

    def seal(self, data: bytes) -> bytes:
        """Encrypt bytes of no known person, such as a dead letter."""
        return _encrypted(self._sealing, data, "sealed")

    def unseal(self, data: bytes) -> bytes:
        """Read sealed bytes."""
        return _decrypted(self._sealing, data, "sealed")

    def seal_message(self, data: bytes, message_id: str) -> bytes:
        """Encrypt what our own producer sends, so that only this house could have sent it."""
        return _encrypted(self._messages, data, message_id)

    def open_message(self, data: bytes, message_id: str) -> bytes | None:
        """Read what our own producer sent; None where it is not from there, or was changed."""
        try:
            return _decrypted(self._messages, data, message_id)
        except (InvalidTag, ValueError):
            return None

    def digest(self, data: bytes) -> bytes:
        """Give a keyed hash of bytes, to know them again without keeping them."""
        return hmac.digest(self._phone_key, b"digest/" + data, hashlib.sha256)

    def _key(self, connection: Connection, citizen: str) -> bytes | None:
        rows = _KEYS.rows(connection, [citizen])
        return self._unwrapped(citizen, rows[0][1]) if rows else None

    def _wrapped(self, citizen: str, key: bytes) -> bytes:
        return _encrypted(self._wrapping, key, citizen)

    def _unwrapped(self, citizen: str, wrapped: bytes) -> bytes:
        return _decrypted(self._wrapping, wrapped, citizen)


def _merged(old: Personal | None, new: Personal, area: str) -> Personal:
    phone = e164(new.phone, area=area) or new.phone
    fields = Personal(
        citizen=new.citizen,
        name=new.name,
        phone=phone,
        address=new.address,
        id_number=new.id_number,
    )
    if old is None:
        return fields
    return replace(
        old,
        name=fields.name or old.name,
        phone=fields.phone or old.phone,
        address=fields.address or old.address,
        id_number=fields.id_number or old.id_number,
    )


def _narrative_rows(
    personal: Iterable[Personal], keys: dict[str, bytes]
) -> list[tuple[str, str, bytes]]:
    rows: dict[str, tuple[str, str, bytes]] = {}
    for one in personal:
        if one.narrative:
            words = _encrypted(
                AESGCM(keys[one.citizen]), encode((one.title, one.body)), one.narrative
            )
            rows[one.narrative] = (one.narrative, one.citizen, words)
    return list(rows.values())


def _closed(key: bytes, citizen: str, person: Personal) -> bytes:
    return _encrypted(AESGCM(key), encode(person), citizen)


def _opened(key: bytes, citizen: str, fields: bytes) -> Personal:
    person = decoder(Personal)(_decrypted(AESGCM(key), fields, citizen))
    if not isinstance(person, Personal):
        raise TypeError("not a person")
    return person


def _encrypted(cipher: AESGCM, data: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, bound_to.encode())


def _decrypted(cipher: AESGCM, data: bytes, bound_to: str) -> bytes:
    return cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], bound_to.encode())


def _derived(master: bytes, purpose: bytes) -> bytes:
    return hmac.digest(master, b"bihuan/" + purpose, hashlib.sha256)


def seal_of(vault: Vault, manifest: bytes) -> str:
    """Mark a manifest as made by this house; whoever has the master key can tell it again."""
    return vault.digest(b"evidence-pack/" + manifest).hex()
