"""The one place that reads the time.

`SMARTCHAT_NOW` (development and tests only) makes the process's clock start at that instant and run on from there;
with `SMARTCHAT_NOW_SINCE` (set by those who start several programs) it was that time at this instant of the machine.
Rules get `now()` as an argument. Leases of work in progress go by the machine's own clock, `machine_now()`.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta


class BadClock(ValueError):
    """SMARTCHAT_NOW is set and cannot be used; the message says what to write."""


def parse_instant(text: str) -> datetime:
    """An aware datetime from ISO 8601 with an offset, like 2026-11-23T22:00:00-05:00; raises BadClock."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise BadClock(f"{text!r} is no instant: write it like 2026-11-23T22:00:00-05:00, with its offset.")
    return instant.astimezone(UTC)


def machine_now() -> datetime:
    """The machine's time, aware, UTC: for leases and deadlines of processes, never for rules."""
    return datetime.now(UTC)


_read = ""
_shift = timedelta(0)


def read_setting() -> None:
    """Takes SMARTCHAT_NOW from the environment, once for each value of it; raises BadClock where it is no instant."""
    global _read, _shift
    text = os.environ.get("SMARTCHAT_NOW", "")
    if os.environ.get("SMARTCHAT_ENV") == "production":
        text = ""
    if text != _read:
        since = os.environ.get("SMARTCHAT_NOW_SINCE")
        began = parse_instant(since) if since else machine_now()
        _shift = parse_instant(text) - began if text else timedelta(0)
        _read = text


def now() -> datetime:
    """The time that the product goes by, aware, UTC."""
    return machine_now() + _shift


def on_machine(instant: datetime) -> datetime:
    """The machine's time at which `now()` will be `instant`: for timers that others keep, such as RQ's."""
    return instant - _shift


# From the first moment of the process on; what cannot be read is reported by config.load().
with suppress(BadClock):
    read_setting()
