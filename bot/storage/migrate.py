"""Brings a database to the data model of this code, at start; refuses one that is newer."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.storage.database import Database, StorageError

HEAD = "0002"
"""The newest migration. Kept as a word, so that a start on a current database need not load Alembic."""
_LOCK = 7_243_002


class NewerDatabaseError(StorageError):
    """The database was made by a newer Greenroom than this one."""


def migrate(database: Database) -> None:
    """Bring the tables to `HEAD`; does nothing where they are. Raises NewerDatabaseError or StorageError."""
    with database.transaction() as connection:
        if not database.sqlite:  # two processes may start at once
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        found = version(connection)
        if found != HEAD:
            _upgrade(connection, found)


def version(connection: Connection) -> str | None:
    """Return the migration that a database is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def known() -> list[str]:
    """Return the names of all migrations, oldest first."""
    return sorted(path.name[:4] for path in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))


def _upgrade(connection: Connection, found: str | None) -> None:
    if found is not None and found not in known():
        raise NewerDatabaseError(
            f"This database is at version {found}, which this Greenroom (version {HEAD}) does not know: a newer one "
            "made it. Start the newer Greenroom, or give this one another database. Nothing was changed."
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
