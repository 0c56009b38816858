"""模拟通道: a provider that texts nobody and behaves by reserved numbers. The default.

It keeps its own list, as a real provider does: in memory for tests, or in a table of its own so
that a killed process finds it again.
"""

from contextlib import suppress
from typing import Final, Protocol

from sqlalchemy import Column, Engine, MetaData, Table, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from notifications.outbox import TextStatus
from notifications.sender import UNKNOWN, SendRequest, SendResult

FAILING: Final = "+8619900000001"  # an unknown destination
SLOW: Final = "+8619900000002"  # accepted now, delivered when asked again
LOST_AFTER_ACCEPT: Final = "+8619900000003"  # has it, but the answer never arrives
BUSY_ONCE: Final = "+8619900000004"  # refuses the first time, takes the second
STRANGE: Final = "+8619900000005"  # answers with a code nobody knows
UNANSWERED: Final = "+8619900000006"  # never arrives, never answers

simulated_texts: Final = Table(
    "simulated_texts",
    MetaData(),
    Column("intent_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("body", Text, nullable=False),
)
"""The provider's own, not ours: no migration knows it and no rebuild touches it."""


class Ledger(Protocol):
    """账本: what the simulated provider has taken. A second entry under one id is refused."""

    def take(self, intent_id: str, result: SendResult, body: str) -> bool:
        """Enter a text; False when it is there already."""
        ...

    def find(self, intent_id: str) -> SendResult | None:
        """Give what was entered."""
        ...


class MemoryLedger:
    """A list in memory. `doubled` names what was handed over twice."""

    def __init__(self) -> None:
        self.taken: Final[dict[str, SendResult]] = {}
        self.bodies: Final[dict[str, str]] = {}
        self.doubled: Final[list[str]] = []

    def take(self, intent_id: str, result: SendResult, body: str) -> bool:
        """Enter a text."""
        if intent_id in self.taken:
            self.doubled.append(intent_id)
            return False
        self.taken[intent_id] = result
        self.bodies[intent_id] = body
        return True

    def find(self, intent_id: str) -> SendResult | None:
        """Give what was entered."""
        return self.taken.get(intent_id)


_TAKE: Final = {
    name: dialect.insert(simulated_texts)
    .values({column.name: bindparam(column.name) for column in simulated_texts.columns})
    .on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
"""Made once: to make a statement anew for each text costs more than to carry it out."""


class TableLedger:
    """A list in the table `simulated_texts`, made when missing; the constraint judges."""

    def __init__(self, engine: Engine) -> None:
        # One statement is its own transaction; only SQLite's writers have to queue by theirs.
        lone = {"isolation_level": "AUTOCOMMIT"} if engine.dialect.name == "postgresql" else {}
        self._engine: Final = engine.execution_options(**lone)
        # Two processes that make it at the same moment: one is refused, and finds it there.
        with suppress(IntegrityError), engine.begin() as connection:
            connection.execute(CreateTable(simulated_texts, if_not_exists=True))

    def take(self, intent_id: str, result: SendResult, body: str) -> bool:
        """Enter a text."""
        row = {
            "intent_id": intent_id,
            "status": result.status.value,
            "error": result.error,
            "body": body,
        }
        with self._engine.begin() as connection:
            return connection.execute(_TAKE[self._engine.dialect.name], row).rowcount == 1

    def find(self, intent_id: str) -> SendResult | None:
        """Give what was entered."""
        columns = simulated_texts.c
        question = select(columns.status, columns.error).where(columns.intent_id == intent_id)
        with self._engine.connect() as connection:
            row = connection.execute(question).one_or_none()
        if row is None:
            return None
        return SendResult(TextStatus(row.status), provider_id_of(intent_id), row.error)


def provider_id_of(intent_id: str) -> str:
    """Give the id under which the simulated provider knows a text."""
    return f"simulated-{intent_id}"


class SimulatedSender:
    """模拟通道."""

    name: Final = "simulated"

    def __init__(self, ledger: Ledger | None = None) -> None:
        self._ledger: Final = MemoryLedger() if ledger is None else ledger
        self._refused_once: Final[set[str]] = set()

    def send(self, request: SendRequest) -> SendResult:
        """Behave as the number says; any other number is delivered at once."""
        match request.phone:
            case phone if phone == BUSY_ONCE and request.intent_id not in self._refused_once:
                self._refused_once.add(request.intent_id)
                return SendResult(TextStatus.TEMPORARY_FAILURE, error="busy")
            case phone if phone == UNANSWERED:
                return UNKNOWN
            case phone if phone == FAILING:
                return self._take(request, TextStatus.PERMANENT_FAILURE, "unknown-destination")
            case phone if phone == STRANGE:
                return self._take(request, TextStatus.TECHNICAL_FAILURE, "unknown-code-99999")
            case phone if phone == LOST_AFTER_ACCEPT:
                self._take(request, TextStatus.DELIVERED)
                return UNKNOWN
            case phone if phone == SLOW:
                result = self._take(request, TextStatus.DELIVERED)
                return SendResult(TextStatus.SENT, result.provider_id)
            case _:
                return self._take(request, TextStatus.DELIVERED)

    def find(self, request: SendRequest) -> SendResult | None:
        """Look in the ledger."""
        return self._ledger.find(request.intent_id)

    def _take(self, request: SendRequest, status: TextStatus, error: str = "") -> SendResult:
        result = SendResult(status, provider_id_of(request.intent_id), error)
        self._ledger.take(request.intent_id, result, request.body)
        return result
