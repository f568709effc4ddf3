"""A question as one contact gets it: values filled in, options shown."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from smartchat.domain.script.reserved import TODAY
from smartchat.domain.script.steps import AnyQuestion, DateQuestion, MultipleChoiceQuestion, Question
from smartchat.domain.script.texts import shown, substitute
from smartchat.domain.text_forms import fold

AQuestion = TypeVar("AQuestion", bound=Question)


def answerable(question: AQuestion, given: Mapping[str, object]) -> AQuestion:
    """The question with what an answer is measured by filled in: each {{ID}} of its options and limits.

    A limit whose date was never given is no limit.
    """
    match question:
        case MultipleChoiceQuestion(options=options):
            if _fixed(options):
                return question
            return replace(question, options=tuple(substitute(option, given).strip() for option in options))
        case DateQuestion(min=first, max=last):
            limits = _limit(first, given), _limit(last, given)
            return question if limits == (first, last) else replace(question, min=limits[0], max=limits[1])
        case _:
            return question


def asked(question: AnyQuestion, given: Mapping[str, object]) -> str:
    """What is sent for a question: its text, and the options of a multiple choice numbered below it.

    Options are left out where the step says so, or where it says nothing and the text names them all already.
    A text without anything to read gives "".
    """
    return _with_options(answerable(question, given), substitute(question.text, given).strip())


def asked_in_general(question: AnyQuestion) -> str:
    """What is sent for a question, with each {{ID}} as it stands."""
    return _with_options(question, question.text.strip())


def _with_options(question: AnyQuestion, text: str) -> str:
    if not text or not isinstance(question, MultipleChoiceQuestion):
        return text
    shown = not _named(question.options, text) if question.show_options is None else question.show_options
    lines = (f"{number}. {option}" for number, option in enumerate(question.options, 1) if option and shown)
    return "\n".join((text, *lines))


@lru_cache(maxsize=512)
def _fixed(options: tuple[str, ...]) -> bool:
    """Whether nothing is to be filled in or cut off."""
    return not any("{{" in option or option != option.strip() for option in options)


@lru_cache(maxsize=512)
def _named(options: tuple[str, ...], text: str) -> bool:
    """Whether a text names every option."""
    folded = fold(text)
    return all(fold(option) in folded for option in options)


def _limit(limit: str | None, given: Mapping[str, object]) -> str | None:
    if limit is None or limit == TODAY or limit[:1].isdecimal():
        return limit
    return shown(given.get(limit)) or None
