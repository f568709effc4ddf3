"""Taps on the buttons of a template: what they mean as the answer to a question."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from smartchat.domain import answers
from smartchat.domain.script.steps import (
    BINARY_ANSWERS,
    AnyQuestion,
    BinaryQuestion,
    Button,
    Language,
    MultipleChoiceQuestion,
    Template,
)
from smartchat.domain.text_forms import fold

LONGEST = 200
"""Characters of what stands on a button or is its payload; Twilio takes fewer. What is longer is no tap."""
_WRITTEN = re.compile(r"\[([^\[\]{}\n]{1,100})\]")


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on a button, as Twilio reports it: what stood on it, and its payload ("" where there is none)."""

    text: str
    payload: str = ""


def tap_of(params: Mapping[str, str]) -> Tap | None:
    """The tap that an inbound message is (on a quick reply, or a line of a list); None for what was written."""
    text = params.get("ButtonText") or params.get("ListTitle") or ""
    payload = params.get("ButtonPayload") or params.get("ListId") or ""
    if not text and not payload and params.get("MessageType") not in ("button", "interactive"):
        return None
    text = text or params.get("Body", "")
    return Tap(text, payload) if len(text) <= LONGEST else None


def buttons_of(template: Template, text: str) -> tuple[Button, ...]:
    """The buttons that are named with a template; without any those that its text shows, as in "¿Va? [Sí] [No]"."""
    return template.buttons or tuple(
        Button(text=label.strip()) for label in _WRITTEN.findall(text) if label.strip()
    )


def written_tap(text: str, templates: Sequence[Sequence[Button]]) -> Tap | None:
    """Who writes exactly what stands on a button taps it."""
    written = _same(text)
    found = any(_same(button.text) == written for buttons in templates for button in buttons)
    return Tap(text) if written and found else None


def read(
    question: AnyQuestion,
    tap: Tap,
    templates: Sequence[Sequence[Button]],
    today: date,
    language: Language = "es",
) -> answers.Answer:
    """What a tap answers. By the answer that its button stands for, else by what the button says.

    Of two buttons under a binary question of which only one says its meaning ("Sí asistiré", "Cancelar") the other is
    the opposite.
    """
    found = _tapped(tap, templates)
    if found is not None:
        return meaning(question, *found, today, language)
    return _as_tap(answers.understand(question, tap.text, today, language))


def meaning(
    question: AnyQuestion, button: Button, buttons: Sequence[Button], today: date, language: Language
) -> answers.Answer:
    """What a tap on this one of a template's buttons would answer."""
    if button.answer is not None:
        given = _named(question, button.answer)
        return given or _as_tap(answers.understand(question, button.answer, today, language))
    plain = answers.understand(question, button.text, today, language)
    if (
        isinstance(plain, answers.NotUnderstood)
        and isinstance(question, BinaryQuestion)
        and len(buttons) == 2
    ):
        other = next(one for one in buttons if one is not button)
        opposite = answers.understand(question, other.answer or other.text, today, language)
        pair = BINARY_ANSWERS[question.kind]
        if isinstance(opposite, answers.Understood) and opposite.value in pair:
            return answers.Understood(pair[opposite.value == pair[0]], "button")
    return _as_tap(plain)


def _named(question: AnyQuestion, answer: str) -> answers.Understood | None:
    """The value that an answer names exactly."""
    match question:
        case BinaryQuestion(kind=kind) if answer in BINARY_ANSWERS[kind]:
            return answers.Understood(answer, "button")
        case MultipleChoiceQuestion(options=options, multiple=multiple):
            option = next((one for one in options if _same(one) == _same(answer)), None)
            if option is not None:
                return answers.Understood((option,) if multiple else option, "button")
        case _:
            pass
    return None


def _as_tap(answer: answers.Answer) -> answers.Answer:
    return replace(answer, how="button") if isinstance(answer, answers.Understood) else answer


def _tapped(tap: Tap, templates: Sequence[Sequence[Button]]) -> tuple[Button, Sequence[Button]] | None:
    """The button that was tapped, among its template's: by the payload, or where none is known by the text."""
    every = [(button, buttons) for buttons in templates for button in buttons]
    text = _same(tap.text)
    by_payload = (found for found in every if tap.payload and found[0].payload == tap.payload)
    by_text = (found for found in every if text and _same(found[0].text) == text)
    return next(by_payload, None) or next(by_text, None)


def _same(text: str) -> str:
    return " ".join(fold(text).split())
