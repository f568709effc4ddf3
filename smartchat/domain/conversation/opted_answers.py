"""When the words of a wish to be left alone answer the question that waits: "Cancelar" for *Cancelar cita*."""

from datetime import datetime

from smartchat.domain.answers.choices import read_choice
from smartchat.domain.answers.result import Understood
from smartchat.domain.conversation.dialogue import answers_by_tap
from smartchat.domain.conversation.questions import answerable
from smartchat.domain.conversation.state import Dialogue
from smartchat.domain.inbound.buttons import Tap
from smartchat.domain.inbound.opt_out import Silence, plain, silence_of
from smartchat.domain.script.steps import MultipleChoiceQuestion

_CANCEL = frozenset({"cancelar", "cancel"})  # what most templates offer beside "confirm"


def chosen(dialogue: Dialogue, text: str) -> tuple[str, ...]:
    """The options that a text which asks for silence chooses instead; () where it is a wish, and nothing else.

    A single Spanish word goes by what the question's reader takes it for (but for a typo: "parar" is not *Pagar*); a
    whole phrase only where the option says so itself. The English words are no answer: Twilio has acted on them.
    """
    step, silence = dialogue.waits_at, silence_of(text)
    if dialogue.status != "asking" or not isinstance(step, MultipleChoiceQuestion):
        return ()
    if silence is None or silence is Silence.TWILIO:
        return ()
    read = read_choice(answerable(step, dialogue.given), text, dialogue.script.language)
    if not isinstance(read, Understood) or read.how == "typo":
        return ()
    options = read.value if isinstance(read.value, tuple) else (str(read.value),)
    if silence is Silence.WORD or all(silence_of(option) is not None for option in options):
        return options
    return ()


def is_answer(
    dialogue: Dialogue | None, text: str, tap: Tap | None, at: datetime, *, twilio_acts: bool
) -> bool:
    """Whether what asks for silence answers the question that waits, as one of its options or as a button of ours.

    `tap`: the button that was tapped, or that says exactly what was written. One that asks for silence ("Detener
    promociones") does what it says, unless the chatbot knows it as an answer. `twilio_acts`: it was written where
    Twilio acts on its own words, which then are what they are.
    """
    if twilio_acts and silence_of(text) is Silence.TWILIO:
        return False
    if tap is not None and plain(tap.text) in _CANCEL:
        return True
    if tap is not None and dialogue is not None and answers_by_tap(dialogue, tap, at):
        return True
    return dialogue is not None and bool(chosen(dialogue, text))


def is_doubtful(dialogue: Dialogue | None, text: str, tapped: bool) -> bool:
    """Whether an operator is to decide if this answer is a wish to be left alone as well.

    `tapped`: it is a button of ours, whose single word is an answer and nothing else.
    """
    silence = silence_of(text)
    if silence is None or (tapped and silence is not Silence.CLEAR):
        return False
    options = chosen(dialogue, text) if dialogue is not None else ()
    if options:
        return not any(_holds(option, text) for option in options)
    return tapped or silence is Silence.DOUBTFUL


def _holds(option: str, text: str) -> bool:
    """Whether an option names what was written: it is meant, and no more."""
    named = plain(option).split()
    return bool(set(plain(text).split()) & set(named) - {"no", "si", "por", "favor"})
