"""Reads what the gateway holds, behind its back: the tables of its database and the folders of its home."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from psycopg import Connection

from tests.torture.evidence import Books, ResponseFile, Row

_SUBMISSIONS = "select id, organisation, name, sha256, job, status, blob, lease is not null as leased from submission"
_RESPONSES = "select submission, part, organisation, name, blob, size from response_file"
_ALIKE = """
select coalesce(sum(count - 1), 0)::integer from (
    select count(*) from learner where source = 'issued'
    group by given_name, family_name, date_of_birth, sex, postcode, middle_name having count(*) > 1) as twice"""
_JOBS = "select count(*) from procrastinate_jobs where task_name = 'process' and status in ('todo', 'doing')"


def books(connection: Connection[Any]) -> Books:
    """Return what the tables hold."""
    steps = defaultdict(list)
    for submission, step in connection.execute("select submission, step from step"):
        steps[submission].append(step)
    receipts = connection.execute("select organisation, name, submission from receipt")
    issued = connection.execute("select submission, record, uln::text from issued order by submission, record")
    registered = connection.execute("select uln::text from learner where source = 'issued'")
    return Books(
        submissions=[
            Row(id=it[0], organisation=it[1], name=it[2], sha256=it[3], job=it[4], status=it[5], blob=it[6],
                leased=it[7]) for it in connection.execute(_SUBMISSIONS)
        ],
        steps=steps,
        responses=[
            ResponseFile(submission=it[0], part=it[1], organisation=it[2], name=it[3], blob=it[4], size=it[5])
            for it in connection.execute(_RESPONSES)
        ],
        receipts={(organisation, name): submission for organisation, name, submission in receipts},
        issued=issued.fetchall(),
        registered=[uln for (uln,) in registered],
        alike=connection.execute(_ALIKE).fetchall()[0][0],
        awaited=frozenset(space for (space,) in connection.execute("select space from space_awaited")),
        jobs=connection.execute(_JOBS).fetchall()[0][0],
    )  # fmt: skip


def blobs(files: Path) -> frozenset[str]:
    """Return what a file store in a folder keeps, as `space/sha256`."""
    return frozenset(path.name.replace(".", "/") for path in files.glob("*/*") if not path.name.startswith(".tmp-"))


def temporary(home: Path) -> list[str]:
    """Return the drafts in a home's file store; what was set aside in staging is for the operator, and no draft."""
    return [path.name for path in (home / "files").glob("*/.tmp-*")]
