"""Accounts remember upon which invitation their password was set."""

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column; every password there is belongs to no invitation yet."""
    op.add_column(
        "staff_accounts",
        sa.Column("invitation", sa.Integer, nullable=False, server_default="0"),
    )
