"""Secrets of external systems: kept apart from scripts, encrypted, and put in only where a call is made."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import delete, select

from smartchat.db import changed_rows, db
from smartchat.domain.script.secret_names import read_hosts
from smartchat.domain.script.texts import is_id
from smartchat.models import Secret

LONGEST = 4_000


def keep(name: str, value: str, hosts: str, user_id: int | None, now: datetime) -> bool:
    """Keeps a secret, in the place of an older one of the same name; False where one of the three will not do.

    A name is like a Unique ID: letters, digits and _, beginning with a letter. `hosts`: the only ones that the secret
    is ever given to, with blanks or commas between; whoever writes a chatbot cannot send it anywhere else.
    """
    known = read_hosts(hosts)
    if not is_id(name) or len(name) > 100 or not value or len(value) > LONGEST or known is None:
        return False
    token = _fernet().encrypt(value.encode())
    secret = db.session.scalars(select(Secret).where(Secret.name == name)).one_or_none()
    if secret is None:
        secret = Secret(name=name)
        db.session.add(secret)
    secret.value, secret.hosts, secret.created_at, secret.created_by = token, " ".join(known), now, user_id
    db.session.commit()
    return True


def forget(name: str) -> bool:
    """Takes a secret away; False where there is none of that name."""
    gone = changed_rows(delete(Secret).where(Secret.name == name))
    db.session.commit()
    return gone == 1


def kept() -> Sequence[Secret]:
    """All of them, by name."""
    return db.session.scalars(select(Secret).order_by(Secret.name)).all()


def value_of(name: str) -> str | None:
    """The value, for a call that is about to be made; None where there is none that can be read."""
    token = db.session.scalar(select(Secret.value).where(Secret.name == name))
    if token is None:
        return None
    try:
        return _fernet().decrypt(token).decode()
    except InvalidToken:  # SECRET_KEY is another one now
        return None


def not_for(host: str, names: Iterable[str]) -> list[str]:
    """Which of these secrets may not be given to this host."""
    kept_for = {row.name: row.hosts for row in db.session.execute(select(Secret.name, Secret.hosts))}
    return [name for name in names if name in kept_for and host not in kept_for[name].split()]


def _fernet() -> Fernet:
    key = hashlib.sha256(b"smartchat secrets " + current_app.config["SECRET_KEY"].encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
