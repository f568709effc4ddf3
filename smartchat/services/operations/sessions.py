"""Who is signed in: a row for each browser, so that signing out ends a copied cookie too.

Sessions go by the clock of the database: it is one for all machines, and neither SMARTCHAT_NOW nor a machine whose
clock is wrong lengthens or ends one. Only the hash of what the cookie holds is stored.
"""

import hashlib
import logging
import secrets
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import OperationalError

from smartchat.db import UtcDateTime, autocommit, changed_rows, db
from smartchat.domain.operations import session_life
from smartchat.models import OperatorSession, User

log = logging.getLogger(__name__)

_NOW = func.now(type_=UtcDateTime())


def begin(user: User) -> str:
    """A new session of this operator's: gives the token for the cookie. Those that are over are taken away."""
    now: datetime = db.session.execute(select(_NOW)).scalar_one()
    over = or_(
        OperatorSession.seen_at <= now - session_life.IDLE,
        OperatorSession.begun_at <= now - session_life.LONGEST,
    )
    changed_rows(delete(OperatorSession).where(over))
    token = secrets.token_urlsafe(32)
    db.session.add(OperatorSession(user_id=user.id, token_hash=_hash(token), begun_at=now, seen_at=now))
    db.session.commit()
    return token


def user_of(token: str, used: bool) -> User | None:
    """Whose session it is; None where it ended, or its operator is deactivated or gone. `used`: it counts as use."""
    ours_to_end = not db.session().in_transaction()
    found = db.session.execute(
        select(User, OperatorSession.begun_at, OperatorSession.seen_at, _NOW)
        .join(OperatorSession, OperatorSession.user_id == User.id)
        .where(OperatorSession.token_hash == _hash(token), User.deactivated_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    user, begun_at, seen_at, now = found
    if session_life.is_over(begun_at, seen_at, now):
        return None
    if used and ours_to_end and session_life.is_worth_noting(seen_at, now):
        # Beside the request's own transaction: a page only reads, and a form may be refused. On SQLite that one has
        # to let go of the write lock first.
        db.session.rollback()
        _note(token, now)
    return user


def end(token: str) -> None:
    """The session is over, wherever copies of its cookie are."""
    changed_rows(delete(OperatorSession).where(OperatorSession.token_hash == _hash(token)))
    db.session.commit()


def _note(token: str, now: datetime) -> None:
    seen = update(OperatorSession).where(OperatorSession.token_hash == _hash(token)).values(seen_at=now)
    try:
        with autocommit() as connection:
            connection.execute(seen)
    except OperationalError as error:  # the next request notes it
        log.warning("the use of a session could not be noted (%s)", type(error.orig).__name__)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
