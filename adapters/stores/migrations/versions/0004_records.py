"""Records that are kept for learners: each under its key, with every version and the submission that made it."""

from alembic import op

revision = "0004"
down_revision = "0003"

_SQL = """
create table record (
    id bigint generated always as identity primary key,
    sort text not null,
    owner text not null,
    key text[] not null,
    version integer not null default 0,
    unique (sort, owner, key)
);

create table record_version (
    record bigint not null references record,
    version integer not null,
    submission text not null,
    place integer not null,
    seq integer not null,
    effect text not null,
    uln text,
    reason text not null,
    content jsonb not null,
    withdrawn boolean not null,
    made_at timestamptz not null default now(),
    primary key (record, version)
);
create unique index record_version_of_place on record_version (submission, place, seq);
create index record_version_of_learner on record_version (uln) where uln is not null;
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: what is kept for learners is not dropped by a migration."""
    message = "The records cannot be undone; restore a backup instead."
    raise RuntimeError(message)
