"""Details that an agreement lets go live at once, and how a change of a learner's details was taken back."""

from alembic import op

revision = "0010"
down_revision = "0009"

_SQL = """
alter table agreement add live_changes text[] not null default '{}';

-- Nothing is changed in the history of a detail but that it was taken back, by whom and why.
alter table learner_change add undone_by text, add undone_reason text, add undone_at timestamptz;
create index learner_change_by_record on learner_change (submission, record);
"""


def upgrade() -> None:
    """Add the columns."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: what was agreed and what was taken back is not dropped by a migration."""
    message = "Agreements and the history of details cannot be undone; restore a backup instead."
    raise RuntimeError(message)
