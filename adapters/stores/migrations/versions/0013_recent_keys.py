"""The blocking keys of those who were registered lately, packed until they are moved into `learner_key`."""

from alembic import op

revision = "0013"
down_revision = "0012"

_SQL = """
-- Keys (64 bits, little endian, rising), then beside each the number of its entry; pressing random bits gains nothing.
create table learner_key_recent (
    no bigint generated always as identity primary key,
    size integer not null,
    packed bytea not null
);
alter table learner_key_recent alter packed set storage external;
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(_SQL)


def downgrade() -> None:
    """Drop the table; who is only found by it is found again after `gateway register rekey`."""
    op.execute("drop table learner_key_recent")
