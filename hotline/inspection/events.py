"""Events of inspection."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hotline.inspection.vocabulary import Finding, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspicionExamined:
    """查核; the verdict of a second look stands beside the first."""

    rule: str
    subject: str
    verdict: Verdict
    reason: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDrawn:
    """抽样: whoever draws again until it pleases leaves every draw in the log."""

    seed: str
    since: datetime
    until: datetime
    department: str
    region: str
    population_count: int
    population_digest: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecorded:
    """抽查结果."""

    number: str
    finding: Finding
    note: str


InspectionEvent: TypeAlias = SuspicionExamined | SampleDrawn | FindingRecorded
