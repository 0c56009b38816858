"""Which dead letters the topic of dead letters has been told of."""

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None

UNPUBLISHED: sa.ColumnClause[bool] = sa.literal_column("NOT is_published")


def upgrade() -> None:
    """Add the mark; letters that are there already are told of too."""
    op.add_column(
        "dead_letters",
        sa.Column("is_published", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "ix_dead_letters_unpublished",
        "dead_letters",
        ["first_seen_at", "id"],
        postgresql_where=UNPUBLISHED,
        sqlite_where=UNPUBLISHED,
    )
