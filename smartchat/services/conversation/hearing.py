"""What the chatbot hears of the messages of a turn: texts, taps and media; nothing where nobody wrote it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from sqlalchemy import exists, select

from smartchat.db import db
from smartchat.domain.conversation import unwritten
from smartchat.domain.conversation.dialogue import Dialogue, Effect, Received, advance
from smartchat.domain.conversation.unwritten import Unwritten
from smartchat.domain.inbound.attachments import in_words
from smartchat.domain.inbound.buttons import tap_of
from smartchat.domain.inbound.courtesies import is_courtesy
from smartchat.domain.inbound.reactions import Reaction, by_sign
from smartchat.models import Conversation, InboundMessage, OutboundMessage
from smartchat.services import quoting
from smartchat.services.quoting import TapOrText


def heard(conversation: Conversation, dialogue: Dialogue, message: InboundMessage) -> TapOrText | Unwritten:
    """A message as the dialogue takes it, or what it is where nobody wrote it.

    A tap is somebody's word, whatever stands on the button. A reaction is one, whichever message it is put on.
    """
    found = quoting.hear(conversation.id, dialogue, message)
    if found.tap is not None or tap_of(message.params) is not None:
        return found
    text = unwritten.heard(dialogue, message.body, _reaction(conversation, dialogue, message))
    return text if isinstance(text, Unwritten) else replace(found, body=text)


def advanced(
    dialogue: Dialogue, messages: Sequence[InboundMessage], heard: Mapping[int, TapOrText]
) -> tuple[Dialogue, tuple[Effect, ...]]:
    """Where the messages lead, as one turn. What is written at night is answered in the morning, and means the
    evening's "tomorrow".
    """
    of = [heard[message.id] for message in messages]
    texts = tuple(one.body for one in of if one.tap is None)
    taps = tuple(one.tap for one in of if one.tap is not None)
    media = chain.from_iterable(in_words(message.params, dialogue.script.language) for message in messages)
    # The last that says anything: thanks in the morning do not move the day that was named at night.
    said = (
        m for m, one in zip(messages, of, strict=True) if one.tap is not None or not is_courtesy(one.body)
    )
    at = [message.received_at for message in said] or [messages[-1].received_at]
    return advance(dialogue, Received(texts, at[-1], taps, tuple(media)))


def _reaction(conversation: Conversation, dialogue: Dialogue, message: InboundMessage) -> Reaction | None:
    """The sign that WhatsApp says was put on one of our messages."""
    if message.params.get("MessageType") != "reaction":
        return None
    on_question = exists().where(
        OutboundMessage.provider_sid == message.params.get(quoting.QUOTED, ""),
        OutboundMessage.conversation_id == conversation.id,
        OutboundMessage.step_id == dialogue.step,
    )
    with db.session.no_autoflush:
        return by_sign(message.body, bool(db.session.scalar(select(on_question))))
