"""Operators: passwords, one-time sign-in links, language."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from werkzeug.security import check_password_hash, generate_password_hash

from smartchat import clock
from smartchat.db import changed_rows, db
from smartchat.models import SignInLink, User

LINK_LIFE = timedelta(hours=24)
# Checked for an unknown e-mail, so that an answer takes as long as for a known one.
_NOBODY = generate_password_hash("nobody has this password")


class UserExists(ValueError):
    """There is an operator with this e-mail already."""


def add(email: str, role: str, password: str | None) -> User:
    """Adds an operator; without a password one who signs in by one-time links only. Raises UserExists."""
    email = email.strip().lower()
    if db.session.scalar(select(User.id).where(User.email == email)) is not None:
        raise UserExists(email)
    hashed = generate_password_hash(password) if password else None
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
    hashed = user.password_hash if user is not None else None
    right = check_password_hash(hashed or _NOBODY, password)
    return user if right and hashed else None


def make_link(user: User, now: datetime) -> str:
    """The token of a sign-in link that works once, within a day; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    link = SignInLink(user_id=user.id, token_hash=_hash(token), expires_at=now + LINK_LIFE)
    db.session.add(link)
    db.session.commit()
    return token


def use_link(token: str, now: datetime) -> User | None:
    """Whose link it is, the first time; None for one that is used, expired or unknown."""
    unused = SignInLink.token_hash == _hash(token)
    used = changed_rows(
        update(SignInLink)
        .where(unused, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
    )
    if used != 1:
        db.session.rollback()
        return None
    user = db.session.scalar(select(User).join(SignInLink, SignInLink.user_id == User.id).where(unused))
    db.session.commit()
    return user


def set_language(user: User, language: str) -> None:
    """The operator's own choice, over the browser's."""
    user.language = language
    db.session.commit()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
