"""Why nothing is being sent now, and when that changes: one true answer for a launched campaign at a moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from smartchat.domain.hours import ActiveHours, is_open, next_open_time
from smartchat.domain.operations.worker_roles import WorkerRole

NEEDED = frozenset({WorkerRole.WORK, WorkerRole.SWEEP})
"""Without these nothing moves: the sweep wakes the workers, whatever a lost bell left."""
REPORTS_COME_WITHIN = timedelta(minutes=1)


class SendingState(StrEnum):
    """What a campaign is doing.

    finished: for good. full: the database takes no writes, so nothing moves. over: nothing is left to send, nobody is
    left to answer. answers: all is sent, the contacts have the word. closed: outside active hours, until `until`.
    stopped: a role that it needs stands still, somebody has to start it. refused: Twilio does not take the messages,
    the next try is at `until`. later: the next message is due at `until`. blocked: Twilio refuses the sender as a
    whole, the next try is at `until`. comparing: only messages of unknown outcome are left, which are compared with
    Twilio's list.
    """

    FINISHED = "finished"
    FULL = "full"
    OVER = "over"
    ANSWERS = "answers"
    CLOSED = "closed"
    STOPPED = "stopped"
    REFUSED = "refused"
    BLOCKED = "blocked"
    LATER = "later"
    COMPARING = "comparing"
    SENDING = "sending"


@dataclass(frozen=True, slots=True)
class CampaignProgress:
    """The pace, for some of them until when, and the roles that stand still where that is why."""

    pace: SendingState
    until: datetime | None = None
    roles: tuple[WorkerRole, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """What is left of a campaign, in counts."""

    to_send: int
    """Openings and messages that wait, and inbound messages that wait for their answer."""
    doubtful: int
    """Messages of unknown outcome."""
    talking: int
    """Conversations in which the contact has the word."""
    next_due: datetime | None = None
    """When the first of what waits may go on; None where it is on its way already."""
    refused: bool = False
    """Whether Twilio refused one of the messages that wait."""
    blocked_until: datetime | None = None
    """When the sender is tried again that Twilio refuses; None where it goes through."""
    calling: bool = False
    """Whether a conversation waits until another system is asked."""


def progress_of(
    finished: bool,
    load: Load,
    hours: ActiveHours,
    now: datetime,
    still: Collection[WorkerRole],
    takes_writes: bool = True,
) -> CampaignProgress:
    """The pace at `now`. `still`: the roles that stand still; `takes_writes`: whether anything can be stored."""
    if finished:
        return CampaignProgress(SendingState.FINISHED)
    if not takes_writes:
        return CampaignProgress(SendingState.FULL)
    if load.calling and WorkerRole.CALL in still:
        return CampaignProgress(SendingState.STOPPED, roles=(WorkerRole.CALL,))
    if not load.to_send and not load.doubtful:
        return CampaignProgress(SendingState.ANSWERS if load.talking else SendingState.OVER)
    if load.to_send and not is_open(hours, now):
        return CampaignProgress(SendingState.CLOSED, next_open_time(hours, now))
    if stopped := tuple(sorted(NEEDED & set(still))):
        return CampaignProgress(SendingState.STOPPED, roles=stopped)
    return _moving(load, now)


def _moving(load: Load, now: datetime) -> CampaignProgress:
    """The pace of what nothing keeps from being worked on."""
    if not load.to_send:
        return CampaignProgress(SendingState.COMPARING)
    if load.blocked_until is not None:
        return CampaignProgress(SendingState.BLOCKED, load.blocked_until)
    if load.next_due is None or load.next_due <= now:
        return CampaignProgress(SendingState.SENDING)
    return CampaignProgress(SendingState.REFUSED if load.refused else SendingState.LATER, load.next_due)


def look_again(pace: SendingState, in_flight: int, sent_ago: timedelta | None) -> int | None:
    """After how many seconds a page that shows the campaign should ask again; None: nothing will change by itself.

    `in_flight`: messages of which it is not settled whether they leave. `sent_ago`: how long ago the last one left,
    as long as any has no delivery report yet (None otherwise): reports come within seconds, or not at all.
    """
    match pace:
        case (
            SendingState.SENDING
            | SendingState.COMPARING
            | SendingState.REFUSED
            | SendingState.BLOCKED
            | SendingState.LATER
            | SendingState.STOPPED
        ):
            return 2
        case SendingState.FULL:
            return 10
        case SendingState.ANSWERS:
            return 4
        case SendingState.CLOSED:
            return 30
        case SendingState.OVER | SendingState.FINISHED:
            reports_may_come = sent_ago is not None and sent_ago < REPORTS_COME_WITHIN
            return 4 if in_flight or reports_may_come else None
