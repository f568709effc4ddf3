"""Understanding answers, in Spanish and English: what a careful person would take, and no more.

Ambiguous is not understood. Pure and total: any text gives an answer, nothing raises.
"""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from smartchat.domain.answers.binary import read_binary
from smartchat.domain.answers.blanks import is_blank
from smartchat.domain.answers.choices import read_choice
from smartchat.domain.answers.dates import read_date
from smartchat.domain.answers.emails import read_email
from smartchat.domain.answers.integers import read_integer
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood, Value
from smartchat.domain.answers.words import too_long
from smartchat.domain.script.steps import (
    AnyQuestion,
    BinaryQuestion,
    DateQuestion,
    EmailQuestion,
    IntegerQuestion,
    Language,
    MultipleChoiceQuestion,
    TextQuestion,
)

__all__ = ["Answer", "NotUnderstood", "Understood", "Value", "understand", "understand_turn"]

# A single message of these kinds says that the contact has not made up his mind, or may say so: others do not
# outvote it.
_UNDECIDED = frozenset({"unsure", "several", "too_long"})


def understand(question: AnyQuestion, text: str, today: date, language: Language = "es") -> Answer:
    """Reads one text as the answer to a question whose {{ID}} are filled in. `today`: the contact's calendar day."""
    if is_blank(text):
        return NotUnderstood("empty")
    if not isinstance(question, TextQuestion) and too_long(text):
        return NotUnderstood("too_long")
    match question:
        case TextQuestion():
            return _read_text(question, text)
        case IntegerQuestion():
            return read_integer(question, text, language)
        case DateQuestion():
            return read_date(question, text, today, language)
        case MultipleChoiceQuestion():
            return read_choice(question, text, language)
        case BinaryQuestion():
            return read_binary(question.kind, text, language)
        case EmailQuestion():
            return read_email(text)
        case _:
            assert_never(question)


def understand_turn(
    question: AnyQuestion, texts: Sequence[str], today: date, language: Language = "es"
) -> Answer:
    """Reads the messages of one turn: together, and where that gives nothing, the one value that single ones give.

    A text question takes them all, a line each.
    """
    said = [text for text in texts if not is_blank(text)]
    together = understand(question, "\n".join(said), today, language)
    if isinstance(together, Understood) or isinstance(question, TextQuestion) or len(said) < 2:
        return together
    single = [understand(question, text, today, language) for text in said]
    if any(isinstance(answer, NotUnderstood) and answer.why in _UNDECIDED for answer in single):
        return together
    found = {answer.value: answer for answer in single if isinstance(answer, Understood)}
    return next(iter(found.values())) if len(found) == 1 else together


def _read_text(question: TextQuestion, text: str) -> Answer:
    # Half characters and NUL come from broken senders only, and no database takes them.
    answer = text.encode("utf-8", "ignore").decode("utf-8").replace("\0", "").strip()
    if is_blank(answer):
        return NotUnderstood("empty")
    if len(answer) < (question.min_length or 1):
        return NotUnderstood("too_short")
    if question.max_length is not None and len(answer) > question.max_length:
        return NotUnderstood("too_long")
    return Understood(answer, "text")
