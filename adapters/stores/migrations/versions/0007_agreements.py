"""Sharing agreements, and which of them held for a submission when it came."""

from alembic import op

revision = "0007"
down_revision = "0005"

_SQL = """
-- Never changed but for the day of its revocation: what was agreed stays told.
create table agreement (
    number bigint generated always as identity primary key,
    organisation text not null references organisation,
    purposes text[] not null,
    whose text not null check (whose in ('own', 'all')),
    disclosure text not null check (disclosure in ('levels', 'details')),
    accept_confident boolean not null,
    threshold double precision,
    margin double precision,
    registers boolean not null,
    accepted_file boolean not null,
    valid_from date not null,
    valid_until date check (valid_until >= valid_from),
    revoked_on date,
    made_at timestamptz not null default now()
);
create index agreement_of_organisation on agreement (organisation);
alter table submission add agreement bigint references agreement;
"""


def upgrade() -> None:
    """Create the table, and the column that keeps which agreement held."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: what was agreed with organisations is not dropped by a migration."""
    message = "The agreements cannot be undone; restore a backup instead."
    raise RuntimeError(message)
