"""认人: finds who a telephone number and a name belong to, for a whole batch in one go."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeAlias

from sqlalchemy import Connection

from handlers.envelope import Personal
from streams.database.statements import ByKey, Row
from streams.database.tables import people
from streams.people.vault import Vault

Asked: TypeAlias = tuple[str, str]
"""A telephone number as it was written, and a name."""

PERSON_FIELDS: Final = ("caller", "citizen", "evaluator")
"""The fields of a command that refer to the person behind it."""

_BY_HASH: Final = ByKey(people.c.phone_hash, people.c.phone_hash, people.c.citizen)


def known_persons(
    connection: Connection, vault: Vault, asked: Collection[Asked]
) -> dict[Asked, str]:
    """Give the reference of everybody who is known; a nameless one is anybody with the number."""
    hashes = {one: hashed for one in asked if (hashed := vault.phone_hash(one[0]))}
    sharing: defaultdict[bytes, list[str]] = defaultdict(list)
    for hashed, citizen in _rows(connection, vault, hashes):
        sharing[bytes(hashed)].append(citizen)
    known = vault.people(connection, sorted({c for found in sharing.values() for c in found}))
    return {
        one: citizen
        for one, hashed in hashes.items()
        if (citizen := _same(sharing[hashed], one[1], known))
    }


def _same(citizens: Sequence[str], name: str, known: Mapping[str, Personal]) -> str:
    same = (c for c in citizens if c in known and (not name or known[c].name in ("", name)))
    return min(same, default="")


def _rows(connection: Connection, vault: Vault, hashes: Mapping[Asked, bytes]) -> Sequence[Row]:
    """Ask once where a question is a round trip; SQLite takes no list of bytes."""
    if connection.dialect.name == "postgresql":
        return _BY_HASH.rows(connection, sorted(set(hashes.values())))
    phones = {hashed: phone for (phone, _), hashed in hashes.items()}
    return [
        (hashed, citizen)
        for hashed, phone in phones.items()
        for citizen in vault.citizens_by_phone(connection, phone)
    ]
