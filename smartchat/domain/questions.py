"""A question as one contact gets it: values filled in, options shown."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from smartchat.domain.answers.words import fold
from smartchat.domain.steps import TODAY, AnyQuestion, DateQuestion, MultipleChoiceQuestion, Question
from smartchat.domain.texts import shown, substitute

AQuestion = TypeVar("AQuestion", bound=Question)


def resolved(question: AQuestion, given: Mapping[str, object]) -> AQuestion:
    """The question with every {{ID}} and every date limit that names an ID replaced by what is known.

    A limit whose date was never given is no limit.
    """
    question = answerable(question, given)
    text, again = question.text, question.retry_message or ""
    if "{{" not in text and "{{" not in again:
        return question
    return replace(question, text=substitute(text, given), retry_message=substitute(again, given) or None)


def answerable(question: AQuestion, given: Mapping[str, object]) -> AQuestion:
    """The question with all that an answer is measured by filled in: options and limits, not its own words."""
    match question:
        case MultipleChoiceQuestion(options=options):
            filled = tuple(substitute(option, given).strip() for option in options)
            return question if filled == options else replace(question, options=filled)
        case DateQuestion(min=first, max=last):
            limits = _limit(first, given), _limit(last, given)
            return question if limits == (first, last) else replace(question, min=limits[0], max=limits[1])
        case _:
            return question


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
    text = fold(question.text)
    return not all(fold(option) in text for option in question.options)


def _limit(limit: str | None, given: Mapping[str, object]) -> str | None:
    if limit is None or limit == TODAY or limit[:1].isdigit():
        return limit
    return shown(given.get(limit)) or None
