"""Texts know whether their failure was reported, and are found by recipient."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

_UNREPORTED = sa.text("status = 'permanent_failure' AND reported_at IS NULL")


def upgrade() -> None:
    """Add the column and the two indexes."""
    op.add_column("texts", sa.Column("reported_at", sa.BigInteger, nullable=True))
    op.create_index("texts_of_recipient", "texts", ["recipient", "created_at"])
    op.create_index(
        "texts_unreported",
        "texts",
        ["updated_at"],
        sqlite_where=_UNREPORTED,
        postgresql_where=_UNREPORTED,
    )
