"""A question as one contact gets it: values filled in, options shown."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from smartchat.domain.answers.words import fold
from smartchat.domain.steps import TODAY, AnyQuestion, DateQuestion, MultipleChoiceQuestion, Question
from smartchat.domain.texts import shown, substitute

AQuestion = TypeVar("AQuestion", bound=Question)


def resolved(question: AQuestion, given: Mapping[str, object]) -> AQuestion:
    """The question with every {{ID}} and every date limit that names an ID replaced by what is known.

    A limit whose date was never given is no limit.
    """
    if not _refers(question):
        return question
    filled = replace(
        question,
        text=substitute(question.text, given),
        retry_message=substitute(question.retry_message, given) if question.retry_message else None,
    )
    if isinstance(filled, MultipleChoiceQuestion):
        return replace(filled, options=tuple(substitute(option, given).strip() for option in filled.options))
    if isinstance(filled, DateQuestion):
        return replace(filled, min=_limit(filled.min, given), max=_limit(filled.max, given))
    return filled


def _refers(question: Question) -> bool:
    """Whether anything in a question depends on what is known; most do not, and need no copy."""
    texts = (question.text, question.retry_message or "")
    if any("{{" in text for text in texts):
        return True
    match question:
        case MultipleChoiceQuestion(options=options):
            return any("{{" in option or option != option.strip() for option in options)
        case DateQuestion(min=first, max=last):
            return any(limit and limit != TODAY and not limit[:1].isdigit() for limit in (first, last))
        case _:
            return False


def asked(question: AnyQuestion) -> str:
    """What is sent for a resolved question: its text, and the options of a multiple choice numbered below it.

    Options are left out where the step says so, or where it says nothing and the text names them all already.
    A text without anything to read gives "".
    """
    text = question.text.strip()
    if not text or not isinstance(question, MultipleChoiceQuestion) or not _shows_options(question):
        return text
    lines = (f"{number}. {option}" for number, option in enumerate(question.options, 1) if option)
    return "\n".join((text, *lines))


def _shows_options(question: MultipleChoiceQuestion) -> bool:
    if question.show_options is not None:
        return question.show_options
    return not _names_all(question.text, question.options)


@lru_cache(maxsize=1024)
def _names_all(text: str, options: tuple[str, ...]) -> bool:
    folded = fold(text)
    return all(fold(option) in folded for option in options)


def _limit(limit: str | None, given: Mapping[str, object]) -> str | None:
    if limit is None or limit == TODAY or limit[:1].isdigit():
        return limit
    return shown(given.get(limit)) or None
