"""访问: looks at tickets, and which of them may be shown to whom.

Every look is logged: who, in which role, at which ticket, how, why, from where (domain handbook,
section 7). What an inspector reads is logged like everything else, and shown to nobody whom the
inspector may be looking at: only other inspectors and the keepers of the audit trail see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from hotline.people.actors import Actor, Role


class Look(StrEnum):
    """查看方式."""

    VIEW = "view"  # the page of a ticket, or its JSON
    UNLOCK = "unlock"  # personal data, for a reason
    TIME_MACHINE = "time_machine"
    DIFFERENCE = "difference"
    PACK = "pack"  # an evidence pack was made
    EVIDENCE = "evidence"  # a file was opened
    EXPORT = "export"
    SEARCH = "search"
    SUSPICION = "suspicion"
    SAMPLE = "sample"
    BULLETIN = "bulletin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """访问记录: one look. `subject` is the stream, `detail` the reason or what was asked for."""

    id: int = 0
    actor: Actor
    action: Look
    subject: str
    at: datetime
    detail: str = ""
    address: str = ""
    device: str = ""


SEES_INSPECTORS: Final = frozenset({Role.INSPECTOR, Role.AUDIT_ADMINISTRATOR})
"""Who may learn that an inspector looked (domain handbook, section 7)."""


def shown_to(reader: Actor, accesses: Iterable[Access]) -> tuple[Access, ...]:
    """Leave out what the reader may not know: that an inspector looked."""
    if reader.role in SEES_INSPECTORS:
        return tuple(accesses)
    return tuple(one for one in accesses if one.actor.role is not Role.INSPECTOR)
