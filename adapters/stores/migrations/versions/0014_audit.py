"""Audit events and their chain, legal holds, and what is to be erased."""

from alembic import op

revision = "0014"
down_revision = "0013"

_SQL = """
-- Who did what with learners' records, and why. Whose records they were stands in audit_detail alone.
create table audit_event (
    no bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    actor text not null check (actor in ('organisation', 'operator', 'gateway')),
    by text not null,
    sort text not null check (sort in ('read', 'written', 'answered', 'held', 'released', 'erased', 'removed')),
    purpose text not null,
    reference text not null,
    records integer not null,
    everyone boolean not null,
    reason text not null,
    digest bytea not null
);
create index audit_event_at on audit_event (at);
create index audit_event_of on audit_event (reference);
create index audit_event_everyone on audit_event (no) where everyone;

-- ULNs of eight bytes each, rising. Not compressed: whoever asks for one number searches all of them.
create table audit_detail (
    event bigint primary key references audit_event,
    salt bytea not null,
    ulns bytea not null
);
alter table audit_detail alter ulns set storage external;

-- What the digest of an event's detail is since an erasure, which is an event itself and covers this.
create table audit_redaction (
    erasure bigint not null references audit_event,
    event bigint not null references audit_event,
    digest bytea not null,
    primary key (erasure, event)
);
create index audit_redaction_of on audit_redaction (event, erasure);

-- The chain, in the order in which events were linked. audit_waiting holds those that are not linked yet.
create table audit_link (
    seq bigint primary key,
    event bigint not null unique,
    digest bytea not null
);
create table audit_waiting (event bigint primary key);

create function audit_is_only_added_to() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'audit_detail' and tg_op = 'UPDATE' then
        if current_setting('gateway.erasing', true) = 'on' and length(new.ulns) < length(old.ulns) then
            return new;
        end if;
    end if;
    raise exception 'Audit events are only ever added.' using errcode = 'restrict_violation';
end
$$;
create trigger only_added_to before update or delete on audit_event
    for each row execute function audit_is_only_added_to();
create trigger only_added_to before update or delete on audit_detail
    for each row execute function audit_is_only_added_to();
create trigger only_added_to before update or delete on audit_redaction
    for each row execute function audit_is_only_added_to();
create trigger only_added_to before update or delete on audit_link
    for each row execute function audit_is_only_added_to();
create trigger never_emptied before truncate on audit_event execute function audit_is_only_added_to();
create trigger never_emptied before truncate on audit_detail execute function audit_is_only_added_to();
create trigger never_emptied before truncate on audit_redaction execute function audit_is_only_added_to();
create trigger never_emptied before truncate on audit_link execute function audit_is_only_added_to();

create table learner_hold (
    uln bigint primary key references learner (uln),
    held_by text not null,
    reason text not null,
    held_at timestamptz not null default now()
);

-- The bare number of an erased learner stays, so that it is never issued again.
alter table learner drop constraint learner_status_check;
alter table learner add constraint learner_status_check check (status in ('live', 'deleted', 'erased'));

alter table submission add erased_at timestamptz;
alter table response_file add expired_at timestamptz;
create index submission_finished on submission (finished_at) where erased_at is null;
create index response_file_uncollected on response_file (published_at) where acknowledged_at is null;

-- What held an erased learner and is still needed by others: submissions, and notices by their space.
create table erasure_pending (
    space text primary key,
    asked_at timestamptz not null default now()
);

-- Spaces of the file store whose rows are gone, until their bytes are.
create table space_to_clear (space text primary key);
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: what was noted of people's records is not dropped by a migration."""
    message = "The audit trail cannot be undone by a migration; restore a backup instead."
    raise RuntimeError(message)
