"""When the words of a wish to be left alone answer the question that waits: "Cancelar" for *Cancelar cita*."""

from smartchat.domain.answers.choices import read_choice
from smartchat.domain.answers.result import Understood
from smartchat.domain.dialogue_state import Dialogue
from smartchat.domain.opt_out import Silence, plain, silence_of
from smartchat.domain.questions import answerable
from smartchat.domain.steps import MultipleChoiceQuestion


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
