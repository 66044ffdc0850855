"""Whose turn it is, who works, what was done by hand, what organisations and operators were told."""

from alembic import op

revision = "0015"
down_revision = "0014"

_SQL = """
-- Where a submission stands in the line; one that an older server took in has none and stands by its arrival.
alter table submission
    add column turn_at timestamptz,
    add column likely_kind text,
    add column crashes integer not null default 0,
    add column replays integer not null default 0;
create index submission_turn on submission (organisation, coalesce(turn_at, received_at), id)
    where status not in ('delivered', 'expired', 'withdrawn', 'parked');
create index submission_leased on submission (lease_until) where lease is not null;
create index submission_ended on submission (finished_at);
alter table organisation add column served_at timestamptz not null default '-infinity';

-- Of a submission that was replayed the last response set counts.
alter table response_file add column superseded boolean not null default false;

-- Who works: each says every few seconds that it lives, and whoever started it notes how it ended.
create table worker (
    name text primary key,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    ended_at timestamptz,
    ended_how text
);

-- What people did with a submission by hand, kept for good.
create table act (
    no bigint generated always as identity primary key,
    submission text not null references submission,
    sort text not null,
    done_by text not null,
    reason text not null,
    done_at timestamptz not null default now()
);
create index act_of_submission on act (submission, no);

-- What an organisation is told of a submission beside its receipt: that it is parked, or that its responses are
-- taken back.
create table mailbox_notice (
    organisation text not null references organisation,
    name text not null,
    submission text not null references submission,
    body bytea not null,
    created_at timestamptz not null default now(),
    primary key (organisation, name)
);

-- One row for each cause of an alarm while it lasts, whoever sees it: `told_at` is when operators were told of it.
create table alert (
    name text primary key,
    text text not null,
    host text not null,
    seen_at timestamptz not null default now(),
    begun_at timestamptz not null default now(),
    ended_at timestamptz,
    told_at timestamptz,
    claimed_until timestamptz not null default '-infinity'
);
"""


def upgrade() -> None:
    """Create the columns and tables."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: what people did is not dropped by a migration."""
    message = "What people did by hand cannot be undone by a migration; restore a backup instead."
    raise RuntimeError(message)
