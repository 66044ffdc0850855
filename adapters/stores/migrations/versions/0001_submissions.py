"""Organisations, submissions, their steps, receipts and response files."""

from alembic import op

revision = "0001"
down_revision = None

_SQL = """
create table organisation (
    id text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text not null,
    kind text not null,
    ukprn text,
    urn text,
    estab text,
    centre text,
    mode text not null,
    suspended boolean not null default false,
    created_at timestamptz not null default now()
);

create table organisation_key (
    fingerprint text primary key,
    organisation text not null references organisation,
    public_key text not null,
    comment text not null,
    not_before timestamptz,
    not_after timestamptz,
    created_at timestamptz not null default now()
);

create table submission (
    id text primary key,
    organisation text not null references organisation,
    name text not null,
    sha256 text not null,
    size bigint not null,
    job text not null,
    mode text not null,
    received_at timestamptz not null,
    processing_date date not null,
    blob text not null,
    status text not null,
    kind text,
    verdict text,
    counts jsonb,
    refusal text,
    follows text references submission,
    held_reason text,
    superseded boolean not null default false,
    attempts integer not null default 0,
    next_try_at timestamptz not null default now(),
    lease text,
    lease_until timestamptz,
    finished_at timestamptz
);

-- The same bytes from one organisation, for the same mode and job, are one submission. One that was refused for what
-- stands outside its bytes (its name, a suspended mailbox) is superseded when they are sent again with that mended.
create unique index submission_once on submission (organisation, mode, job, sha256)
    where status <> 'withdrawn' and not superseded;
create index submission_waiting on submission (received_at)
    where status not in ('delivered', 'expired', 'withdrawn', 'parked');
create index submission_listed on submission (organisation, job, name, received_at);

create table step (
    submission text not null references submission,
    step text not null,
    result jsonb not null,
    kept_at timestamptz not null default now(),
    primary key (submission, step)
);

-- One for every upload: that of a duplicate names the first submission, and the file as it was called this time.
create table receipt (
    id text primary key,
    submission text not null references submission,
    organisation text not null references organisation,
    file text not null,
    name text not null,
    body bytea not null,
    created_at timestamptz not null,
    unique (organisation, name)
);

create table response_file (
    submission text not null references submission,
    part text not null,
    organisation text not null references organisation,
    name text not null,
    blob text not null,
    size bigint not null,
    published_at timestamptz not null default now(),
    acknowledged_at timestamptz,
    primary key (submission, part),
    unique (organisation, name)
);
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: what organisations sent is not dropped by a migration."""
    message = "The first version of the database cannot be undone; restore a backup instead."
    raise RuntimeError(message)
