"""Who lives: each role's last sign of life in the database, by the machine's clock, for /readyz and the pages.

One row a role, however many processes it has: of several that hang not all do.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from smartchat.db import changed_rows, db, insert_new
from smartchat.domain.operations import worker_roles
from smartchat.domain.operations.worker_roles import SILENCE, WorkerRole
from smartchat.models import Heartbeat

log = logging.getLogger(__name__)


def beat(name: str, at: datetime) -> bool:
    """The role's work went on at that moment; False, and a line in the log, where it cannot be written down."""
    try:
        write(name, at)
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("the sign of life of %s could not be stored (%s)", name, type(error).__name__)
        return False
    return True


def start(roles: Iterable[WorkerRole], at: datetime) -> None:
    """They are being started at that moment, which counts as a sign of life; not twice without one of theirs between,
    so that a role that never gets going is found out.
    """
    try:
        last = beats()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("that roles start could not be stored (%s)", type(error).__name__)
        return
    for role in roles:
        started, lived = last.get(_start_of(role)), last.get(role)
        if started is None or started > at or (lived is not None and lived > started):
            beat(_start_of(role), at)


def signs() -> Mapping[str, datetime]:
    """The last sign of life of each role: its work went on, or it was started."""
    last = beats()
    found = {role: [last[name] for name in (role, _start_of(role)) if name in last] for role in WorkerRole}
    return {role: max(times) for role, times in found.items() if times}


def _start_of(role: WorkerRole) -> str:
    return f"start of {role}"


def write(name: str, at: datetime) -> None:
    """As `beat`, in the caller's transaction. An older sign does not replace a newer one, but what a clock that was
    wrong left behind does not stand (no commit)."""
    older = or_(Heartbeat.beat_at < at, Heartbeat.beat_at > at + SILENCE)
    changed = changed_rows(update(Heartbeat).where(Heartbeat.name == name, older).values(beat_at=at))
    if changed == 0:
        db.session.execute(insert_new(Heartbeat).values(name=name, beat_at=at))


def still(machine: datetime) -> frozenset[WorkerRole]:
    """The roles that stand still at this time of the machine's clock."""
    return worker_roles.still(signs(), machine)


def beats() -> Mapping[str, datetime]:
    """The last sign of life of everything that ever gave one."""
    return {row.name: row.beat_at for row in db.session.execute(select(Heartbeat.name, Heartbeat.beat_at))}
