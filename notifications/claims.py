"""领取: takes texts out of the outbox for sending and puts down what became of them.

A claim is a lease with an end, and its end is its token: whoever comes back after the end finds
that the row is not his any more and changes nothing. Every function is one short transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Row, bindparam, func, select, update
from sqlalchemy.sql import ColumnElement

from notifications.outbox import TextStatus, instant, microseconds, texts
from notifications.sender import SendResult

WAITING: Final = (TextStatus.CREATED, TextStatus.TEMPORARY_FAILURE)
ATTEMPTS_MAX: Final = 8
"""After so many refusals a text is given up: about five hours (our default)."""

_BACK_OFF_FIRST: Final = timedelta(minutes=1)
_BACK_OFF_MAX: Final = timedelta(hours=2)
_DOUBLINGS_MAX: Final = 7  # 128 minutes, beyond the longest wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """领取条件: for which provider, when, for how long, how many at most."""

    provider: str
    now: datetime
    lease: timedelta
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedText:
    """领取的短信: a row that is ours until `lease_ends_at`."""

    intent_id: str
    stream: str
    recipient: str
    template: str
    data: dict[str, str]
    language: str
    urgent: bool
    attempts: int
    error: str  # what went wrong the last time
    created_at: datetime
    lease_ends_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """结果 of one claimed text: what the row becomes, and when it is tried next."""

    text: ClaimedText
    result: SendResult
    next_attempt_at: datetime
    segments: int = 0
    attempts: int = 0


def back_off(attempts: int) -> timedelta:
    """Wait 1, 2, 4, ... minutes, two hours at most (our default)."""
    doublings = min(max(attempts - 1, 0), _DOUBLINGS_MAX)
    return min(_BACK_OFF_FIRST * (1 << doublings), _BACK_OFF_MAX)


def claim_due(engine: Engine, claim: Claim) -> tuple[ClaimedText, ...]:
    """Claim texts whose time has come and mark them *sending*, before any call is made."""
    columns = texts.c
    due = columns.status.in_(WAITING) & (columns.next_attempt_at <= microseconds(claim.now))
    return _claim(engine, due, claim)


def claim_abandoned(engine: Engine, claim: Claim) -> tuple[ClaimedText, ...]:
    """Claim texts that somebody was sending when he died, or whose sending nobody answered.

    Only this provider's: another one's list would know nothing of them.
    """
    columns = texts.c
    abandoned = (
        (columns.status == TextStatus.SENDING)
        & (columns.lease_ends_at <= microseconds(claim.now))
        & (columns.provider == claim.provider)
    )
    return _claim(engine, abandoned, claim)


_SETTLE: Final = (
    update(texts)
    .where(
        texts.c.intent_id == bindparam("of"),
        texts.c.status == TextStatus.SENDING,
        texts.c.lease_ends_at == bindparam("token"),
    )
    .values(
        {
            name: bindparam(f"new_{name}", type_=texts.c[name].type)
            for name in (
                *("status", "provider_id", "error", "attempts", "segments"),
                *("next_attempt_at", "updated_at"),
            )
        }
    )
)
"""Made once: to make a statement anew for each text costs more than to carry it out."""


def settle(engine: Engine, verdicts: Iterable[Verdict], now: datetime) -> int:
    """Put down results; give how many rows were still ours."""
    values = [
        {
            "of": one.text.intent_id,
            "token": microseconds(one.text.lease_ends_at),
            "new_status": one.result.status.value,
            "new_provider_id": one.result.provider_id,
            "new_error": one.result.error,
            "new_attempts": one.attempts,
            "new_segments": one.segments,
            "new_next_attempt_at": microseconds(one.next_attempt_at),
            "new_updated_at": microseconds(now),
        }
        for one in verdicts
    ]
    if not values:
        return 0
    with engine.begin() as connection:
        return connection.execute(_SETTLE, values).rowcount


_MOVES_ON: Final = {
    TextStatus.SENT: (TextStatus.SENDING,),
    TextStatus.DELIVERED: (TextStatus.SENDING, TextStatus.SENT),
    TextStatus.TEMPORARY_FAILURE: (TextStatus.SENDING, TextStatus.SENT),
    TextStatus.PERMANENT_FAILURE: (TextStatus.SENDING, TextStatus.SENT),
    TextStatus.TECHNICAL_FAILURE: (TextStatus.SENDING, TextStatus.SENT),
    TextStatus.SUPPRESSED: (TextStatus.SENDING, TextStatus.SENT),
}


def record_delivery(
    engine: Engine, provider: str, result: SendResult, now: datetime, intent_id: str = ""
) -> bool:
    """Put down what the provider reports later. A late or repeated report moves nothing back.

    A report that names the intent may come before the sender has written down the provider's id.
    """
    columns = texts.c
    mine = columns.provider_id == result.provider_id
    if intent_id:
        unnamed = (columns.status == TextStatus.SENDING) & (columns.provider_id == "")
        mine = (columns.intent_id == intent_id) & (mine | unnamed)
    earlier = columns.status.in_(_MOVES_ON.get(result.status, ()))
    found = select(columns.intent_id, columns.status, columns.attempts)
    with engine.begin() as connection:
        row = connection.execute(
            found.where(columns.provider == provider, mine, earlier).with_for_update()
        ).first()
        if row is None:
            return False
        attempts = row.attempts + (1 if row.status == TextStatus.SENDING else 0)
        connection.execute(
            update(texts)
            .where(columns.intent_id == row.intent_id)
            .values(
                status=result.status.value,
                provider_id=result.provider_id,
                error=result.error,
                attempts=attempts,
                next_attempt_at=microseconds(now + back_off(attempts)),
                updated_at=microseconds(now),
            )
        )
    return True


@dataclass(frozen=True, slots=True)
class OutboxHealth:
    """发件箱状况: for the metric and the alarm."""

    by_status: dict[str, int]
    oldest_unsent: timedelta


def health(engine: Engine, now: datetime) -> OutboxHealth:
    """Count the rows of each state and the age of the oldest one that should have left."""
    columns = texts.c
    late = columns.status.in_((*WAITING, TextStatus.SENDING)) & (
        columns.not_before_at <= microseconds(now)
    )
    with engine.connect() as connection:
        counted = connection.execute(
            select(columns.status, func.count()).group_by(columns.status)
        ).all()
        oldest = connection.execute(select(func.min(columns.not_before_at)).where(late)).scalar()
    age = timedelta() if oldest is None else now - instant(oldest)
    return OutboxHealth({row[0]: row[1] for row in counted}, age)


def _claim(engine: Engine, wanted: ColumnElement[bool], claim: Claim) -> tuple[ClaimedText, ...]:
    columns = texts.c
    chosen = (
        select(columns.intent_id)
        .where(wanted)
        .order_by(columns.next_attempt_at)
        .limit(claim.limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    statement = (
        update(texts)
        .where(columns.intent_id.in_(select(chosen.c.intent_id)), wanted)
        .values(
            status=TextStatus.SENDING.value,
            provider=claim.provider,
            lease_ends_at=microseconds(claim.now + claim.lease),
            updated_at=microseconds(claim.now),
        )
        .returning(texts)
    )
    with engine.begin() as connection:
        rows = connection.execute(statement).all()
    return tuple(sorted((_claimed(row) for row in rows), key=lambda text: text.created_at))


def _claimed(row: Row[Any]) -> ClaimedText:
    return ClaimedText(
        intent_id=row.intent_id,
        stream=row.stream,
        recipient=row.recipient,
        template=row.template,
        data=row.data,
        language=row.language,
        urgent=row.urgent,
        attempts=row.attempts,
        error=row.error,
        created_at=instant(row.created_at),
        lease_ends_at=instant(row.lease_ends_at),
    )
