"""Brings a database to the version that this release works with."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from gateway.core.errors import StoreError

_ONE_AT_A_TIME = 7_264_310_001


def migrate(url: str) -> None:
    """Apply what is missing, once, however many processes ask at the same moment; raise StoreError where it fails.

    A database that a newer release has brought up to date is left as it is, where that release allows for this one.
    """
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    try:
        with engine.connect() as guard:
            guard.execute(text("select pg_advisory_lock(:key)"), {"key": _ONE_AT_A_TIME})
            with engine.begin() as connection:
                _add_queue(connection)
            with _settings() as config:
                if not _is_newer(engine, config):
                    with engine.connect() as connection:
                        config.attributes["connection"] = connection
                        command.upgrade(config, "head")
    except SQLAlchemyError as error:
        cause = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
        raise StoreError(
            f"The database could not be brought up to date ({cause or type(error).__name__}). "
            "Check that `database.url` may create tables in it, then run `gateway init` again."
        ) from error


def _add_queue(connection: Connection) -> None:
    present = connection.execute(text("select to_regclass('procrastinate_jobs') is not null")).scalar_one()
    if not present:
        # Past SQLAlchemy: it would take the per cent signs of the script for placeholders.
        connection.connection.cursor().execute(SchemaManager.get_schema())


@contextmanager
def _settings() -> Iterator[Config]:
    with as_file(files("adapters.stores").joinpath("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        yield config


def _is_newer(engine: Engine, config: Config) -> bool:
    """Tell whether a newer release made the schema; raise StoreError where this one may not work on it."""
    script = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
        if present is None or present in {revision.revision for revision in script.walk_revisions()}:
            return False
        oldest = connection.execute(text("select oldest from schema_since")).scalar_one()
    if str(script.get_current_head()) < oldest:
        raise StoreError(
            f"A newer release has brought the database to version {present}, and this one is too old for it: it needs "
            f"the code of version {oldest} or later. Install the newer release on this host too."
        )
    return True
