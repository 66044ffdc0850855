"""Records that wait for a row of a reference list: one question for each organisation and row."""

from alembic import op

revision = "0011"
down_revision = "0010"

_SQL = """
alter table question drop constraint question_sort_check;
alter table question add constraint question_sort_check
    check (sort in ('possible', 'many', 'sample', 'merge', 'reference'));
create index question_of_reference on question (facts) where sort = 'reference' and not closed;
"""


def upgrade() -> None:
    """Allow the sort of question, and find those that are open."""
    op.execute(_SQL)


def downgrade() -> None:
    """Refuse: what people were asked is not dropped by a migration."""
    message = "Questions cannot be undone by a migration; restore a backup instead."
    raise RuntimeError(message)
