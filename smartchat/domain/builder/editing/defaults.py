"""What a new step holds until its author writes it: right by itself, so that a chatbot can be tried at once."""

from collections.abc import Container, Mapping
from typing import Any

from smartchat.domain.builder.editing.document import QUESTIONS, StepJson
from smartchat.domain.builder.editing.ids import default_id
from smartchat.domain.script.steps import DEFAULT_RETRIES

ALWAYS = "1 == 1"  # the condition of a flow until its author chooses one

# type: (Spanish, English)
_TEXTS: Mapping[str, tuple[str, str]] = {
    "message": ("Hola.", "Hello."),
    "text": ("¿Qué le gustaría decirnos?", "What would you like to tell us?"),
    "integer": ("¿Cuántos son?", "How many?"),
    "date": ("¿Qué día le conviene?", "Which day suits you?"),
    "multiple_choice": ("¿Cuál prefiere?", "Which one do you prefer?"),
    "binary": ("¿Está de acuerdo?", "Do you agree?"),
    "email": ("¿Cuál es su correo electrónico?", "What is your e-mail address?"),
    "end": ("Gracias por su tiempo.", "Thank you for your time."),
}
_RETRY = ("Perdón, no le entendí.", "Sorry, I did not understand.")
_OPTIONS = (["Opción A", "Opción B"], ["Option A", "Option B"])
_NOTES = ("Pidió hablar con una persona.", "Asked to talk with a person.")


def new_step(step_type: str, language: str, taken: Container[str]) -> StepJson:
    """The JSON of a new step with a free ID. KeyError for a type that does not exist."""
    which = 0 if language == "es" else 1
    step: dict[str, Any] = {"id": default_id(step_type, language, taken), "type": step_type}
    if step_type in _TEXTS:
        step["text"] = _TEXTS[step_type][which]
    match step_type:
        case "multiple_choice":
            step |= {"answers": "single", "options": list(_OPTIONS[which])}
        case "binary":
            step["kind"] = "yes_no"
        case "custom_data":
            step["data_type"] = "TEXT"
        case "math":
            step["formula"] = "1 + 1"
        case "flow":
            step |= {"display_if": ALWAYS, "steps": []}
        case "external":
            step |= {"method": "GET", "url": "https://example.com/", "headers": {}, "values": {}}
            step["on_failure"] = "continue"
        case "hand_over":
            step["note"] = _NOTES[which]
        case _:
            pass
    if step_type in QUESTIONS:
        step |= {"retries": DEFAULT_RETRIES, "retry_message": _RETRY[which]}
    return step
