"""What nobody wrote: reactions and automatic texts. They answer nothing, but for a thumb up on a yes/no question."""

from enum import StrEnum

from smartchat.domain.answers.choices import read_choice
from smartchat.domain.answers.result import Understood
from smartchat.domain.conversation.questions import answerable, asked
from smartchat.domain.conversation.state import Dialogue
from smartchat.domain.inbound.automatic_texts import is_automatic
from smartchat.domain.inbound.reactions import Reaction, quotes, reaction_of
from smartchat.domain.script.steps import BinaryQuestion, MultipleChoiceQuestion, Question

_YES = "👍"
"""How a thumb up on a question is read: as the same sign in a message of its own."""


class Unwritten(StrEnum):
    """The words are those of domain.campaign.InboundOutcome."""

    AUTOMATIC = "automatic"
    REACTION = "reaction"


def heard(dialogue: Dialogue, text: str, reaction: Reaction | None = None) -> str | Unwritten:
    """What of a message the chatbot reads: its text, or what it is where nobody wrote it.

    `reaction`: what the message is said to be by its channel; else the text tells.
    """
    found = reaction or reaction_of(text) or _quoting(dialogue, text)
    if found is not None:
        return _YES if found.likes and _is_on_question(dialogue, found) else Unwritten.REACTION
    return Unwritten.AUTOMATIC if is_automatic(text) and not _is_offered(dialogue, text) else text


def _quoting(dialogue: Dialogue, text: str) -> Reaction | None:
    step = dialogue.waits_at
    if dialogue.status != "asking" or not isinstance(step, Question):
        return None
    return quotes(text, asked(step, dialogue.given))


def _is_offered(dialogue: Dialogue, text: str) -> bool:
    """Whether the text is an option of the question that waits, word by word."""
    step = dialogue.waits_at
    if dialogue.status != "asking" or not isinstance(step, MultipleChoiceQuestion):
        return False
    read = read_choice(answerable(step, dialogue.given), text, dialogue.script.language)
    return isinstance(read, Understood) and read.how == "exact"


def _is_on_question(dialogue: Dialogue, reaction: Reaction) -> bool:
    step = dialogue.waits_at
    if dialogue.status != "asking" or not isinstance(step, BinaryQuestion) or step.kind != "yes_no":
        return False
    return reaction.is_on(asked(step, dialogue.given))
