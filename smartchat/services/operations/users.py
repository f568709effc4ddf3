"""Operators: passwords, one-time sign-in links, language."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import delete, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from smartchat import clock
from smartchat.db import changed_rows, db
from smartchat.domain.operations import passwords
from smartchat.models import OperatorSession, SignInLink, User

COMMON = 10_000
LINK_LIFE = timedelta(hours=24)
# Checked for an unknown e-mail, so that an answer takes as long as for a known one.


class UserExists(ValueError):
    """There is an operator with this e-mail already."""


class WeakPassword(ValueError):
    """The password would be guessed; the message says why, and what to take instead."""


def add(email: str, role: str, password: str | None) -> User:
    """Adds an operator; without a password one who signs in by one-time links only.

    Raises UserExists, WeakPassword.
    """
    email = email.strip().lower()
    if db.session.scalar(select(User.id).where(User.email == email)) is not None:
        raise UserExists(email)
    hashed = _hashed(password, email) if password else None
    user = User(email=email, role=role, password_hash=hashed, created_at=clock.now())
    db.session.add(user)
    db.session.commit()
    return user


def by_email(email: str) -> User | None:
    """The operator with this e-mail, whatever its case."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def every() -> list[User]:
    """All operators by e-mail."""
    return list(db.session.scalars(select(User).order_by(User.email)))


def sign_in(email: str, password: str) -> User | None:
    """The operator with this e-mail and password, or None; takes as long for an unknown e-mail."""
    user = by_email(email)
    hashed = user.password_hash if user is not None and user.deactivated_at is None else None
    right = check_password_hash(hashed or _of_nobody(), password)
    return user if right and hashed else None


@cache
def _of_nobody() -> str:
    return generate_password_hash("nobody has this password")


def make_link(user: User, now: datetime) -> str:
    """The token of a sign-in link that works once, within a day; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    link = SignInLink(user_id=user.id, token_hash=_hash(token), expires_at=now + LINK_LIFE)
    db.session.add(link)
    db.session.commit()
    return token


def look_at_link(token: str, now: datetime) -> User | None:
    """Whom the link would sign in, as often as it is asked; None for one that is used, expired or unknown."""
    return db.session.scalar(
        select(User)
        .join(SignInLink, SignInLink.user_id == User.id)
        .where(
            SignInLink.token_hash == _hash(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            User.deactivated_at.is_(None),
        )
    )


def use_link(token: str, now: datetime) -> User | None:
    """Whose link it is, the first time; None for one that is used, expired or unknown."""
    user = look_at_link(token, now)
    unused = SignInLink.token_hash == _hash(token), SignInLink.used_at.is_(None)
    if user is None or changed_rows(update(SignInLink).where(*unused).values(used_at=now)) != 1:
        db.session.rollback()
        return None
    db.session.commit()
    return user


def deactivate(user: User, now: datetime) -> None:
    """The operator is out at once, everywhere, and no link that was handed out lets anybody in again."""
    user.deactivated_at = now
    _close_doors(user)
    db.session.execute(delete(SignInLink).where(SignInLink.user_id == user.id))
    db.session.commit()


def activate(user: User) -> None:
    """The operator may sign in again, by password or by a new link."""
    user.deactivated_at = None
    db.session.commit()


def set_password(user: User, password: str | None) -> None:
    """A new password, or none: links only. Whoever is signed in with the old one is out. Raises WeakPassword."""
    user.password_hash = _hashed(password, user.email) if password else None
    _close_doors(user)
    db.session.commit()


def set_language(user: User, language: str) -> None:
    """The operator's own choice, over the browser's."""
    user.language = language
    db.session.commit()


def _hashed(password: str, email: str) -> str:
    wrong = passwords.problem(password, email, _is_common)
    if wrong:
        raise WeakPassword(wrong)
    return generate_password_hash(password)


def _is_common(word: str) -> bool:
    # Here and not above: the lists cost 12 MB, which no process needs that sets no password.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return word in FREQUENCY_LISTS["passwords"][:COMMON]


def _close_doors(user: User) -> None:
    db.session.execute(delete(OperatorSession).where(OperatorSession.user_id == user.id))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
