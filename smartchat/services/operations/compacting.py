"""Gives the space that deleted rows have left behind back to the system: SQLite keeps it for itself."""

from dataclasses import dataclass
from typing import Any

from smartchat.db import db


@dataclass(frozen=True)
class Compacted:
    """The size of the database in bytes. Equal where it does that by itself."""

    before: int
    after: int


def compact() -> Compacted | None:
    """Writes the whole database anew, without its holes; None on PostgreSQL, which tidies up by itself.

    Needs as much room on the disk as the database has. Nobody else can write meanwhile: some seconds for a gigabyte.
    """
    if db.engine.dialect.name != "sqlite":
        return None
    connection = db.engine.raw_connection()
    try:
        # The engine's own connections begin a transaction with whatever is asked of them.
        sqlite: Any = connection.driver_connection
        before = _size(sqlite)
        sqlite.execute("VACUUM")
        sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Compacted(before, _size(sqlite))
    finally:
        connection.close()


def _size(sqlite: Any) -> int:
    pages, bytes_each = (
        sqlite.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    return int(pages * bytes_each)
