"""Before the launch: what a contact will get, how much it costs, when it leaves, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.campaign.rehearsal import empty_references
from smartchat.domain.campaign.wording import Obstacle
from smartchat.domain.conversation.dialogue import Dialogue, Opened, Send, advance
from smartchat.domain.hours import due_at
from smartchat.domain.script.script import Script
from smartchat.domain.sending.plain_letters import in_plain_letters
from smartchat.domain.sending.segments import Segments, segments
from smartchat.models import Campaign, Contact
from smartchat.services.builder import chatbots

from . import launching


@dataclass(frozen=True)
class OpeningMessage:
    """One message of the opening; `size` is None where it is not counted in segments (WhatsApp, only a picture).

    `plain_count`: how many segments it would take in plain letters.
    """

    text: str
    media_url: str | None
    size: Segments | None
    plain_count: int = 0


@dataclass(frozen=True)
class Preview:
    """What a launch at this moment would do. `script` is the chatbot as it is now: that is what would run.

    `gaps` are the IDs that have no value for this contact, and leave a hole in its messages.
    """

    script: Script
    sender: str
    messages: Sequence[OpeningMessage]
    gaps: Sequence[str]
    leaves_at: datetime
    obstacles: Sequence[Obstacle]


def preview(campaign: Campaign, contact: Contact | None, now: datetime) -> Preview:
    """The preview of a draft, with the opening as `contact` would get it."""
    script = chatbots.script_of(campaign.chatbot_id) or chatbots.script_of_version(campaign.version)
    obstacles = launching.obstacles(campaign)
    sender = chatbots.sender_of(script)
    messages, gaps = ([], []) if contact is None or obstacles else opening(script, sender, contact, now)
    return Preview(script, sender, messages, gaps, due_at(script.active_hours, now), obstacles)


def opening(
    script: Script, sender: str, contact: Contact, now: datetime
) -> tuple[list[OpeningMessage], list[str]]:
    """What a contact gets before the first answer, and the IDs without a value in it."""
    dialogue, effects = advance(Dialogue.begin(script, contact.custom_data), Opened(now))
    counted = not sender.startswith(WHATSAPP)
    messages = [_message(effect, counted) for effect in effects if isinstance(effect, Send)]
    return messages, sorted(empty_references(dialogue))


def _message(send: Send, counted: bool) -> OpeningMessage:
    if not counted or not send.text:
        return OpeningMessage(send.text, send.media_url, None)
    plain = segments(in_plain_letters(send.text))
    return OpeningMessage(send.text, send.media_url, segments(send.text), plain.count)
