"""Why nothing is being sent now, and when that changes: one true sentence, as a value for the pages to word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .campaign import CampaignStatus
from .hours import ActiveHours, is_open, next_opening

Reason = Literal[
    "draft", "finished", "closed", "refused", "sending", "verifying", "answering", "quiet", "done"
]


@dataclass(frozen=True, slots=True)
class Now:
    """`until`: when the chatbot opens (closed); `said`: Twilio's sentence (refused)."""

    reason: Reason
    until: datetime | None = None
    said: str | None = None


def what_happens(
    status: str,
    hours: ActiveHours,
    now: datetime,
    *,
    waiting: int,
    doubtful: int,
    unanswered: int,
    open_conversations: int,
    refused: str | None,
) -> Now:
    """`waiting` and `doubtful` count messages to send, `unanswered` messages that came in."""
    if status == CampaignStatus.DRAFT:
        return Now("draft")
    if status == CampaignStatus.FINISHED:
        return Now("finished")
    if not is_open(hours, now):
        return Now("closed", until=next_opening(hours, now))
    if waiting and refused:
        return Now("refused", said=refused)
    if waiting:
        return Now("sending")
    if doubtful:
        return Now("verifying")
    if unanswered:
        return Now("answering")
    return Now("quiet" if open_conversations else "done")
