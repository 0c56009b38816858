"""库结构: brings a database to the newest form. Alembic moves what must never be lost.

Read models are no concern of a migration: what is missing is made, what is old is rebuilt.
"""

from importlib.resources import files
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, inspect, select

from projections.create import create_tables
from streams.database.partitions import PARTITIONS_COUNT
from streams.database.statements import Insert
from streams.database.tables import log_partitions

_UPGRADE_LOCK: Final = 0x62696875616E
_WRITE_PARTITIONS: Final = Insert(log_partitions, keep=True)


def alembic_config(connection: Connection | None = None) -> Config:
    """Give Alembic's settings; it works on the connection it is handed."""
    config = Config()
    config.set_main_option("script_location", str(files("streams") / "migrations"))
    config.attributes["connection"] = connection
    return config


class ForeignSchemaError(Exception):
    """库结构不符: tables that no migration made, so that none can go on from them."""


def _check_origin(connection: Connection) -> None:
    """Refuse a store whose accounts were made before there was a migration for them."""
    at = MigrationContext.configure(connection).get_current_heads()
    if at in {(), ("0001",)} and inspect(connection).has_table("staff_accounts"):
        raise ForeignSchemaError("staff_accounts")


def upgrade(engine: Engine) -> None:
    """Bring the log's tables to the newest form, and make the counters of its partitions."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # several processes may start at once
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        _check_origin(connection)
        command.upgrade(alembic_config(connection), "head")
        rows = [(partition, 1) for partition in range(PARTITIONS_COUNT)]
        _WRITE_PARTITIONS.run(connection, rows)
        create_tables(connection)


def heads() -> tuple[str, ...]:
    """List the newest revisions; there must be exactly one."""
    return tuple(ScriptDirectory.from_config(alembic_config()).get_heads())


def is_current(connection: Connection) -> bool:
    """Tell whether the database has the form that this program expects."""
    return MigrationContext.configure(connection).get_current_heads() == heads()
