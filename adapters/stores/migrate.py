"""Brings a database to the version that this release works with."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from gateway.core.errors import StoreError

_ONE_AT_A_TIME = 7_264_310_001


def migrate(url: str) -> None:
    """Apply what is missing, once, however many processes ask at the same moment; raise StoreError where it fails."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    try:
        with engine.connect() as guard:
            guard.execute(text("select pg_advisory_lock(:key)"), {"key": _ONE_AT_A_TIME})
            with engine.begin() as connection:
                _add_queue(connection)
            with engine.connect() as connection:
                _upgrade(connection)
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


def _upgrade(connection: Connection) -> None:
    with as_file(files("adapters.stores").joinpath("migrations")) as folder:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(folder))
        command.upgrade(config, "head")
