"""派单目录 of the demonstration city: entries made from the category table.

Every category has an entry without words for tickets that were classified, and one with its
keywords for those that were not. Inside a district its own bureau leads where the table says so;
what is no duty of a department goes to the town where the place is known that closely.
"""

from collections.abc import Iterator

from hotline.routing.commands import CatalogueEntry, Category, PublishCatalogue
from hotline.tickets.vocabulary import Urgency
from streams.city.organisation import district_bureau, district_regions, towns
from streams.city.tables import CategoryRow, category_rows, category_version, organisation_table


def publish_catalogue() -> PublishCatalogue:
    """Give the command that publishes the city's catalogue."""
    return PublishCatalogue(
        version=category_version(), categories=categories(), entries=tuple(_entries())
    )


def categories() -> tuple[Category, ...]:
    """Give the three-level table; a duty reaches down to the leaves below it."""
    marked = {row.code for row in category_rows() if "duty" in row.marks}
    return tuple(
        Category(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            department_duty=row.code in marked or row.code[:4] in marked,
        )
        for row in category_rows()
    )


def _entries() -> Iterator[CatalogueEntry]:
    by_code = {row.code: row for row in category_rows()}
    for row in category_rows():
        marks = row.marks | by_code[row.code[:4]].marks if len(row.code) > 2 else row.marks  # noqa: PLR2004 (level 1)
        yield from _pair(row, row.lead, "", marks)
        if "district" in marks:
            for region in district_regions():
                if row.lead in organisation_table()["bureaus"]:
                    yield from _pair(row, district_bureau(region, row.lead), region, marks)
        if "town" in marks:
            for region in district_regions():
                yield from _pair(row, region, region, marks)
            for town in towns():
                yield from _pair(row, town, town, marks)


def _pair(
    row: CategoryRow, lead: str, region: str, marks: frozenset[str]
) -> Iterator[CatalogueEntry]:
    """目录条目: one by category alone, one by words."""
    place = f"@{region}" if region else ""
    urgency = Urgency.LIFE if "life" in marks else Urgency.UTILITY if "utility" in marks else None
    basis = f"{organisation_table()['name']}派单目录 {category_version()} {row.code}"
    for id_, keywords in ((f"C{row.code}", ()), (f"K{row.code}", row.keywords)):
        if keywords or id_.startswith("C"):
            yield CatalogueEntry(
                id=id_ + place,
                lead=lead,
                category=row.code,
                region=region,
                keywords=keywords,
                urgency=urgency if keywords else None,
                department_duty="duty" in marks,
                basis=basis,
            )
