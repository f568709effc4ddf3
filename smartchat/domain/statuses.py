"""A campaign's life: draft → active → finished, and the words for what is in it."""

from enum import StrEnum


class CampaignStatus(StrEnum):
    """importing: the contact file is still being read; such a campaign is shown nowhere."""

    IMPORTING = "importing"
    DRAFT = "draft"
    ACTIVE = "active"
    FINISHED = "finished"


class ConversationStatus(StrEnum):
    """waiting: the opening has not been made; open: talking; the rest: over, and why.

    wrong_number: who answered said that the messages reach another person.
    """

    WAITING = "waiting"
    OPEN = "open"
    COMPLETED = "completed"
    ENDED = "ended"
    OPTED_OUT = "opted_out"
    WRONG_NUMBER = "wrong_number"
    FAILED = "failed"


class EndReason(StrEnum):
    """Why a conversation is over, where its status does not say it; both were never opened, as the launch wanted.

    left_out: the contact was in another conversation; known_wrong: its number had been marked as a wrong one.
    """

    LEFT_OUT = "left_out"
    KNOWN_WRONG = "known_wrong"


class PauseReason(StrEnum):
    """Why the chatbot fell silent in a conversation by itself.

    The other side seems to be a machine; or (unread) it took too long to read a message, so that a person has to.
    """

    EQUAL_REPLIES = "equal_replies"
    TOO_FAST = "too_fast"
    UNREAD = "unread"


class Happened(StrEnum):
    """What was done to a conversation from outside of it, by an operator or by a guard."""

    PAUSED = "paused"
    RESUMED = "resumed"
    TAKEN_OVER = "taken_over"
    ENDED = "ended"
    REOPENED = "reopened"
    RIGHT_NUMBER = "right_number"


LIVE = (ConversationStatus.WAITING, ConversationStatus.OPEN)


class OutboundKind(StrEnum):
    OPENING = "opening"
    REPLY = "reply"


class OutboundStatus(StrEnum):
    """waiting → sending (claimed, being handed to Twilio) → sent → delivered | failed; doubtful: outcome unknown."""

    WAITING = "waiting"
    SENDING = "sending"
    DOUBTFUL = "doubtful"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNSETTLED = (OutboundStatus.WAITING, OutboundStatus.SENDING, OutboundStatus.DOUBTFUL)


class InboundOutcome(StrEnum):
    """What became of an inbound message; a message without an outcome is waiting for its answer.

    late: it was found at Twilio after a later one had been answered (or had said stop or start): shown only.
    help: HELP or INFO, which Twilio answers itself.
    early: it came before the question that it would have to answer.
    reaction, automatic: nobody wrote it (domain.unwritten).
    set_aside: it took too long to read, so it is left to a person, and not tried again.
    passed: it quotes a question (or taps on the button of one) that the conversation has passed: for a person.
    """

    ANSWERED = "answered"
    UNMATCHED = "unmatched"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    ENDED = "ended"
    HANDED_OVER = "handed_over"
    LATE = "late"
    EARLY = "early"
    REACTION = "reaction"
    AUTOMATIC = "automatic"
    SET_ASIDE = "set_aside"
    PASSED = "passed"


class Route(StrEnum):
    """Why an inbound message went where it went.

    latest: the live conversation that sent something last; only: the one that is live; fallback: the one that sent
    something last is over, and this is the next that is live; over: none is live, shown with the last one; unknown:
    nobody ever wrote to this number; courtesy: bare politeness, shown with the one that sent something last, which is
    over; quoted: it quotes, or taps on, a message of this one, which wrote not last.
    """

    LATEST = "latest"
    ONLY = "only"
    FALLBACK = "fallback"
    OVER = "over"
    UNKNOWN = "unknown"
    COURTESY = "courtesy"
    QUOTED = "quoted"


class Role(StrEnum):
    ADMIN = "admin"
    OPERATOR = "operator"
    VIEWER = "viewer"


# Replies go before openings.
PRIORITY = {OutboundKind.REPLY: 0, OutboundKind.OPENING: 1}
