from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from notifications import outbox
from streams.accounts import tables as account_tables
from streams.database import schema, tables
from streams.database.engine import reading
from streams.reporting import tables as reporting_tables

ALL = (
    tables.metadata,
    outbox.metadata,
    account_tables.METADATA,
    reporting_tables.METADATA,
)


def test_there_is_one_migration_head() -> None:
    assert len(schema.heads()) == 1


def test_the_migrations_make_the_tables_that_the_code_expects(engine: Engine) -> None:
    ours = {name for metadata in ALL for name in metadata.tables}

    def include(name: str | None, type_: str, _parents: object) -> bool:
        return type_ != "table" or name in ours

    with reading(engine) as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": include, "compare_type": True}
        )
        differences = compare_metadata(context, list(ALL))  # type: ignore[arg-type]
        assert differences == []
        assert schema.is_current(connection)


def test_an_upgrade_may_come_twice(engine: Engine) -> None:
    schema.upgrade(engine)

    names = set(inspect(engine).get_table_names())
    assert {"events", "streams", "inbox", "timers", "texts", "subscriptions"} <= names
