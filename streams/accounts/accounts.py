"""Accounts 账号: staff log-ins, sessions, keys of peer systems, query codes and the throttle.

Owns who may knock; what they may do is the permission table's business. Secrets are stored as
hashes only: passwords under argon2id, random tokens under SHA-256, and a query code not at all: it
is derived from the ticket's number under the key of the house, so that a repeated registration,
a text message and a check agree without storing it.

Limits: 5 wrong tries close a door for 15 minutes (domain handbook, section 2, our default);
a session ends after 12 hours or 60 idle minutes (our default, MLPS level 3 asks for idle log-off).
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, delete, insert, or_, select, update

from hotline.people.staff import StaffMember
from streams.accounts.accesses import ACCESS_SECONDS, Access, Accesses
from streams.accounts.members import MEMBER, Standing, generations_of, member_of, roles_of, stood
from streams.accounts.tables import (
    METADATA,
    query_codes,
    staff_accounts,
    staff_sessions,
    system_keys,
    throttles,
)
from streams.database.engine import reading, writing

FAILURES_MAX: Final = 5
ADDRESS_FAILURES_MAX: Final = 20
"""Wrong query codes of one client address over all numbers (our default): who tries many numbers
runs into it, a hall or a mobile network whose people share an address hardly ever."""
CLOSED_SECONDS: Final = 15 * 60
SESSION_SECONDS: Final = 12 * 3600
IDLE_SECONDS: Final = 60 * 60
SEEN_SECONDS: Final = 60
PASSWORD_LENGTH_MIN: Final = 10
CODE_DIGITS: Final = 6


__all__ = ["ACCESS_SECONDS", "METADATA", "Access", "Accounts", "Throttled", "WeakPasswordError"]


class WeakPasswordError(ValueError):
    """弱口令: shorter than the house allows."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """请稍后: too many wrong tries at this door."""

    seconds: int


class Accounts(Accesses):
    """账号: every method is one short transaction."""

    __slots__ = ("_hasher", "_key", "_nobody", "_standing", "_token")

    def __init__(
        self,
        engine: Engine,
        key: bytes,
        *,
        hasher: PasswordHasher | None = None,
        new_token: Callable[[], str] = secrets.token_urlsafe,
        standing: Standing = lambda _connection, _people: {},
    ) -> None:
        """Roles and department follow the log where it knows the person, else the account."""
        super().__init__(engine)
        self._key = key
        self._hasher = hasher or PasswordHasher()
        self._token = new_token
        self._standing = standing
        self._nobody = self._hasher.hash("nobody")

    # -- staff -----------------------------------------------------------------------------------

    def add_staff(self, member: StaffMember, password: str | None) -> None:
        """Create the account, or replace what it says of the same person.

        Without a password nobody gets in before an invitation was accepted.
        """
        hashed = self._hashed(password) if password is not None else ""
        self._write(member, hashed)

    def set_password(self, person: str, password: str, invitation: int) -> bool:
        """设置密码 upon an invitation; false where it was used before, or a later one exists."""
        hashed, columns = self._hashed(password), staff_accounts.c
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(staff_accounts)
                .where(columns.id == person, columns.invitation < invitation)
                .values(password_hash=hashed, invitation=invitation)
            )
            connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == person))
            return changed.rowcount > 0

    def set_display_name(self, person: str, display_name: str) -> None:
        """更名: what pages call the person."""
        with writing(self._engine) as connection:
            connection.execute(
                update(staff_accounts)
                .where(staff_accounts.c.id == person)
                .values(display_name=display_name)
            )

    def invitation_of(self, person: str) -> int | None:
        """Tell upon which invitation the password was set; None where there is no account."""
        with reading(self._engine) as connection:
            return connection.execute(
                select(staff_accounts.c.invitation).where(staff_accounts.c.id == person)
            ).scalar()

    def _hashed(self, password: str) -> str:
        if len(password) < PASSWORD_LENGTH_MIN:
            raise WeakPasswordError(f"a password has at least {PASSWORD_LENGTH_MIN} characters")
        return self._hasher.hash(password)

    def _write(self, member: StaffMember, password_hash: str) -> None:
        row = {
            "id": member.person,
            "username": member.username,
            "password_hash": password_hash,
            "display_name": member.display_name,
            "roles": json.dumps(member.roles),
            "department": member.department,
            "active": True,
        }
        with writing(self._engine) as connection:
            known = self._standing(connection, [member.person]).get(member.person)
            row["invitation"] = known.invitations_count if known else 0
            connection.execute(delete(staff_accounts).where(staff_accounts.c.id == member.person))
            connection.execute(insert(staff_accounts).values(row))

    def retire_staff(self, person: str) -> None:
        """Close the account and every session of it."""
        with writing(self._engine) as connection:
            connection.execute(
                update(staff_accounts).where(staff_accounts.c.id == person).values(active=False)
            )
            connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == person))

    def staff(self) -> tuple[StaffMember, ...]:
        """List those who may log in, by user name."""
        return tuple(one for one in self._members() if one.roles)

    def known(self) -> tuple[StaffMember, ...]:
        """List every account by user name; who may not log in has no roles here."""
        return tuple(self._members())

    def _members(self) -> list[StaffMember]:
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(*MEMBER).where(staff_accounts.c.active).order_by(staff_accounts.c.username)
            ).all()
            standing = self._standing(connection, [row[0] for row in rows])
        return [stood(member_of(row), standing.get(row[0])) for row in rows]

    def find_staff(self, text: str, *, after: str = "", limit: int = 20) -> tuple[StaffMember, ...]:
        """List active accounts whose name, user name or reference holds the text."""
        columns = staff_accounts.c
        held = (columns.display_name, columns.username, columns.id)
        question = (
            select(*MEMBER)
            .where(
                columns.active,
                columns.username > after,
                or_(*(column.contains(text, autoescape=True) for column in held)),
            )
            .order_by(columns.username)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(question).all()
            standing = self._standing(connection, [row[0] for row in rows])
        return tuple(stood(member_of(row), standing.get(row[0])) for row in rows)

    def log_in(
        self, username: str, password: str, at: datetime
    ) -> tuple[StaffMember, str] | Throttled | None:
        """Open a session: the member and its token; None for a wrong name or password alike."""
        door = self._door("login", username)
        if closed := self.throttled(door, at):
            return closed
        with reading(self._engine) as connection:
            row = connection.execute(
                select(*MEMBER, staff_accounts.c.invitation, staff_accounts.c.password_hash).where(
                    staff_accounts.c.username == username, staff_accounts.c.active
                )
            ).one_or_none()
            member = self._entering(connection, row) if row else None
        hashed = row[-1] if row else self._nobody
        if not self._matches(hashed or self._nobody, password) or member is None or not hashed:
            self.fail(door, at)
            return None
        token, second = self._token(), int(at.timestamp())
        with writing(self._engine) as connection:
            connection.execute(delete(throttles).where(throttles.c.door == door))
            connection.execute(
                insert(staff_sessions).values(
                    token_hash=_sha(token),
                    staff_id=member.person,
                    opened_at=second,
                    seen_at=second,
                )
            )
        return member, token

    def session(self, token: str, at: datetime) -> StaffMember | None:
        """Give the member whose session this is, while it lasts."""
        second, session = int(at.timestamp()), staff_sessions.c
        with reading(self._engine) as connection:
            row = connection.execute(
                select(*MEMBER, staff_accounts.c.invitation, session.seen_at)
                .join_from(staff_sessions, staff_accounts, session.staff_id == staff_accounts.c.id)
                .where(
                    session.token_hash == _sha(token),
                    session.opened_at > second - SESSION_SECONDS,
                    session.seen_at > second - IDLE_SECONDS,
                    staff_accounts.c.active,
                )
            ).one_or_none()
            member = self._entering(connection, row) if row else None
        if row is None or member is None:
            return None
        if row[-1] < second - SEEN_SECONDS:
            with writing(self._engine) as connection:
                connection.execute(
                    update(staff_sessions)
                    .where(session.token_hash == _sha(token))
                    .values(seen_at=second)
                )
        return member

    def log_out(self, token: str) -> None:
        """End the session."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(staff_sessions).where(staff_sessions.c.token_hash == _sha(token))
            )

    # -- systems ---------------------------------------------------------------------------------

    def issue_key(self, system: StaffMember, at: datetime) -> str:
        """Issue a key to a peer system; it is shown this once."""
        key = "bh_" + self._token()
        with writing(self._engine) as connection:
            connection.execute(
                insert(system_keys).values(
                    key_hash=_sha(key),
                    id=system.person,
                    display_name=system.display_name,
                    roles=json.dumps(system.roles),
                    department=system.department,
                    issued_at=int(at.timestamp()),
                )
            )
        return key

    def revoke_key(self, system: str, at: datetime) -> None:
        """Take a key back."""
        with writing(self._engine) as connection:
            connection.execute(
                update(system_keys)
                .where(system_keys.c.id == system)
                .values(revoked_at=int(at.timestamp()))
            )

    def system(self, key: str) -> StaffMember | None:
        """Give the system whose key this is."""
        columns = system_keys.c
        with reading(self._engine) as connection:
            row = connection.execute(
                select(columns.id, columns.display_name, columns.roles, columns.department).where(
                    columns.key_hash == _sha(key), columns.revoked_at.is_(None)
                )
            ).one_or_none()
        if row is None:
            return None
        return StaffMember(
            person=row.id,
            display_name=row.display_name,
            roles=roles_of(row.roles),
            department=row.department,
        )

    # -- query codes -----------------------------------------------------------------------------

    def query_code(self, number: str) -> str:
        """查询码 of a ticket, to be told to its caller alone."""
        return self.query_codes((number,))[number]

    def query_codes(self, numbers: Collection[str]) -> dict[str, str]:
        """查询码 of many tickets at once."""
        with reading(self._engine) as connection:
            renewed = generations_of(connection, numbers)
        return {number: self._code(number, renewed.get(number, 0)) for number in numbers}

    def renew_query_code(self, number: str) -> str:
        """Make the old code worthless and give the new one."""
        with writing(self._engine) as connection:
            generation = generations_of(connection, (number,)).get(number, 0) + 1
            connection.execute(delete(query_codes).where(query_codes.c.number == number))
            connection.execute(insert(query_codes).values(number=number, generation=generation))
        return self._code(number, generation)

    def code_is_right(
        self, number: str, code: str, at: datetime, *, address: str = ""
    ) -> bool | Throttled:
        """Check a code; an unknown number and a wrong code cost and look the same.

        Wrong ones are counted for the number and for the client's address.
        """
        expected = self.query_code(number).encode()
        right = hmac.compare_digest(expected, code.encode())
        return self.proof_is_right(number, at, right=right, address=address)

    def proof_is_right(
        self, number: str, at: datetime, *, right: bool, address: str = ""
    ) -> bool | Throttled:
        """Let in who proved otherwise that a number is theirs; behind the same throttle."""
        door, origin = self._door("code", number), self._door("address", address)
        closed = self.throttled(door, at)
        if address and closed is None:
            closed = self.throttled(origin, at, failures_max=ADDRESS_FAILURES_MAX)
        if closed is not None:
            return closed
        if right:
            return True
        self.fail(door, at)
        if address:
            self.fail(origin, at)
        return False

    # -- the throttle ----------------------------------------------------------------------------

    def throttled(
        self, door: str, at: datetime, *, failures_max: int = FAILURES_MAX
    ) -> Throttled | None:
        """Tell for how long a door stays closed."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(throttles.c.failures, throttles.c.last_at).where(throttles.c.door == door)
            ).one_or_none()
        if row is None or row.failures < failures_max:
            return None
        left = row.last_at + CLOSED_SECONDS - int(at.timestamp())
        return Throttled(left) if left > 0 else None

    def fail(self, door: str, at: datetime) -> None:
        """Count a wrong try; an old count is forgotten."""
        second = int(at.timestamp())
        with writing(self._engine) as connection:
            row = connection.execute(
                select(throttles.c.failures, throttles.c.last_at).where(throttles.c.door == door)
            ).one_or_none()
            fresh = row is not None and row.last_at > second - CLOSED_SECONDS
            failures = row.failures + 1 if row is not None and fresh else 1
            connection.execute(delete(throttles).where(throttles.c.door == door))
            connection.execute(
                insert(throttles).values(door=door, failures=failures, last_at=second)
            )

    # -- inside ----------------------------------------------------------------------------------

    def _entering(self, connection: Connection, row: Sequence[Any]) -> StaffMember | None:
        """Give the member of an account as the log has it now; None who may not come in."""
        known = self._standing(connection, [row[0]]).get(row[0])
        if known is not None and known.invitations_count != row[len(MEMBER)]:
            return None  # the password is of an invitation before the latest
        member = stood(member_of(row), known)
        return member if member.roles else None

    def _door(self, kind: str, name: str) -> str:
        return f"{kind}/{_sha(name)[:32]}"

    def _code(self, number: str, generation: int) -> str:
        digest = hmac.new(self._key, f"code/{number}/{generation}".encode(), hashlib.sha256)
        return str(int.from_bytes(digest.digest()[:8]) % 10**CODE_DIGITS).zfill(CODE_DIGITS)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _sha(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
