"""What an inspector would stop at, in the lines of tickets that a store may have already."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "ticket_lines"
COLUMN = "doubts"


def upgrade() -> None:
    """Add the column; the lines fill it as their tickets move, or `projections rebuild` at once.

    A store without read models gets its tables whole after the migrations.
    """
    found = sa.inspect(op.get_bind())
    if not found.has_table(TABLE):
        return
    if COLUMN not in {column["name"] for column in found.get_columns(TABLE)}:
        op.add_column(TABLE, sa.Column(COLUMN, sa.Text, nullable=False, server_default=""))
    op.execute(f"CREATE INDEX IF NOT EXISTS ix_{TABLE}_{COLUMN} ON {TABLE} (id) WHERE {COLUMN} != ''")
