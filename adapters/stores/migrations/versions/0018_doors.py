"""Keys of the HTTP interface, of which only a digest is kept, and the OpenPGP certificates of organisations."""

from alembic import op

revision = "0018"
down_revision = "0017"

_SQL = """
create table api_key (
    id           text primary key,
    organisation text not null references organisation,
    digest       bytea not null,
    comment      text not null,
    networks     text[] not null,
    not_before   timestamptz,
    not_after    timestamptz,
    revoked_at   timestamptz,
    used_at      timestamptz,
    created_at   timestamptz not null default now()
);
create index api_key_of on api_key (organisation);

create table pgp_certificate (
    organisation text not null references organisation,
    fingerprint  text not null,
    certificate  bytea not null,
    comment      text not null,
    revoked_at   timestamptz,
    created_at   timestamptz not null default now(),
    primary key (organisation, fingerprint)
);
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(_SQL)


def downgrade() -> None:
    """Drop the tables: organisations then need new keys."""
    op.execute("drop table api_key; drop table pgp_certificate")
