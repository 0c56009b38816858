"""What is kept of a suspicion that was examined, and of a sample that was drawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hotline.inspection.vocabulary import Finding, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """疑点 as last examined."""

    rule: str
    subject: str
    verdict: Verdict
    reason: str
    examined_by: str
    examined_at: datetime
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """抽查结果 that stands for a ticket now."""

    number: str
    finding: Finding
    note: str
    found_by: str
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """样本: all that is needed to draw it again."""

    seed: str
    since: datetime
    until: datetime
    department: str
    region: str
    population_count: int
    population_digest: str
    numbers: tuple[str, ...]
    drawn_by: str
    drawn_at: datetime
    findings: tuple[Found, ...] = ()

    def finding_of(self, number: str) -> Found | None:
        """Give what stands for a ticket now."""
        return next((one for one in self.findings if one.number == number), None)


Inspection: TypeAlias = Suspicion | Sample
