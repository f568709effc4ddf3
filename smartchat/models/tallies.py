"""Counters that triggers of the database keep, in the transaction that changes what they count.

One module for the table, its triggers, and the same count by hand: migrations, the tests' `create_all` and
`flask campaign recount` all take them from here, and so cannot come to differ (docs/decisions/0007). A migration names
what was counted in its day (0007); the newest makes what is counted now (migrations/env.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Index, MetaData, String, event, text
from sqlalchemy.orm import Mapped, mapped_column

from smartchat.db import Base

NO_CAMPAIGN = 0
"""What a message of nobody's campaign is counted under."""


class Tally(Base):
    """How many rows (`n`) of a campaign are `what`: the sum over its parts.

    SQLite has one part (0). On PostgreSQL every transaction adds a part of its own (its number), so that nobody waits
    for anybody; the sweep folds them into part 0. `what` is the word of `Counted.what`, such as `outbound/sent`.
    """

    __tablename__ = "tallies"
    __table_args__ = (
        Index("ix_tallies_fresh", "part", sqlite_where=text("part <> 0"), postgresql_where=text("part <> 0")),
        {"sqlite_with_rowid": False},
    )
    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(String(60), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    n: Mapped[int]


@dataclass(frozen=True)
class Counted:
    """A table whose rows are counted. `word` and `campaign` are SQL over the columns of `{row}`; each row has one word.

    `watched`: the columns that they are made of.
    """

    table: str
    word: str
    campaign: str
    watched: tuple[str, ...]

    def key(self, row: str) -> str:
        """The campaign and the word of a row, as two columns of SQL."""
        return f"{self.campaign.format(row=row)} AS campaign_id, {self.word.format(row=row)} AS what"

    def values(self, row: str) -> str:
        """The same without the columns' names."""
        return f"{self.campaign.format(row=row)}, {self.word.format(row=row)}"


COUNTED = (
    Counted(
        "conversations",
        # An opening that was prevented is one that was to be sent: it counts as cancelled.
        "'conversations/' || {row}.status"
        " || CASE WHEN {row}.opened_at IS NULL AND {row}.status IN ('ended', 'opted_out')"
        " THEN '/unopened' ELSE '' END"
        " || CASE WHEN {row}.end_reason IN ('left_out', 'known_wrong') THEN '/' || {row}.end_reason ELSE '' END"
        " || CASE WHEN {row}.paused_at IS NOT NULL AND {row}.status = 'open' THEN '/paused' ELSE '' END",
        "{row}.campaign_id",
        ("campaign_id", "status", "opened_at", "end_reason", "paused_at"),
    ),
    Counted(
        "outbound_messages",
        # What failed by its reason: Twilio's code, 0 without one.
        "'outbound/' || {row}.status"
        " || CASE WHEN {row}.status = 'failed' THEN '/' || coalesce({row}.error_code, 0) ELSE '' END",
        "{row}.campaign_id",
        ("campaign_id", "status", "error_code"),
    ),
    Counted(
        "inbound_messages",
        "'inbound/' || coalesce({row}.outcome, 'waiting')",
        f"coalesce({{row}}.campaign_id, {NO_CAMPAIGN})",
        ("campaign_id", "outcome"),
    ),
)


def install(connection: Connection, what: Sequence[Counted] = COUNTED) -> None:
    """Makes the triggers; those that are there already are made anew."""
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        # Parts come and go by the thousand: the space is to be used again soon, however small the table is.
        connection.exec_driver_sql(
            "ALTER TABLE tallies SET"
            " (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, fillfactor = 50)"
        )
    for counted in what:
        statements = _for_postgresql(counted) if postgresql else _for_sqlite(counted)
        for statement in statements:
            connection.exec_driver_sql(statement)


def remove(connection: Connection, what: Sequence[Counted] = COUNTED) -> None:
    """Takes the triggers away, and their functions."""
    for counted in what:
        for change in ("insert", "update", "delete"):
            name = f"tally_{counted.table}_{change}"
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {counted.table}")
                connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}()")
            else:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def fill(connection: Connection, what: Sequence[Counted] = COUNTED) -> None:
    """Counts every row anew into empty tallies."""
    for counted in what:
        connection.exec_driver_sql(f"INSERT INTO tallies (campaign_id, what, part, n) {count_all(counted)}")


def refill(connection: Connection) -> None:
    """Counts every row anew, whatever the tallies said; whoever changes a row waits until the transaction ends."""
    lock(connection)
    connection.exec_driver_sql("DELETE FROM tallies")
    fill(connection)


def lock(connection: Connection) -> None:
    """Nobody else changes what is counted until the transaction ends (SQLite has one writer anyway)."""
    if connection.dialect.name == "postgresql":
        names = ", ".join([*(counted.table for counted in COUNTED), "tallies"])
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def count_all(counted: Counted, where: str = "") -> str:
    """The SQL that counts a table by hand: campaign_id, what, part (0) and n."""
    key = counted.key("t")
    return f"SELECT {key}, 0 AS part, count(*) AS n FROM {counted.table} AS t {where} GROUP BY 1, 2"  # noqa: S608


def _for_sqlite(counted: Counted) -> Iterator[str]:
    """Row triggers: there is one writer at a time, and one row for each campaign and word."""
    old, new = counted.values("OLD"), counted.values("NEW")
    changed = f"({old}) IS NOT ({new})"
    events = {
        "insert": ("AFTER INSERT", "", _add(new, 1)),
        "delete": ("AFTER DELETE", "", _add(old, -1)),
        "update": (
            f"AFTER UPDATE OF {', '.join(counted.watched)}",
            f"WHEN {changed}",
            _add(old, -1) + _add(new, 1),
        ),
    }
    for change, (moment, condition, action) in events.items():
        name = f"tally_{counted.table}_{change}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield f"CREATE TRIGGER {name} {moment} ON {counted.table} FOR EACH ROW {condition} BEGIN {action} END"


def _add(key: str, n: int) -> str:
    return (
        f"INSERT INTO tallies (campaign_id, what, part, n) VALUES ({key}, 0, {n})"  # noqa: S608 - constants only
        " ON CONFLICT (campaign_id, what, part) DO UPDATE SET n = n + excluded.n;"
    )


def _for_postgresql(counted: Counted) -> Iterator[str]:
    """Statement triggers: one statement adds what all of its rows change, as a part of its transaction's own."""
    new = f"SELECT {counted.values('t')}, 1 FROM new_rows AS t"  # noqa: S608 - constants only
    old = f"SELECT {counted.values('t')}, -1 FROM old_rows AS t"  # noqa: S608
    events = {
        "insert": ("NEW TABLE AS new_rows", new),
        "delete": ("OLD TABLE AS old_rows", old),
        "update": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", f"{new} UNION ALL {old}"),
    }
    for change, (tables, changes) in events.items():
        name = f"tally_{counted.table}_{change}"
        yield f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO tallies AS kept (campaign_id, what, part, n)
            SELECT changes.campaign_id, changes.what, pg_current_xact_id()::text::bigint, sum(changes.d)
            FROM ({changes}) AS changes (campaign_id, what, d)
            GROUP BY 1, 2 HAVING sum(changes.d) <> 0
            ON CONFLICT (campaign_id, what, part) DO UPDATE SET n = kept.n + excluded.n;
            RETURN NULL; END $$"""  # noqa: S608
        yield f"""CREATE OR REPLACE TRIGGER {name} AFTER {change.upper()} ON {counted.table}
            REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"""


@event.listens_for(Base.metadata, "after_create")
def _after_create_all(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    """What the migration does for real databases, `create_all` does for those of the tests."""
    install(connection)
