"""Clerical review: questions, the records that ask them, decisions, supplements, and near-identical enquiries."""

from alembic import op

revision = "0009"
down_revision = "0008"

_SQL = """
-- One for the same facts of one organisation, however many records ask it; whether two ULNs are one person's is asked
-- of nobody's records.
create table question (
    id text primary key,
    sort text not null check (sort in ('possible', 'many', 'sample', 'merge')),
    organisation text references organisation,
    facts text not null,
    cost double precision not null,
    evidence jsonb not null,
    asked_at timestamptz not null,
    opens_on date not null,
    draw bigint,
    settled boolean not null default false,
    closed boolean not null default false,
    claim jsonb
);
create unique index question_once on question (organisation, facts);
create index question_open on question (cost desc, asked_at, id) where not settled and not closed;
create index question_drawn on question (opens_on, draw) where draw is not null;

-- Nothing is changed in a decision but that it no longer stands, by whom and why.
create table question_decision (
    no bigint generated always as identity primary key,
    question text not null references question,
    judgement text not null check (judgement in ('same', 'different', 'cannot-tell')),
    uln text,
    decided_by text not null,
    reason text not null,
    source text not null,
    decided_at timestamptz not null,
    undone_by text,
    undone_reason text,
    undone_at timestamptz
);
create index question_decision_of on question_decision (question);

create table question_record (
    submission text not null references submission,
    record integer not null,
    question text not null references question,
    checked jsonb not null,
    state text not null check (state in ('waiting', 'due', 'answered', 'withdrawn')),
    due_at timestamptz,
    supplement integer,
    answer text,
    withdrawn_by text,
    primary key (submission, record)
);
create index question_record_of on question_record (question);
create index question_record_due on question_record (submission) where state = 'due';

create table supplement (
    submission text not null references submission,
    number integer not null,
    made_at timestamptz not null default now(),
    lease_until timestamptz,
    next_try_at timestamptz not null default now(),
    attempts integer not null default 0,
    published_at timestamptz,
    parked boolean not null default false,
    primary key (submission, number)
);
create index supplement_waiting on supplement (next_try_at) where published_at is null and not parked;

-- Variations of a question about one person, as digests: `place` is how many the organisation had asked by then.
create table enquiry (
    organisation text not null references organisation,
    grp bigint not null,
    variation bigint not null,
    place integer not null,
    asked_on date not null,
    primary key (organisation, grp, variation)
);
create index enquiry_old on enquiry (organisation, asked_on);
create index enquiry_many on enquiry (organisation, place, asked_on) where place > 1;

create table learner_change (
    no bigint generated always as identity primary key,
    uln bigint not null,
    submission text not null,
    record integer not null,
    field text not null,
    held text not null,
    value text not null,
    judgement text not null check (judgement in ('same', 'different')),
    decided_by text not null,
    reason text not null,
    decided_at timestamptz not null
);
create index learner_change_of on learner_change (uln);

alter table proposal drop constraint proposal_status_check;
alter table proposal add constraint proposal_status_check check (status in ('open', 'applied', 'refused'));
create index proposal_open on proposal (proposed_at, submission, record) where status = 'open';
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: what people decided is not dropped by a migration."""
    message = "Decisions cannot be undone by a migration; restore a backup instead."
    raise RuntimeError(message)
