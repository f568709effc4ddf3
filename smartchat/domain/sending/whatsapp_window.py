"""WhatsApp's rule: a business writes freely only within 24 hours of the contact's last message; else by a template."""

from datetime import datetime, timedelta

from smartchat.domain.addresses import WHATSAPP

WINDOW = timedelta(hours=24)
MARGIN = timedelta(minutes=1)  # Twilio's clock, and the way there


def may_leave(sender: str, is_template: bool, last_received_at: datetime | None, now: datetime) -> bool:
    """Whether a message may be handed to Twilio at this moment, as far as WhatsApp's rule goes."""
    if is_template or not sender.startswith(WHATSAPP):
        return True
    return last_received_at is not None and now < last_received_at + WINDOW - MARGIN
