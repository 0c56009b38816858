"""When the limit of a stage passed, in the lines of tickets that a store may have already."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "ticket_lines"
COLUMN = "stage_overdue_at"
INDEX = "ix_ticket_lines_revisit"


def upgrade() -> None:
    """Add the column; the lines fill it as their tickets move, or `projections rebuild` at once.

    A store without read models gets its tables whole after the migrations.
    """
    found = sa.inspect(op.get_bind())
    if not found.has_table(TABLE):
        return
    if COLUMN not in {column["name"] for column in found.get_columns(TABLE)}:
        op.add_column(TABLE, sa.Column(COLUMN, sa.BigInteger))
    for index in (INDEX, "ix_ticket_lines_stage_due"):
        op.execute(f"DROP INDEX IF EXISTS {index}")
    clock = f"coalesce({COLUMN}, stage_due_at, department_due_at, {2**62})"
    open_ = "open IS TRUE" if op.get_bind().dialect.name == "postgresql" else "open IS 1"
    op.execute(
        f"CREATE INDEX {INDEX} ON {TABLE} (stage, {clock}, id) WHERE stage = 'AwaitingRevisit'"
    )
    limit = f"coalesce({COLUMN}, stage_due_at)"
    op.execute(
        f"CREATE INDEX ix_ticket_lines_stage_due ON {TABLE} ({limit}, id) "
        f"WHERE {open_} AND {limit} IS NOT NULL"
    )
    op.execute(
        f"CREATE INDEX IF NOT EXISTS ix_ticket_lines_loop ON {TABLE} "
        f"(stage, {clock}, id, finding, lead) WHERE {open_} AND kind = 'poor_evaluation'"
    )
