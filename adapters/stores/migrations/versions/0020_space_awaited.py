"""Spaces of the file store that bytes are kept in before their submission is recorded: what never is, is cleared."""

from alembic import op

revision = "0020"
down_revision = "0019"

_SQL = "create table space_awaited (space text primary key, since timestamptz not null default now())"


def upgrade() -> None:
    """Add the table."""
    op.execute(_SQL)


def downgrade() -> None:
    """Drop it; bytes of uploads that were not recorded stay then."""
    op.execute("drop table space_awaited")
