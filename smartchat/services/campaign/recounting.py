"""The tallies: folding their parts together, and comparing them with the rows that they count."""

from dataclasses import dataclass

from sqlalchemy import text

from smartchat.db import db, read_only
from smartchat.models.tallies import COUNTED, count_all, lock

_FOLDED_AT_ONCE = 50_000
# Parts that another process is folding are left to it; what is added meanwhile is not seen, and comes next.
_FOLD = text(
    """
    WITH fresh AS (
        DELETE FROM tallies WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM tallies WHERE part <> 0 FOR UPDATE SKIP LOCKED LIMIT :limit
        )) RETURNING campaign_id, what, n
    ), summed AS (
        SELECT campaign_id, what, sum(n) AS n FROM fresh GROUP BY campaign_id, what
    ), folded AS (
        INSERT INTO tallies AS kept (campaign_id, what, part, n)
        SELECT campaign_id, what, 0, n FROM summed ORDER BY campaign_id, what
        ON CONFLICT (campaign_id, what, part) DO UPDATE SET n = kept.n + excluded.n
    )
    SELECT count(*) FROM fresh
    """
)


@dataclass(frozen=True)
class Difference:
    """A tally that is not what its rows are. `campaign_id` 0: of messages that belong to no campaign."""

    campaign_id: int
    what: str
    tally: int
    rows: int


def fold() -> int:
    """Adds up the parts that PostgreSQL's transactions left (SQLite has none); how many they were. Commits."""
    if db.engine.dialect.name != "postgresql":
        return 0
    folded = 0
    while True:
        parts = db.session.scalar(_FOLD, {"limit": _FOLDED_AT_ONCE}) or 0
        db.session.commit()
        folded += parts
        if parts < _FOLDED_AT_ONCE:
            return folded


def differences(campaign_id: int | None = None) -> list[Difference]:
    """Counts every row of a campaign, or of all, and names the tallies that say something else."""
    db.session.rollback()
    with read_only():
        if db.engine.dialect.name == "postgresql":
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        found = _differences(campaign_id)
        db.session.rollback()
    return found


def repair(campaign_id: int | None = None) -> list[Difference]:
    """Sets right what differs, while nobody else writes; what it was. Commits."""
    db.session.rollback()
    lock(db.session.connection())  # a count must not move while it is compared
    found = _differences(campaign_id)
    for one in found:
        key = {"campaign_id": one.campaign_id, "what": one.what}
        where = "campaign_id = :campaign_id AND what = :what"
        db.session.execute(text(f"DELETE FROM tallies WHERE {where}"), key)  # noqa: S608 - constants only
        db.session.execute(
            text("INSERT INTO tallies (campaign_id, what, part, n) VALUES (:campaign_id, :what, 0, :n)"),
            key | {"n": one.rows},
        )
    db.session.commit()
    return found


def _differences(campaign_id: int | None) -> list[Difference]:
    of_one = "" if campaign_id is None else "WHERE campaign_id = :campaign_id"
    tallied = _by_key(f"SELECT campaign_id, what, sum(n) FROM tallies {of_one} GROUP BY 1, 2", campaign_id)  # noqa: S608
    counted: dict[tuple[int, str], int] = {}
    for table in COUNTED:
        query = f"SELECT campaign_id, what, n FROM ({count_all(table, of_one)}) AS counted"  # noqa: S608
        counted |= _by_key(query, campaign_id)
    keys = sorted(tallied.keys() | counted.keys())
    pairs = [(key, tallied.get(key, 0), counted.get(key, 0)) for key in keys]
    return [Difference(*key, tally, rows) for key, tally, rows in pairs if tally != rows]


def _by_key(query: str, campaign_id: int | None) -> dict[tuple[int, str], int]:
    found = db.session.execute(text(query), {} if campaign_id is None else {"campaign_id": campaign_id})
    return {(row[0], row[1]): int(row[2]) for row in found}
