"""When the one who answers is not the one who was meant: what a dialogue makes of "no soy Carlos"."""

from collections.abc import Sequence

from smartchat.domain.answers.choices import read_choice
from smartchat.domain.answers.result import Understood
from smartchat.domain.conversation.questions import answerable
from smartchat.domain.conversation.state import Dialogue
from smartchat.domain.inbound.wrong_numbers import answers_for_another, is_wrong_number
from smartchat.domain.script.steps import MultipleChoiceQuestion
from smartchat.domain.text_forms import search_form

_NAMES = ("nombre", "apellido", "cliente", "paciente", "titular", "alumno", "persona", "contacto")
_NAMES_EN = ("name", "customer", "client", "patient", "student", "person", "contact")


def is_for_another(dialogue: Dialogue, texts: Sequence[str]) -> bool:
    """Whether somebody says in a turn that the messages reach another person.

    Not where the question offers that as an option, nor where it is said who answers in the contact's place.
    """
    names = [
        str(dialogue.given[column.id])
        for column in dialogue.script.custom_data
        if column.id in dialogue.given and _is_name(column.id)
    ]
    said = any(is_wrong_number(text, names) and not _is_offered(dialogue, text) for text in texts)
    return said and not any(map(answers_for_another, texts))


def _is_name(column: str) -> bool:
    folded = search_form(column)
    return any(word in folded for word in (*_NAMES, *_NAMES_EN))


def _is_offered(dialogue: Dialogue, text: str) -> bool:
    step = dialogue.waits_at
    if not isinstance(step, MultipleChoiceQuestion):
        return False
    read = read_choice(answerable(step, dialogue.given), text, dialogue.script.language)
    if not isinstance(read, Understood):
        return False
    options = read.value if isinstance(read.value, tuple) else (str(read.value),)
    return read.how == "exact" or any(is_wrong_number(option) for option in options)
