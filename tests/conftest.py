"""Real SQLite, real Redis (an embedded Valkey), a real application: what the tests stand on."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from . import leftovers

# Before anything of smartchat is imported: the tests never see the developer's own settings or data.
for _name in list(os.environ):
    if _name.startswith(("TWILIO_", "SMARTCHAT_")) or _name in (
        "DATABASE_URL",
        "REDIS_URL",
        "PUBLIC_URL",
        "SECRET_KEY",
        "PORT",
        "SIMULATOR_PORT",
        "DEFAULT_SENDER",
        "HOST",
        "TRUSTED_PROXIES",
    ):
        del os.environ[_name]
_instance = tempfile.TemporaryDirectory(prefix="smartchat-tests-", ignore_cleanup_errors=True)
os.environ["SMARTCHAT_INSTANCE"] = _instance.name
leftovers.watch()
os.environ["TURN_WAIT"] = "0"  # contacts of tests write one message at a time; who tests the wait sets it

from smartchat import create_app  # noqa: E402
from smartchat.db import db  # noqa: E402
from smartchat.running.embedded_redis import EmbeddedRedis  # noqa: E402

from . import effort, fast_apps  # noqa: E402, F401 - effort: how hard this session tries

pytest_plugins = ["tests.postgresql", "tests.browser"]


FOLDERS = {"stories": "processes", "chaos": "chaos"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks by what a test stands on, so that `make quick` can leave it out. What takes long comes first: at the end of
    a session all processors have something to do.
    """
    for item in items:
        folder = item.path.parent.name
        if folder in FOLDERS:
            item.add_marker(FOLDERS[folder])
        fixtures = getattr(item, "fixturenames", ())
        if "postgresql" in item.name or any(name.startswith("postgresql") for name in fixtures):
            item.add_marker("postgresql")
    items.sort(
        key=lambda item: not any(item.get_closest_marker(name) for name in ("processes", "chaos", "browser"))
    )


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    folder = Path(tempfile.mkdtemp(prefix="smartchat-redis-"))
    server = EmbeddedRedis(folder, folder / "redis.sock")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis(redis_server: EmbeddedRedis) -> Iterator[Redis]:
    connection = Redis.from_url(redis_server.url)
    connection.flushall()
    yield connection
    connection.close()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite; the stories run on PostgreSQL too (tests/services): a test may ask for `postgresql_tables` instead."""
    return f"sqlite:///{tmp_path / 'smartchat.db'}"


@pytest.fixture
def app(tmp_path: Path, redis: Redis, redis_server: EmbeddedRedis, database_url: str) -> Iterator[Flask]:
    """A fresh application: an empty database, the emptied Redis, CSRF off (tests of CSRF switch it on)."""
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "tests",
            "SQLALCHEMY_DATABASE_URI": database_url,
            "REDIS_URL": redis_server.url,
            "WTF_CSRF_ENABLED": False,
            "INSTANCE": str(tmp_path),
        }
    )
    fast_apps.share(app)
    if database_url.startswith("sqlite"):
        fast_apps.make_tables(Path(database_url.removeprefix("sqlite:///")))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, request: pytest.FixtureRequest) -> FlaskClient:
    """A browser signed in as an operator: where the test sets the time (`at`), at that time, or its cookie would come
    from the future."""
    if "at" in request.fixturenames:
        request.getfixturevalue("at")
    from smartchat import clock
    from smartchat.services.operations import users

    with app.app_context():
        user = users.add("operator@example.com", "operator", None)
        token = users.make_link(user, clock.machine_now())
    client = app.test_client()
    assert client.post(f"/login/{token}").status_code == 303
    return client
