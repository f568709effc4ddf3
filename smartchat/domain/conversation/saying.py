"""What the chatbot says, as messages that Twilio takes: texts filled in and cut, media and templates with the first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from smartchat.domain.conversation.questions import asked
from smartchat.domain.script.steps import AnyQuestion, Message, Template
from smartchat.domain.script.texts import LONGEST_BODY, bodies, substitute, template_value


@dataclass(frozen=True, slots=True)
class Send:
    """A message to the contact, at most 1600 characters. With a template its variables are filled in."""

    text: str
    step_id: str
    media_url: str | None = None
    template: Template | None = None


def message(step: Message, given: Mapping[str, object]) -> Iterator[Send]:
    """A message step for one contact."""
    return sends(step.id, substitute(step.text, given), step.media_url, _filled(step.template, given))


def question(step: AnyQuestion, given: Mapping[str, object]) -> Iterator[Send]:
    """A question, asked for the first time: by its template, which shows the options itself, or by its text."""
    if step.template is None:
        return sends(step.id, asked(step, given))
    return sends(step.id, substitute(step.text, given), None, _filled(step.template, given))


def asked_again(question: AnyQuestion, given: Mapping[str, object]) -> Iterator[Send]:
    """The retry message and the question, in one message where both fit: one SMS is cheaper than two."""
    again = asked(question, given)
    retry_message = substitute(question.retry_message or "", given).strip()
    together = f"{retry_message}\n{again}".strip()
    if len(together) <= LONGEST_BODY:
        return sends(question.id, together)
    return iter([*sends(question.id, retry_message), *sends(question.id, again)])


def _filled(template: Template | None, given: Mapping[str, object]) -> Template | None:
    if template is None:
        return None
    variables = tuple((name, template_value(substitute(text, given))) for name, text in template.variables)
    return replace(template, variables=variables)


def sends(
    step_id: str, text: str, media_url: str | None = None, template: Template | None = None
) -> Iterator[Send]:
    """A text as messages. Media and template go with the first; a template is never cut: Twilio holds its text."""
    parts = (text.strip(),) if template is not None else bodies(text)
    if not parts and media_url is not None:
        parts = ("",)
    for index, part in enumerate(parts):
        first = index == 0
        yield Send(part, step_id, media_url if first else None, template if first else None)
