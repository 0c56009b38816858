"""Commands of inspectors: `suspicion/<rule>/<subject>` and `sample/<id>`; none touches a ticket."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hotline.inspection.vocabulary import Finding, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamineSuspicion:
    """查核: a suspicion was looked into; `facts` name what was looked at (stream:version)."""

    rule: str
    subject: str
    verdict: Verdict
    reason: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSample:
    """抽样: the house drew tickets of a population; made by the house, never typed by a person.

    `population_digest` is the SHA-256 of all numbers of the population, sorted, a line each.
    """

    seed: str
    since: datetime
    until: datetime
    department: str = ""
    region: str = ""
    population_count: int
    population_digest: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFinding:
    """抽查结果 of one ticket of a sample; a later one stands beside the first, never over it."""

    number: str
    finding: Finding
    note: str


InspectionCommand: TypeAlias = ExamineSuspicion | DrawSample | RecordFinding
