"""How fast a sender goes on: never beyond its rate for longer than a moment, and a fifth of it is kept for replies.

The rule is the generic cell rate algorithm: `free_at` is the moment at which all that was handed over will have left
at the sender's rate; the next message may be handed over as soon as that lies no more than a burst ahead.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

OPENINGS_SHARE = 0.8  # openings get no more of the rate: the rest is kept for replies
LEAST_BURST = 5  # units that may go at once, however slow the sender
LEAST_SHARE = 1 / 64
SLOW_FOR = timedelta(seconds=60)
FASTEST = 10_000.0
SLOWEST = 0.01


@dataclass(frozen=True, slots=True)
class Pace:
    """A sender at one moment: `per_second` units (SMS segments; for WhatsApp messages), and what is used up of it."""

    per_second: float
    free_at: datetime
    openings_free_at: datetime

    @property
    def burst(self) -> timedelta:
        """How far ahead of its rate the sender may be: one second, or the time of five units."""
        return timedelta(seconds=max(1.0, LEAST_BURST / self.per_second))

    def ready_at(self, opening: bool) -> datetime:
        """When the next message may be handed over."""
        # The last unit of a burst still finds room: so a burst is that many units, and not one more.
        ready = self.free_at - self.burst + timedelta(seconds=1 / self.per_second)
        if not opening:
            return ready
        one = timedelta(seconds=1 / (self.per_second * OPENINGS_SHARE))
        return max(ready, self.openings_free_at - self.burst + one)

    def gone_at(self, units: int, now: datetime) -> datetime:
        """When a message handed over now has left, with all that was handed over before it."""
        return max(self.free_at, now) + timedelta(seconds=units / self.per_second)

    def take(self, units: int, opening: bool, now: datetime) -> "Pace":
        """The pace after a message of so many units was handed over."""
        openings = self.openings_free_at
        if opening:
            openings = max(openings, now) + timedelta(seconds=units / (self.per_second * OPENINGS_SHARE))
        return replace(self, free_at=self.gone_at(units, now), openings_free_at=openings)

    def room(self, now: datetime) -> int:
        """How many messages of one unit may be handed over at this moment."""
        ahead = max(self.free_at - now, timedelta(0))
        return max(0, int((self.burst - ahead).total_seconds() * self.per_second + 1e-6))


def slower(share: float) -> float:
    """What is left of the full rate after Twilio said that it was too fast: half, down to a 64th."""
    return max(share / 2, LEAST_SHARE)


def faster(share: float) -> float:
    """After a while without complaint: twice as fast again, up to the full rate."""
    return min(share * 2, 1.0)
