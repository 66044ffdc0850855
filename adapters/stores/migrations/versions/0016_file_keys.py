"""The keys that the file store's bytes are sealed with, each wrapped by a master key that is not in the database."""

from alembic import op

revision = "0016"
down_revision = "0015"

_SQL = """
create table file_key (
    id           uuid primary key,
    organisation text not null,
    version      integer not null check (version > 0),
    wrapped      bytea check (octet_length(wrapped) > 0),
    made_at      timestamptz not null default now(),
    shredded_at  timestamptz,
    unique (organisation, version),
    check ((wrapped is null) = (shredded_at is not null))
);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: without the keys nothing that was sealed with them can be read."""
    message = "The keys of the file store cannot be undone; restore a backup instead."
    raise RuntimeError(message)
