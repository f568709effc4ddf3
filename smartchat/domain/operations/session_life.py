"""How long an operator stays signed in."""

from datetime import datetime, timedelta

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=14)
# Use is noted no more often than this: a session may end so much before twelve hours without use have passed.
NOTED_EVERY = timedelta(minutes=5)


def is_over(begun_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """A session ends after 12 hours without use, and 14 days after it began at the latest."""
    return now - seen_at >= IDLE or now - begun_at >= LONGEST


def is_worth_noting(seen_at: datetime, now: datetime) -> bool:
    """A use is written down where the last one that was is five minutes old."""
    return now - seen_at >= NOTED_EVERY
