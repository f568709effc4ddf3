"""The sense of a template's buttons: each of them has to mean an answer to the question that it stands under."""

from dataclasses import replace
from datetime import date

from smartchat.domain.answers import Understood
from smartchat.domain.inbound.buttons import meaning
from smartchat.domain.script.steps import (
    AnyQuestion,
    Button,
    CustomData,
    Language,
    Math,
    Message,
    MultipleChoiceQuestion,
    Question,
    Template,
    TextQuestion,
)
from smartchat.domain.script.texts import references
from smartchat.domain.script_file.place import Here, Problems

_ANY_DAY = date(2000, 1, 1)


def check_buttons(here: Here) -> Problems:
    """Buttons that stand for no answer: a fault where they say for which, a question to the operator where not."""
    step = here.step
    template = step.template if isinstance(step, Message | Question) else None
    question = step if isinstance(step, AnyQuestion) else _next_question(here)
    if template is None or question is None or isinstance(question, TextQuestion):
        return
    if isinstance(question, MultipleChoiceQuestion) and any(map(references, question.options)):
        return  # what the options say is known for each contact only
    for index, button in enumerate(template.buttons):
        if _means_something(question, button, template):
            continue
        told = {"button": button.text, "answer": button.answer or "", "question": question.id}
        code = "button_without_answer" if button.answer is None else "unknown_button_answer"
        problem = here.problem(code, "template", "buttons", index, **told)
        yield problem if button.answer is not None else replace(problem, severity="warning")


def _means_something(question: AnyQuestion, button: Button, template: Template) -> bool:
    """In one of the languages: which one the chatbot reads in is not known here."""
    languages: tuple[Language, ...] = ("es", "en")
    read = (meaning(question, button, template.buttons, _ANY_DAY, language) for language in languages)
    return any(isinstance(answer, Understood) for answer in read)


def _next_question(here: Here) -> AnyQuestion | None:
    """The question that follows a message whatever the contact's values are; None where that is not sure."""
    for step, _ in here.placed[here.index + 1 :]:
        if isinstance(step, AnyQuestion):
            return step
        if not isinstance(step, Message | CustomData | Math):
            return None
    return None
