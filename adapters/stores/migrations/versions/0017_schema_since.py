"""Which releases may work on this schema, so that hosts can be brought up to date one after the other."""

from alembic import op

revision = "0017"
down_revision = "0016"

_SQL = """
-- The oldest revision whose code may still work here. A migration that takes something away, or asks for more, sets it
-- to the first revision whose code no longer needs what is taken; one that only adds leaves it.
create table schema_since (
    one boolean primary key default true check (one),
    oldest text not null
);
insert into schema_since (oldest) values ('0017');
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(_SQL)


def downgrade() -> None:
    """Drop the table."""
    op.execute("drop table schema_since")
