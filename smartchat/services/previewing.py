"""Before the launch: what the first contact will get, how much it costs, when it leaves, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smartchat.domain.dialogue import Dialogue, Opened, Send, advance
from smartchat.domain.hours import due_at
from smartchat.domain.script import Script
from smartchat.domain.segments import Segments, segments
from smartchat.domain.wording.launching import Obstacle
from smartchat.models import Campaign, Contact

from . import chatbots, launching


@dataclass(frozen=True)
class OpeningMessage:
    """One message of the opening; `size` is None where it is not counted in segments (WhatsApp, only a picture)."""

    text: str
    media_url: str | None
    size: Segments | None


@dataclass(frozen=True)
class Preview:
    """What a launch at this moment would do. `script` is the chatbot as it is now: that is what would run."""

    script: Script
    sender: str
    messages: Sequence[OpeningMessage]
    leaves_at: datetime
    obstacles: Sequence[Obstacle]


def preview(campaign: Campaign, first: Contact | None, now: datetime) -> Preview:
    """The preview of a draft, with the opening as the contact `first` would get it."""
    script = chatbots.script_of(campaign.chatbot_id) or chatbots.script_of_version(campaign.version)
    obstacles = launching.obstacles(campaign)
    sender = chatbots.sender_of(script)
    return Preview(
        script,
        sender,
        [] if first is None or obstacles else opening(script, sender, first, now),
        due_at(script.active_hours, now),
        obstacles,
    )


def opening(script: Script, sender: str, contact: Contact, now: datetime) -> list[OpeningMessage]:
    """What a contact gets before the first answer."""
    _, effects = advance(Dialogue.begin(script, contact.custom_data), Opened(now))
    counted = not sender.startswith("whatsapp:")
    return [
        OpeningMessage(
            effect.text, effect.media_url, segments(effect.text) if counted and effect.text else None
        )
        for effect in effects
        if isinstance(effect, Send)
    ]
