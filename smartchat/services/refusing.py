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

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from smartchat.db import db
from smartchat.domain.troubles import Trouble

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
    lock: threading.Lock = field(default_factory=threading.Lock)


def refused(why: Trouble, machine: datetime) -> None:
    """Counts one refused webhook. What came within the last second is counted with the next one."""
    pending: _Pending = current_app.extensions.setdefault("smartchat_refused", _Pending())
    with pending.lock:
        pending.counts[why] += 1
        pending.unsaid[why] += 1
        _say(pending)
        if time.monotonic() - pending.written < WRITE_SECONDS:
            return
        pending.written = time.monotonic()
        counts, pending.counts = pending.counts, Counter()
    try:
        db.session.rollback()
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
