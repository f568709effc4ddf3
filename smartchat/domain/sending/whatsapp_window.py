"""WhatsApp's rule: a business writes freely only within 24 hours of the contact's last message; else by a template."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from smartchat.domain.contact_file.phone import WHATSAPP
from smartchat.domain.script.steps import End, Flow, Message, Question

WINDOW = timedelta(hours=24)
MARGIN = timedelta(minutes=1)  # Twilio's clock, and the way there


def may_leave(sender: str, is_template: bool, last_received_at: datetime | None, now: datetime) -> bool:
    """Whether a message may be handed to Twilio at this moment, as far as WhatsApp's rule goes."""
    if is_template or not sender.startswith(WHATSAPP):
        return True
    return last_received_at is not None and now < last_received_at + WINDOW - MARGIN


def opens_without_template(steps: Sequence[object], sender: str) -> str | None:
    """The ID of a step that may be sent first, on WhatsApp, and is no template; None where there is none."""
    if not sender.startswith(WHATSAPP):
        return None
    return next(
        (step.id for step in _first_sent(steps) if isinstance(step, End) or not step.template),
        None,
    )


def _first_sent(steps: Sequence[object]) -> Iterator[Message | Question | End]:
    """Every step that may be the first to send something: what is inside of a flow may be skipped."""
    for step in steps:
        match step:
            case Flow():
                yield from _first_sent(step.steps)
            case Message() | Question():
                yield step
                return
            case End():
                if step.text:
                    yield step
                return
            case _:
                pass
