"""What was changed in the life of a ULN, which ULN was answered to whom, and the notices that follow."""

from alembic import op

revision = "0008"
down_revision = "0007"

_SQL = """
-- Who merged, unmerged, deleted or restored which number, when and why. `noticed_on` is the day of the notices that
-- told it to the organisations, null as long as they were not written.
create table uln_change (
    no bigint generated always as identity primary key,
    change text not null check (change in ('merged', 'unmerged', 'deleted', 'restored')),
    uln bigint not null references learner (uln),
    master_uln bigint references learner (uln),
    made_by text not null,
    reason text not null,
    changed_at timestamptz not null,
    noticed_on date,
    check ((master_uln is null) = (change in ('deleted', 'restored')))
);
create index uln_change_of_learner on uln_change (uln);
create index uln_change_by_time on uln_change (changed_at);
create index uln_change_to_notice on uln_change (no) where noticed_on is null;

-- Under which key an organisation was answered with a ULN, and in which submission last. No foreign key: a check for
-- each row would slow the publishing of a large response set; so would an index on the rows that were just written.
create table uln_answered (
    uln bigint not null,
    organisation text not null,
    mode text not null,
    key text not null,
    submission text not null,
    primary key (uln, organisation, mode, key)
);
create table uln_answered_new (
    uln bigint not null,
    organisation text not null,
    mode text not null,
    key text not null,
    submission text not null
);

-- What is answered after its change was told to others, by a submission that was matched before: told the next time.
create table uln_answered_late (
    change bigint not null references uln_change,
    uln bigint not null,
    organisation text not null,
    mode text not null,
    key text not null,
    submission text not null
);

-- The days whose notices are written: each once, however often and late it is asked for.
create table uln_notice_day (
    day date primary key,
    written_at timestamptz not null default now()
);

create table uln_notice (
    organisation text not null references organisation,
    name text not null,
    blob text not null,
    size bigint not null,
    published_at timestamptz not null default now(),
    acknowledged_at timestamptz,
    primary key (organisation, name)
);
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: the history of numbers is not dropped by a migration."""
    message = "The history of ULNs cannot be undone; restore a backup instead."
    raise RuntimeError(message)
