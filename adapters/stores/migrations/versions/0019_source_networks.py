"""Networks that a key may be used from, times that senders give their files, and what came on a day by an index."""

from alembic import op

revision = "0019"
down_revision = "0018"

_SQL = """
-- Networks such as 10.0.0.0/8; a key with none may be used from anywhere.
alter table organisation_key add networks text[] not null default '{}';
-- The time that the sender gave the file; none is the moment of its receipt.
alter table receipt add sent_at timestamptz;
create index receipt_received on receipt (organisation, created_at);
"""


def upgrade() -> None:
    """Add the columns and the index."""
    op.execute(_SQL)


def downgrade() -> None:
    """Drop them; every key may be used from anywhere then."""
    op.execute(
        "drop index receipt_received; alter table receipt drop sent_at; alter table organisation_key drop networks"
    )
