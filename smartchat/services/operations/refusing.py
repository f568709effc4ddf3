"""Webhooks that were refused: counted, and now and then a line in the log.

Anybody can send them by the thousand: each process writes once a second at most, and one line a minute.
"""

import logging
import math
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from smartchat.db import db
from smartchat.domain.operations.troubles import Trouble

from . import troubles

log = logging.getLogger(__name__)

WRITE_SECONDS = 1.0
LOG_SECONDS = 60.0


@dataclass
class _Pending:
    """What a process has not written down yet."""

    counts: Counter[Trouble] = field(default_factory=Counter)
    unsaid: Counter[Trouble] = field(default_factory=Counter)
    written: float = -math.inf
    said: float = -math.inf
    last_at: datetime | None = None
    later: threading.Timer | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def refused(why: Trouble, machine: datetime) -> None:
    """Counts one refused webhook. What comes within a second of the last writing is written together, soon after."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    pending: _Pending = app.extensions.setdefault("smartchat_refused", _Pending())
    with pending.lock:
        pending.counts[why] += 1
        pending.unsaid[why] += 1
        pending.last_at = machine
        _say(pending)
        left = pending.written + WRITE_SECONDS - time.monotonic()
        if left > 0:
            if pending.later is None:
                pending.later = threading.Timer(left, _write_later, (app, pending))
                pending.later.daemon = True
                pending.later.start()
            return
    db.session.rollback()
    _write(pending)


def _write_later(app: Flask, pending: _Pending) -> None:
    pending.later = None
    with app.app_context():
        _write(pending)


def _write(pending: _Pending) -> None:
    """In a transaction of its own; what cannot be written is written with the next one."""
    with pending.lock:
        pending.written = time.monotonic()
        counts, pending.counts, machine = pending.counts, Counter(), pending.last_at
    if not counts or machine is None:
        return
    try:
        for trouble, times in sorted(counts.items()):
            troubles.note(trouble, machine, times=times)
        db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()
        with pending.lock:
            pending.counts += counts


def _say(pending: _Pending) -> None:
    if time.monotonic() - pending.said >= LOG_SECONDS:
        pending.said = time.monotonic()
        words = ", ".join(f"{times} {why.removeprefix('webhook-')}" for why, times in pending.unsaid.items())
        pending.unsaid.clear()
        log.warning("webhooks are being refused: %s since the last such line; more are only counted", words)
