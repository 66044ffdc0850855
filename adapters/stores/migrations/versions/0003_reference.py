"""Reference lists that an operator loads: qualifications, grade sets, organisations, schools, collections and more."""

from alembic import op

revision = "0003"
down_revision = "0002"

_SQL = """
create table reference_list (
    name text primary key,
    columns text[] not null,
    rows integer not null,
    digest text not null,
    source text not null,
    loaded_at timestamptz not null
);

-- No foreign key: a check for each row would double the time in which a list of postcodes is loaded.
create table reference_row (
    list text not null,
    key text not null,
    valid_from date,
    valid_to date,
    line integer not null,
    cells text[] not null
);
create index reference_row_key on reference_row (list, key);
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(_SQL)


def downgrade() -> None:
    """Drop the tables: what they held is loaded again from the operator's files."""
    op.execute("drop table reference_row, reference_list")
