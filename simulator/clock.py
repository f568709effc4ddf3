"""The one place of the simulator that reads the time of day."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The process's clock: real, or started at a given instant and running on from there."""

    def __init__(self, start: datetime | None = None, since: datetime | None = None) -> None:
        """``start`` was the time at the machine's instant ``since`` (now, where that is not told)."""
        now = datetime.now(UTC)
        self._start = (start if start is not None else now) + (
            now - since if start and since else timedelta()
        )
        self._origin = time.monotonic()

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return (self._start + timedelta(seconds=time.monotonic() - self._origin)).astimezone(UTC)


def parse_start(text: str) -> datetime:
    """The instant in ``text`` (ISO 8601 with offset, as in SMARTCHAT_NOW).

    Raises ValueError with a sentence for the person who set it.
    """
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"SMARTCHAT_NOW is not a time in ISO 8601: {text!r}.") from None
    if start.utcoffset() is None:
        raise ValueError(f"SMARTCHAT_NOW needs an offset, as in 2026-11-23T22:00:00-05:00; got {text!r}.")
    return start
