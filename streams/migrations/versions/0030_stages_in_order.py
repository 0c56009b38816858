"""Each stage of the tickets in the order of its limits, so that no work-list sorts its stage."""

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "ticket_lines"
INDEX = "ix_ticket_lines_stage_due"


def upgrade() -> None:
    """Make the index anew; a store without read models gets it with its tables."""
    if not sa.inspect(op.get_bind()).has_table(TABLE):
        return
    open_ = "open IS TRUE" if op.get_bind().dialect.name == "postgresql" else "open IS 1"
    limit = "coalesce(stage_overdue_at, stage_due_at)"
    op.execute(f"DROP INDEX IF EXISTS {INDEX}")
    op.execute(
        f"CREATE INDEX {INDEX} ON {TABLE} (stage, {limit}, id) "
        f"WHERE {open_} AND {limit} IS NOT NULL"
    )
