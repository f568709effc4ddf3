"""The tables. Datetimes are UTC, phones E.164, senders as Twilio writes them; the rules live in smartchat/domain."""

from .addresses import KnownUser, PoolNumber
from .campaigns import Campaign, Contact, Conversation, Launch
from .chatbots import Chatbot, ChatbotDraft, ChatbotVersion
from .files import FilePart, LeftOutRow, Preparation, Rehearsal
from .health import Heartbeat, TroubleCount
from .messages import EarlierSend, InboundMessage, OptOut, OptOutEvent, OutboundMessage
from .people import OperatorSession, SignInLink, User
from .secrets import Secret
from .senders import Sender
from .tallies import Tally
from .traces import ConversationEvent, DoubtfulWish

__all__ = [
    "Campaign",
    "Chatbot",
    "ChatbotDraft",
    "ChatbotVersion",
    "Contact",
    "Conversation",
    "ConversationEvent",
    "DoubtfulWish",
    "EarlierSend",
    "FilePart",
    "Heartbeat",
    "InboundMessage",
    "KnownUser",
    "Launch",
    "LeftOutRow",
    "OperatorSession",
    "OptOut",
    "OptOutEvent",
    "OutboundMessage",
    "PoolNumber",
    "Preparation",
    "Rehearsal",
    "Secret",
    "Sender",
    "SignInLink",
    "Tally",
    "TroubleCount",
    "User",
]
