"""Which transactions changed what entries are found and compared by."""

from alembic import op

revision = "0012"
down_revision = "0011"

_SQL = """
-- A row for each change of entries that keeps their numbers. Who was looked for before one commits is looked for again.
create table register_change (xid xid8 not null default pg_current_xact_id());
create index register_change_found on register_change (xid);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(_SQL)


def downgrade() -> None:
    """Drop the table: without it everybody is looked for again."""
    op.execute("drop table register_change")
