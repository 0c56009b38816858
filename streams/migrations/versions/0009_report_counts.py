"""Counts of what the log holds for a platform above, so that a reconciliation is cheap."""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "report_counts",
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("counted_to", sa.BigInteger, nullable=False),
        sa.Column("facts", sa.BigInteger, nullable=False),
    )
