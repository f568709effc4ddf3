"""Troubles are counted: one row each, however often they come up."""

from datetime import datetime

from sqlalchemy import select, update

from smartchat.db import changed_rows, db, insert_new
from smartchat.domain.operations.troubles import Trouble, TroubleTally, is_fresh
from smartchat.models import TroubleCount

LONGEST_DETAIL = 200


def note(trouble: Trouble, machine: datetime, detail: str = "", times: int = 1) -> None:
    """It came up, `times` times since it was last noted (no commit)."""
    last = {"last_at": machine, "detail": detail[:LONGEST_DETAIL]}
    counted = update(TroubleCount).where(TroubleCount.name == trouble)
    if changed_rows(counted.values(count=TroubleCount.count + times, **last)) == 0:
        db.session.execute(insert_new(TroubleCount).values(name=trouble, count=times, **last))


def all_of_them() -> dict[Trouble, TroubleTally]:
    """Every trouble that ever came up."""
    rows = db.session.scalars(select(TroubleCount), execution_options={"populate_existing": True})
    names = set(Trouble)
    return {
        Trouble(row.name): TroubleTally(row.count, row.last_at, row.detail)
        for row in rows
        if row.name in names
    }


def fresh(machine: datetime) -> dict[Trouble, TroubleTally]:
    """Those that the pages tell at this time of the machine's clock."""
    found = all_of_them()
    return {name: happened for name, happened in found.items() if is_fresh(name, happened.last_at, machine)}
