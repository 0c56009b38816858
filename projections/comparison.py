"""比对: the same table twice, row by row and column by column."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from hotline.values import dataclass

_EXAMPLES_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """差异 of one table: rows only here, only there, or not alike, with the first keys of them."""

    table: str
    missing_count: int = 0  # in the live table
    surplus_count: int = 0
    changed_count: int = 0
    examples: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Count the rows that differ."""
        return self.missing_count + self.surplus_count + self.changed_count


def compare_tables(connection: Connection, live: Table, rebuilt: Table) -> Difference | None:
    """Compare a live table with the one rebuilt from the log; None when they are alike."""
    keys = [column.name for column in live.primary_key]
    same = and_(*(live.c[name] == rebuilt.c[name] for name in keys))
    others = [column.name for column in live.columns if column.name not in keys]
    alike = [live.c[name].is_not_distinct_from(rebuilt.c[name]) for name in others]
    matched = select(func.count()).select_from(live.join(rebuilt, and_(same, *alike)))
    here, there = (select(func.count()).select_from(table) for table in (live, rebuilt))
    counts = {connection.execute(question).scalar_one() for question in (here, there, matched)}
    if len(counts) == 1:
        return None
    return _difference(connection, live, rebuilt, same)


def _difference(
    connection: Connection, live: Table, rebuilt: Table, same: ColumnElement[bool]
) -> Difference:
    """Say what differs, once it is known that something does."""
    keys = [column.name for column in live.primary_key]
    unlike = or_(
        *(
            live.c[column.name].is_distinct_from(rebuilt.c[column.name])
            for column in live.columns
            if column.name not in keys
        )
    )
    missing = select(*(rebuilt.c[name] for name in keys)).where(
        ~select(live.c[keys[0]]).where(same).exists()
    )
    surplus = select(*(live.c[name] for name in keys)).where(
        ~select(rebuilt.c[keys[0]]).where(same).exists()
    )
    changed = select(*(live.c[name] for name in keys)).join_from(live, rebuilt, same).where(unlike)
    counts: list[int] = []
    examples: list[str] = []
    for word, question in (("missing", missing), ("surplus", surplus), ("changed", changed)):
        found = connection.execute(question.limit(_EXAMPLES_MAX)).all()
        few = len(found) < _EXAMPLES_MAX
        counts.append(len(found) if few else _count(connection, question))
        examples += [f"{word} {'/'.join(map(str, key))}" for key in found]
    return Difference(live.name, counts[0], counts[1], counts[2], tuple(examples[:_EXAMPLES_MAX]))


def _count(connection: Connection, question: Any) -> int:
    return int(
        connection.execute(select(func.count()).select_from(question.subquery())).scalar_one()
    )


def compare_search(connection: Connection, live: str, rebuilt: str) -> Difference | None:
    """Compare two search tables: each word must be in as many tickets."""
    counts = [vocabulary(connection, name) for name in (live, rebuilt)]
    if counts[0] == counts[1]:
        return None
    here, there = counts
    changed = sorted(word for word in here.keys() & there.keys() if here[word] != there[word])
    missing, surplus = sorted(there.keys() - here.keys()), sorted(here.keys() - there.keys())
    examples = tuple((*missing, *surplus, *changed)[:_EXAMPLES_MAX])
    return Difference(live, len(missing), len(surplus), len(changed), examples)


def vocabulary(connection: Connection, name: str) -> dict[str, int]:
    """Count in how many tickets each search word stands."""
    if connection.dialect.name == "sqlite":
        words = f"{name}_vocabulary"
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE temp.{words} USING fts5vocab(main, {name}, row)"
        )
        rows = connection.exec_driver_sql(f"SELECT term, doc FROM temp.{words}").all()  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE temp.{words}")
    else:
        inner = f"SELECT words FROM {name}"  # noqa: S608 - our own name
        rows = connection.exec_driver_sql("SELECT word, ndoc FROM ts_stat(%s)", (inner,)).all()
    return {term: documents for term, documents in rows}  # noqa: C416 - typed rows
