"""Contacts into their table, as fast as each engine takes them, and without keeping a webhook waiting.

Portions are sorted by key and written by a thread of their own: SQLite gets short transactions of statements with
many rows, PostgreSQL a COPY. How much of it runs beside the reading depends on the machine: docs/benchmarks.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from itertools import chain, repeat
from json.encoder import encode_basestring
from operator import itemgetter
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, PoolProxiedConnection

from smartchat.db import db
from smartchat.domain.contact_file.check import FileContact, GoodRows
from smartchat.models.campaigns import ENDING

Record = tuple[int, str, str, str, str, str]
"""Row, phone, contact key, the two columns of JSON, and the key's ending."""

# Numbers come in any order, and each touches a page of the index somewhere: sorted in such portions most of the pages
# are written once in a portion, and not once in each of its transactions. It makes half of the time.
PORTION = 60_000
# One transaction: some 60 ms, and webhooks get their turn in between. Each writes every page of the index of endings,
# whose order is another one: of half as many there are twice as many to write.
CHUNK = 10_000
_COLUMNS = ("campaign_id", "row", "phone", "contact_key", "custom_data", "extra", "ending")
_INSERT = f"INSERT INTO contacts ({', '.join(_COLUMNS)}) VALUES "  # noqa: S608 - constants only
_COPY = f"COPY contacts ({', '.join(_COLUMNS)}) FROM STDIN"
_ending = itemgetter(slice(-ENDING, None))
# In pages of 4 kB: SQLite's own 1,000 would copy the same pages into the database again and again.
_CHECKPOINT_PAGES, _USUAL_PAGES = 4_000, 1_000
# Kilobytes: the indexes of a million contacts do not fit into the usual ones, and are read again and again.
_CACHE, _USUAL_CACHE = 64_000, 2_000


class ContactWriter:
    """Writes contacts of one campaign; a context. What was added is in the database when the context is left."""

    def __init__(self, campaign_id: int) -> None:
        self._campaign_id = campaign_id
        self._engine = db.engine
        self._connection: PoolProxiedConnection | None = None
        self._records: list[Record] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="contacts")
        self._writing: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def add(self, contacts: GoodRows | Iterable[FileContact]) -> None:
        """Takes contacts; raises what went wrong while those before them were written."""
        if isinstance(contacts, GoodRows):
            self._records.extend(_records(contacts))
        else:
            self._records.extend(
                (row, phone, key, _json(values), _json(extra), _ending(key))
                for row, phone, key, values, extra in contacts
            )
        if len(self._records) >= PORTION:
            self._hand_over()

    def __exit__(
        self, kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._hand_over()
                self._wait()
        finally:
            self._pool.shutdown()
            if self._connection is not None:
                _give_back(self._engine, self._connection)

    def _hand_over(self) -> None:
        self._wait()
        records, self._records = self._records, []
        self._writing = self._pool.submit(self._write, records)

    def _write(self, records: list[Record]) -> None:
        records.sort(key=itemgetter(2))
        if self._connection is None:
            self._connection = _taken(self._engine)
        connection = self._connection.driver_connection
        if self._engine.dialect.name == "postgresql":
            _copy(connection, self._campaign_id, records)
        else:
            _insert(connection, self._campaign_id, records)

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()


def _taken(engine: Engine) -> PoolProxiedConnection:
    """A connection for the whole file: what SQLite has read of the indexes stays with it."""
    connection = engine.raw_connection()
    if engine.dialect.name == "sqlite":
        _set(connection, wal_autocheckpoint=_CHECKPOINT_PAGES, cache_size=-_CACHE)
    return connection


def _give_back(engine: Engine, connection: PoolProxiedConnection) -> None:
    if engine.dialect.name == "sqlite":
        _set(connection, wal_autocheckpoint=_USUAL_PAGES, cache_size=-_USUAL_CACHE)
    connection.close()


def _set(connection: PoolProxiedConnection, **pragmas: int) -> None:
    for name, value in pragmas.items():
        connection.cursor().execute(f"PRAGMA {name}={value}")


def _insert(connection: Any, campaign_id: int, records: list[Record]) -> None:
    one = f"({campaign_id:d},?,?,?,?,?,?)"
    try:
        for start in range(0, len(records), CHUNK):
            chunk = records[start : start + CHUNK]
            values = list(chain.from_iterable(chunk))
            connection.execute("BEGIN IMMEDIATE")
            if len(chunk) == CHUNK:
                connection.execute(_INSERT + ",".join([one] * CHUNK), values)
            else:
                connection.executemany(_INSERT + one, chunk)
            connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _copy(connection: Any, campaign_id: int, records: list[Record]) -> None:
    beginning = f"{campaign_id:d}\t"
    with connection.transaction(), connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for start in range(0, len(records), CHUNK):
            lines = [
                f"{beginning}{row}\t{phone}\t{key}\t{values}\t{extra}\t{ending}\n"
                for row, phone, key, values, extra, ending in records[start : start + CHUNK]
            ]
            # JSON has escaped every tab and line break itself; its own escapes are all that is left.
            copy.write("".join(lines).replace("\\", "\\\\"))


def _records(rows: GoodRows) -> Iterable[Record]:
    """Column by column, and escaped only where a column has anything to escape: a third of the cost of _json."""
    values: Iterable[str] = repeat("{}")
    if rows.ids:
        columns = map(_quoted, rows.columns)
        values = map(_template(tuple(rows.ids)).__mod__, zip(*columns, strict=True))
    extras = map(_json, rows.extras) if rows.extras is not None else repeat("{}")
    endings = map(_ending, rows.phones)
    return zip(rows.numbers, rows.phones, rows.phones, values, extras, endings, strict=False)


def _quoted(cells: Sequence[str]) -> Iterable[str]:
    together = "".join(cells)
    if together.isprintable() and '"' not in together and "\\" not in together:
        return [f'"{cell}"' for cell in cells]
    return map(encode_basestring, cells)


def _json(values: Mapping[str, str]) -> str:
    """What json.dumps(values, ensure_ascii=False) writes for texts, at a fifth of its cost."""
    if not values:
        return "{}"
    return _template(tuple(values)) % tuple(map(encode_basestring, values.values()))


@lru_cache(maxsize=64)
def _template(keys: tuple[str, ...]) -> str:
    """The same headers come with every row: `{"NOMBRE": %s, "MONTO": %s}`."""
    return "{" + ", ".join(encode_basestring(key).replace("%", "%%") + ": %s" for key in keys) + "}"
