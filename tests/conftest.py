"""Fixtures for every suite: databases, on SQLite and on a PostgreSQL that really runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from bot.storage.database import Database
from bot.storage.migrate import migrate
from tests.support.postgres import Postgres, run_name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: else one worker plays it at the end, and the others wait."""
    items.sort(key=lambda item: "/e2e/" not in item.path.as_posix())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give the PostgreSQL server of this test run."""
    server = Postgres(run_name())
    yield server
    server.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "greenroom.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> URL:
    """Give the address of a migrated SQLite file."""
    path = tmp_path / "greenroom.db"
    shutil.copyfile(sqlite_template, path)
    return URL.create("sqlite", database=str(path))


@pytest.fixture
def postgresql_url(postgres: Postgres) -> Iterator[URL]:
    """Give the address of a migrated PostgreSQL database; it is dropped after the test."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> URL:
    """Give the address of a migrated database of each kind."""
    url: URL = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: URL) -> Iterator[Database]:
    """Give a migrated database of each kind, empty and of the test's own."""
    found = Database(database_url)
    yield found
    found.close()
