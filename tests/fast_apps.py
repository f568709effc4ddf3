"""What the applications of all tests share, so that none begins from nothing: templates, statements, tables.

Every test has an application and a database of its own all the same.
"""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine

from smartchat.db import Base, db, prepare_engine

_folder = tempfile.TemporaryDirectory(prefix="smartchat-tests-", ignore_cleanup_errors=True)
_statements: dict[str, tuple[Any, Any]] = {}


def share(app: Flask) -> None:
    """Templates and statements are compiled once a session: SQLAlchemy keeps the latter by the dialect object."""
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(_folder.name)
    with app.app_context():
        engine = db.engine
    first = (engine.dialect, engine._compiled_cache)
    engine.dialect, engine._compiled_cache = _statements.setdefault(engine.dialect.name, first)


def make_tables(path: Path) -> None:
    """A SQLite database with all tables, copied from one that was made the ordinary way."""
    shutil.copyfile(_empty_database(), path)


@cache
def _empty_database() -> Path:
    path = Path(_folder.name) / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    engine.dispose()
    return path
