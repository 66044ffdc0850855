"""What a batch of learners is compared with: narrow keys, the face of every entry, and how often names occur."""

from alembic import op

revision = "0005"
down_revision = "0004"

_SQL = """
-- Keys of the first version find nobody by the second: `gateway register rekey` makes them anew.
truncate learner_key;

-- What is compared of an entry, in a layout of the version that made the keys; person is the number that answers.
create table learner_face (
    no bigint not null constraint learner_face_pkey primary key,
    uln bigint not null,
    person bigint not null,
    face bytea not null
);
alter table learner_face alter face set storage plain;

-- A name in N1 by its hash, and how many entries had it when names were counted last: at a load, or a rekeying.
create table name_count (
    h bigint primary key,
    name text not null,
    given bigint not null,
    family bigint not null
);

-- How many entries there were when names were counted last, so that no score changes between two counts.
alter table learner_key_version add column counted bigint not null default 0;
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(_SQL)


def downgrade() -> None:
    """Drop the tables: all that they held is made of table learner."""
    op.execute("drop table learner_face, name_count; alter table learner_key_version drop column counted")
