"""The tables. Datetimes are UTC, phones E.164, senders as Twilio writes them; the rules live in smartchat/domain."""

from .campaigns import Campaign, Contact, Conversation
from .chatbots import Chatbot, ChatbotDraft, ChatbotVersion
from .files import FilePart, LeftOutRow, Preparation, Rehearsal
from .messages import Heartbeat, InboundMessage, OptOut, OutboundMessage
from .people import SignInLink, User
from .secrets import Secret

__all__ = [
    "Campaign",
    "Chatbot",
    "ChatbotDraft",
    "ChatbotVersion",
    "Contact",
    "Conversation",
    "FilePart",
    "Heartbeat",
    "InboundMessage",
    "LeftOutRow",
    "OptOut",
    "OutboundMessage",
    "Preparation",
    "Rehearsal",
    "Secret",
    "SignInLink",
    "User",
]
