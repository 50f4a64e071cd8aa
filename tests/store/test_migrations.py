"""Migrations: an empty database reaches the data model of the code, a newer one is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

import bot.storage
from bot.storage.database import Database
from bot.storage.migrate import HEAD, NewerDatabaseError, known, migrate, version
from bot.storage.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """Give the address of a database without tables."""
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "empty.db"))
        return
    with request.getfixturevalue("postgres").empty_database() as url:
        yield url


def _tables(tx: Connection) -> set[str]:
    return set(inspect(tx).get_table_names())


def test_migrations_reach_the_data_model(empty: URL) -> None:
    database = Database(empty)
    migrate(database)

    def differences(tx: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(tx, opts=options), metadata))

    found = database.transact(lambda tx: (version(tx), _tables(tx), differences(tx)))
    database.close()
    assert found == (HEAD, {*metadata.tables, "alembic_version"}, [])


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    assert database.transact(version) == HEAD


def test_two_processes_may_start_on_an_empty_database_at_once(empty: URL) -> None:
    databases = [Database(empty), Database(empty)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(migrate, databases))
    found = databases[0].transact(version)
    for database in databases:
        database.close()
    assert found == HEAD


def test_newer_database_is_refused_and_left_alone(database: Database) -> None:
    database.transact(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(NewerDatabaseError) as raised:
        migrate(database)
    assert str(raised.value) == (
        f"This database is at version 9999, which this Greenroom (version {HEAD}) does not know: a newer one made it. "
        "Start the newer Greenroom, or give this one another database. Nothing was changed."
    )
    assert database.transact(version) == "9999"


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(bot.storage.__file__).parent / "migrations"))
    assert (known()[-1], ScriptDirectory.from_config(config).get_current_head()) == (HEAD, HEAD)


def test_version_of_an_empty_database_is_none(empty: URL) -> None:
    database = Database(empty)
    found = database.transact(version)
    database.close()
    assert found is None
