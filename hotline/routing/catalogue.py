"""派单目录 as a question: who leads, who assists, and why.

Owns the order in which entries win. An entry is a candidate when everything it names agrees with
the ticket: its region by prefix, its type, and its subject. The subject agrees when the ticket's
category lies inside the entry's; where the ticket's category is unknown or coarser than the
entry's, one of the entry's keywords must stand in the text. An entry with keywords always needs
one of them.

Of several candidates the more specific wins, by this total order (our default):

1. `category`: more digits of the ticket's category confirmed
2. `lesson`: added since publication, the later the stronger (an adjudication binds)
3. `keywords`: more characters of distinct keywords found; those in the first line count twice
4. `region`: more digits of the region named
5. `type`: names the type
6. `depth`: its own category is deeper
7. `order`: stands earlier in the catalogue

The catalogue of the ticket's own region is asked first, then that of the region around it, last
the house default. Nothing matching means `no-entry`: a person decides (兜底).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Self, TypeAlias

from hotline.routing.commands import CatalogueEntry, Category
from hotline.routing.route import Route
from hotline.routing.state import Catalogue
from hotline.situation import Directory
from hotline.tickets.vocabulary import TicketType
from hotline.values import dataclass

BEATEN_SHOWN_MAX: Final = 3
"""So many losing entries are named among the reasons."""

_CRITERIA: Final = ("category", "lesson", "keywords", "region", "type", "depth", "order")
_COUNTY_DIGITS: Final = 6

_Rank: TypeAlias = tuple[int, int, int, int, int, int, int]


def region_prefix(region: str) -> str:
    """Cut the zeros of a city's or province's code: 341100 covers 341102 (GB/T 2260)."""
    if len(region) != _COUNTY_DIGITS:
        return region
    while region.endswith("00"):
        region = region[:-2]
    return region


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """条目 with its place in the catalogue; `lesson` is 0 for a published one."""

    entry: CatalogueEntry
    category: str
    type: TicketType | None
    region: str
    lesson: int
    order: int
    rank: tuple[int, int, int, int]


# 候选: (rank, line, keywords found). The rank ends in the order, so no two are equal.
_Candidate: TypeAlias = tuple[_Rank, _Line, tuple[str, ...]]


class _Index:
    """索引 of one catalogue, made once and asked often."""

    __slots__ = (
        "_by_category",
        "_by_first",
        "_duties",
        "_entries",
        "_firsts",
        "_known",
        "catalogue",
    )

    def __init__(self, catalogue: Catalogue, directory: Directory | None) -> None:
        self.catalogue: Final = catalogue
        self._known: Final = {category.code: category for category in catalogue.categories}
        self._entries: Final = {entry.id: entry for entry in (*catalogue.entries, *catalogue.added)}
        self._duties: Final = frozenset(
            category.code for category in catalogue.categories if category.department_duty
        )
        by_category: dict[str, list[_Line]] = {}
        by_keyword: dict[str, list[_Line]] = {}
        for line in _lines(catalogue, directory):
            if not line.entry.keywords:
                by_category.setdefault(line.entry.category, []).append(line)
            for keyword in dict.fromkeys(line.entry.keywords):
                by_keyword.setdefault(keyword, []).append(line)
        by_first: dict[str, list[tuple[str, str, Sequence[_Line]]]] = {}
        for keyword, lines in by_keyword.items():
            by_first.setdefault(keyword[0], []).append((keyword[1], keyword, lines))
        self._by_category: Final = by_category
        self._by_first: Final = by_first
        self._firsts: Final = frozenset(by_first)

    def category(self, code: str) -> Category | None:
        return self._known.get(code)

    def entry(self, id_: str) -> CatalogueEntry | None:
        return self._entries.get(id_)

    def candidates(
        self, region: str, category: str, type_: TicketType, text: str
    ) -> list[_Candidate]:
        """List what agrees, best first."""
        found: list[_Candidate] = [
            (_rank(line, digits, 0), line, ())
            for digits in (0, 2, 4, 6)
            if digits <= len(category)
            for line in self._by_category.get(category[:digits], ())
            if region.startswith(line.region) and line.type in (None, type_)
        ]
        for line, weight, keywords in self._found_in(text, region):
            own = line.category
            if line.type in (None, type_) and (
                category.startswith(own) or own.startswith(category)
            ):
                digits = min(len(own), len(category))
                found.append((_rank(line, digits, weight), line, tuple(sorted(keywords))))
        found.sort(reverse=True)
        return found

    def is_duty(self, region: str, category: str) -> bool:
        if not self._duties.isdisjoint({category[:2], category[:4], category}):
            return True
        return any(
            line.entry.department_duty
            and line.entry.type is None
            and region.startswith(line.region)
            for digits in (2, 4, 6)
            if digits <= len(category)
            for line in self._by_category.get(category[:digits], ())
        )

    def _found_in(self, text: str, region: str) -> Iterable[tuple[_Line, int, list[str]]]:
        """Weigh the keywords that stand in the text.

        Most are ruled out by their first two characters not being anywhere in it.
        """
        weights: dict[int, int] = {}
        found: dict[int, tuple[_Line, list[str]]] = {}
        characters = set(text)
        title_ends_at = text.find("\n")
        for first in self._firsts & characters:
            for second, keyword, lines in self._by_first[first]:
                if second not in characters or (at := text.find(keyword)) < 0:
                    continue
                weight = len(keyword) * (2 if at < title_ends_at else 1)
                for line in lines:
                    if not region.startswith(line.region):
                        continue
                    order = line.order
                    if order in weights:
                        weights[order] += weight
                        found[order][1].append(keyword)
                    else:
                        weights[order] = weight
                        found[order] = (line, [keyword])
        for order, (line, keywords) in found.items():
            yield line, weights[order], keywords


class CatalogueRouting:
    """派单: the `Routing` of the catalogues in force. Immutable; made anew when one changes."""

    __slots__ = ("_indexes",)

    def __init__(self, indexes: Mapping[str, _Index]) -> None:
        self._indexes: Final = indexes

    @classmethod
    def of(cls, catalogues: Mapping[str, Catalogue], directory: Directory | None = None) -> Self:
        """Index catalogues by region; "" is the house default.

        With a directory, entries whose lead is retired are left out, and so are retired assists.
        """
        return cls(
            {
                region_prefix(region): _Index(catalogue, directory)
                for region, catalogue in catalogues.items()
            }
        )

    def route(self, *, region: str, category: str, type_: TicketType, text: str) -> Route:
        """Pick the lead and assisting departments and say why."""
        prefix = region_prefix(region)
        for index in self._around(prefix):
            if candidates := index.candidates(prefix, category, type_, text):
                return _route(candidates)
        return Route("", (), "", ("no-entry",))

    def is_department_duty(self, region: str, category: str) -> bool:
        """Tell whether only a functional department may have it, and not 街道/村 (66号)."""
        prefix = region_prefix(region)
        return any(index.is_duty(prefix, category) for index in self._around(prefix))

    def knows_category(self, region: str, category: str) -> bool:
        """Tell whether the category stands in a table in force there, or none was published."""
        return self.category(region, category) is not None or not self.categories(region)

    def category(self, region: str, code: str) -> Category | None:
        """Give a category of the table of that region or of the house."""
        found = (index.category(code) for index in self._around(region_prefix(region)))
        return next((category for category in found if category), None)

    def entry(self, region: str, id_: str) -> CatalogueEntry | None:
        """Give the entry of that id in force there; one that was retired is no longer known."""
        found = (index.entry(id_) for index in self._around(region_prefix(region)))
        return next((entry for entry in found if entry), None)

    def categories(self, region: str) -> tuple[Category, ...]:
        """Give the nearest category table that is not empty."""
        tables = (index.catalogue.categories for index in self._around(region_prefix(region)))
        return next((table for table in tables if table), ())

    def _around(self, prefix: str) -> Iterable[_Index]:
        for digits in (12, 9, 6, 4, 2, 0):
            if digits <= len(prefix) and (index := self._indexes.get(prefix[:digits])):
                yield index


def _lines(catalogue: Catalogue, directory: Directory | None) -> Iterable[_Line]:
    entries = (*catalogue.entries, *catalogue.added)
    for order, entry in enumerate(entries):
        if directory and not directory.knows(entry.lead):
            continue
        lesson = max(0, order - len(catalogue.entries) + 1)
        region = region_prefix(entry.region)
        rank = (len(region), int(entry.type is not None), len(entry.category), -order)
        entry = _without_retired(entry, directory)  # noqa: PLW2901 (the same entry, cleaned)
        yield _Line(entry, entry.category, entry.type, region, lesson, order, rank)


def _without_retired(entry: CatalogueEntry, directory: Directory | None) -> CatalogueEntry:
    if directory is None or all(directory.knows(assist) for assist in entry.assists):
        return entry
    return CatalogueEntry(
        id=entry.id,
        lead=entry.lead,
        assists=tuple(assist for assist in entry.assists if directory.knows(assist)),
        category=entry.category,
        region=entry.region,
        keywords=entry.keywords,
        type=entry.type,
        urgency=entry.urgency,
        department_duty=entry.department_duty,
        basis=entry.basis,
    )


def _rank(line: _Line, digits: int, weight: int) -> _Rank:
    return (digits, line.lesson, weight, *line.rank)


def _route(candidates: Sequence[_Candidate]) -> Route:
    rank, line, keywords = candidates[0]
    entry = line.entry
    reasons = [f"entry:{entry.id}"]
    if rank[0]:
        reasons.append(f"category:{entry.category}")
    if line.lesson:
        reasons.append("lesson")
    if keywords:
        reasons.append(f"keywords:{','.join(keywords)}")
    if line.region:
        reasons.append(f"region:{line.region}")
    if entry.type:
        reasons.append(f"type:{entry.type}")
    if len(reasons) == 1:
        reasons.append("backstop")
    for beaten, loser, _ in candidates[1 : 1 + BEATEN_SHOWN_MAX]:
        by = next(
            criterion
            for criterion, won, lost in zip(_CRITERIA, rank, beaten, strict=True)
            if won != lost
        )
        reasons.append(f"beat:{loser.entry.id}:{by}")
    return Route(entry.lead, entry.assists, entry.id, tuple(reasons), entry.category, entry.urgency)
