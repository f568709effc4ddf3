"""Two machines that talk to each other are stopped: each answers the other at once, and neither gets tired."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from smartchat.domain.statuses import PauseReason

MOST_EQUAL, EQUAL_WITHIN = 20, timedelta(minutes=5)
# As many as Twilio itself takes between two numbers (its error 14107).
MOST_FAST, FAST_WITHIN = 15, timedelta(seconds=30)
LOOK_BACK = EQUAL_WITHIN + FAST_WITHIN
"""Replies that are older say nothing."""


def looped(said: Iterable[tuple[datetime, str]], new: Sequence[str], now: datetime) -> PauseReason | None:
    """Why these replies should not be written to a contact any more; None where they may.

    `said`: when and what was written to this contact lately, in any order; `new`: the replies of this turn. One turn
    alone is never a loop, however much it says; and a person may be quick: different replies are only slowed.
    """
    lately = [(now - at, plain(text)) for at, text in said]
    equal = Counter(text for ago, text in lately if ago < EQUAL_WITHIN)
    fresh = Counter(map(plain, new))
    if any(equal[text] and equal[text] + count > MOST_EQUAL for text, count in fresh.items()):
        return PauseReason.EQUAL_REPLIES
    return None


def slowed(said: Iterable[tuple[datetime, str]], new: Sequence[str], now: datetime) -> datetime | None:
    """From when on these replies may leave, so that no more than fifteen do within half a minute; None: at once.

    At most half a minute later, however much there is; one turn alone is never slowed.
    """
    lately = sorted(at for at, _ in said if now - at < FAST_WITHIN)
    too_many = len(lately) + len(new) - MOST_FAST
    if not lately or not new or too_many <= 0:
        return None
    gone = lately[min(too_many, len(lately)) - 1]
    # What is said to leave in the time to come was so by a clock that had jumped, or waits itself.
    return min(gone + FAST_WITHIN, now + FAST_WITHIN)


def plain(text: str) -> str:
    """What two replies are compared in: white space, case and the way that letters are coded do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
