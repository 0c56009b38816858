"""检索表: which tickets hold which words, in FTS5 on SQLite and as tsvector with GIN on PostgreSQL.

Beside the words of the text it holds coded words such as `d=YA-HOUSING` for what lists filter by
most, so that text and filters meet inside the index and few rows are looked at. FTS5 keeps neither
text nor places of words (`content=''`, `detail=none`): the index stays small, and a word is taken
back by saying it again. An index of first characters (`prefix`) answers a search for one character.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import ColumnElement, Connection, TableClause, TextClause, column, table, text

from projections.search.words import Query

TABLE: Final = "ticket_search"

_CREATE: Final = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5(words, content='', "
            "detail=none, columnsize=0, prefix='1', "
            "tokenize=\"unicode61 remove_diacritics 0 tokenchars '=-_./'\")"
        ),
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS {name} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    ),
}
_INDEX: Final = "CREATE INDEX IF NOT EXISTS ix_{name}_words ON {name} USING gin (words)"


def create_search(connection: Connection, name: str = TABLE, *, indexed: bool = True) -> None:
    """Create the search table."""
    dialect = connection.dialect.name
    for statement in _CREATE[dialect]:
        connection.exec_driver_sql(statement.format(name=name))
    if indexed and dialect == "postgresql":
        connection.exec_driver_sql(_INDEX.format(name=name))


def drop_search(connection: Connection, name: str) -> None:
    """Drop the search table."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def clear_search(connection: Connection, name: str) -> None:
    """Drop the search table, if there is one, and create it anew."""
    drop_search(connection, name)
    create_search(connection, name, indexed=False)


def rename_search(connection: Connection, old: str, new: str) -> None:
    """Rename the search table and give it its index."""
    connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
    create_search(connection, new)


def save_words(
    connection: Connection,
    before: Mapping[int, str],
    after: Mapping[int, str],
    name: str = TABLE,
) -> None:
    """Replace the words of tickets; `before` is exactly what was saved last, "" for nothing."""
    changed = [key for key, words in after.items() if before.get(key, "") != words]
    if not changed:
        return
    if connection.dialect.name == "sqlite":
        gone = [(key, before[key]) for key in changed if before.get(key)]
        if gone:
            connection.exec_driver_sql(
                f"INSERT INTO {name}({name}, rowid, words) VALUES('delete', ?, ?)",
                gone,
            )
        connection.exec_driver_sql(
            f"INSERT INTO {name}(rowid, words) VALUES (?, ?)",  # noqa: S608 - our own name
            [(key, after[key]) for key in changed],
        )
        return
    connection.exec_driver_sql(
        f"INSERT INTO {name} (id, words) "  # noqa: S608 - our own name
        "SELECT i, array_to_tsvector(string_to_array(w, ' ')) "
        "FROM unnest(%b::bigint[], %b::text[]) AS u(i, w) "
        "ON CONFLICT (id) DO UPDATE SET words = excluded.words",
        (changed, [after[key] for key in changed]),
    )


def found_in(dialect: str) -> tuple[TableClause, ColumnElement[int]]:
    """Give the search table and its key column, to be joined."""
    key = "rowid" if dialect == "sqlite" else "id"
    source = table(TABLE, column(key))
    return source, source.c[key]


def matching(dialect: str, query: Query, codes: Iterable[str]) -> TextClause:
    """Make the condition that all words and codes occur."""
    whole = [*query.words, *codes]
    if dialect == "sqlite":
        terms = [_quoted(word, '"') for word in whole]
        terms += [f"{_quoted(word, chr(34))}*" for word in query.beginnings]
        return text(f"{TABLE} MATCH :asked").bindparams(asked=" AND ".join(terms))
    terms = [_quoted(word, "'") for word in whole]
    terms += [f"{_quoted(word, chr(39))}:*" for word in query.beginnings]
    return text(f"{TABLE}.words @@ CAST(:asked AS tsquery)").bindparams(asked=" & ".join(terms))


def _quoted(word: str, mark: str) -> str:
    escaped = word.replace("\\", "\\\\") if mark == "'" else word
    return f"{mark}{escaped.replace(mark, mark * 2)}{mark}"
