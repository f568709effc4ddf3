"""What no clock in order can have written: times that lie further ahead than anything is ever put off.

A clock that jumps ahead and comes back leaves them behind, and what they belong to would wait until then.
"""

from datetime import datetime, timedelta

from smartchat.domain.hours import ActiveHours, next_open_time, seconds_left

from .pacing import OPENINGS_SHARE, Pace

CLOCKS_DIFFER = timedelta(seconds=60)
"""What the clocks of several machines may be apart, and a transaction may take."""
LONGEST_RETRY = timedelta(minutes=16)
"""No message that was refused or not reached is tried again later than that, but for those that wait for an opening."""
LONGEST_TURN = timedelta(minutes=3)
"""No message that came in waits longer for others, while the hours are open."""
LARGEST_MESSAGE = 50
"""Units of a sender's rate: Twilio takes 1,600 characters, which are 24 segments at most."""


def latest_turn(hours: ActiveHours, now: datetime) -> datetime:
    """The latest moment for which an answer or an opening may wait: a turn's while, or the next opening."""
    open_long_enough = seconds_left(hours, now) > LONGEST_TURN.total_seconds()
    return now + LONGEST_TURN if open_long_enough else next_open_time(hours, now) + CLOCKS_DIFFER


def retry_gap(hours: ActiveHours, now: datetime) -> tuple[datetime, datetime]:
    """Between these moments no message can wait, nor after the second one: a retry comes before, the opening is it."""
    return now + LONGEST_RETRY, next_open_time(hours, now)


def latest_free(pace: Pace, machine: datetime) -> datetime:
    """The latest moment until which a sender's rate may be used up."""
    used = timedelta(seconds=LARGEST_MESSAGE / (pace.per_second * OPENINGS_SHARE))
    return machine + pace.burst + used + CLOCKS_DIFFER
