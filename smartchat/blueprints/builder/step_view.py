"""What the builder says about a step: its problems without their place, its size, its answers in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from smartchat.domain.builder.editing import (
    Complexity,
    Document,
    IdTaken,
    StepJson,
    ValueNamedLikeStep,
    all_steps,
    complexity,
)
from smartchat.domain.conversation.questions import asked_in_general
from smartchat.domain.script.steps import Question
from smartchat.domain.script.texts import references, substitute
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.schema import schema
from smartchat.domain.script_file.step_json import step_from_json
from smartchat.domain.sending.segments import Segments, segments
from smartchat.forms.steps import condition_key
from smartchat.web.security import language

SAMPLE = "x" * 10  # stands for a value nobody knows yet: a name, an amount, a date
BINARY: dict[str, tuple[str, str]] = {
    "yes_no": ("yes", "no"),
    "gender": ("female", "male"),
    "good_bad": ("good", "bad"),
}


@dataclass(frozen=True)
class Live:
    """A step as it is being typed: what contacts get, how long it is, what is wrong, how alike its options are.

    `template`: a template of WhatsApp shows it, with these `buttons`; parts of SMS say nothing then.
    """

    text: str
    size: Segments
    length: int
    with_values: bool
    options: list[tuple[str, Complexity]]
    problems: list[str]
    template: bool = False
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConditionChoice:
    """A question and its possible answers: the key of the condition, and the answer in words."""

    id: str
    text: str
    answers: list[tuple[str, str]]


def live(step: StepJson, problems: Iterable[ScriptProblem]) -> Live:
    """What there is to say about a step that the form describes, right or not."""
    options = [str(option) for option in step.get("options", ())]
    template = step.get("template") or {}
    # A template shows the options itself, as its buttons.
    text = str(step.get("text") or "") if template else _as_sent(step)
    filled = substitute(text, dict.fromkeys((found.id for found in references(text)), SAMPLE))
    return Live(
        text=text,
        size=segments(filled),
        length=len(filled),
        with_values=bool(references(text)),
        options=list(zip(options, complexity(options), strict=True)) if len(options) > 1 else [],
        problems=[beside(problem) for problem in problems if problem.step == step["id"]],
        template=bool(template),
        buttons=tuple(
            str(button.get("text", "") if isinstance(button, dict) else button)
            for button in template.get("buttons", ())
        ),
    )


def by_step(problems: Iterable[ScriptProblem]) -> dict[str | None, list[str]]:
    """The sentences for each step's ID; None holds those about the whole."""
    found: dict[str | None, list[str]] = defaultdict(list)
    for problem in problems:
        found[problem.step].append(beside(problem))
    return found


def beside(problem: ScriptProblem) -> str:
    """The sentence of a problem where its step is plain to see: without the place that leads it."""
    sentence = problem.message("es" if language() == "es" else "en")
    return sentence.split(": ", 1)[-1] if problem.step else sentence


def why_taken(taken: IdTaken) -> str:
    """Why a step cannot have its ID."""
    if isinstance(taken, ValueNamedLikeStep):
        return beside(ScriptProblem("value_named_like_step", params={"id": str(taken)}))
    return str(_("Another step has this ID already. Choose another one."))


def field_of(problem: ScriptProblem) -> str:
    """The field of the step that a problem is about: "/steps/3/steps/0/options/1" → options."""
    parts = problem.place.split("/")[1:]
    while parts[:1] == ["steps"] and len(parts) > 1:
        parts = parts[2:]
    return parts[0] if parts else ""


def finite_answers(document: Document, until: str) -> list[ConditionChoice]:
    """What a SIMPLE condition can ask for: the earlier questions whose answers can be listed, in order."""
    found: list[ConditionChoice] = []
    for step in all_steps(document["steps"]):
        if step["id"] == until:
            break
        values: list[str] = []
        if step["type"] == "binary":
            values = list(BINARY[step.get("kind", "yes_no")])
        elif step["type"] == "multiple_choice":
            values = step["options"]
        if values:
            answers = [(condition_key(step["id"], value), answer_word(value)) for value in values]
            found.append(ConditionChoice(step["id"], step["text"], answers))
    return found


def answer_word(value: object) -> str:
    """A value of a binary question as people say it; anything else as it is."""
    words = {
        "yes": _("yes"), "no": _("no"), "female": _("female"), "male": _("male"), "good": _("good"), "bad": _("bad"),
    }  # fmt: skip
    return str(words.get(str(value), value))


def _as_sent(step: StepJson) -> str:
    """The text with the options below it, as a contact gets it; the bare text while the step cannot be read."""
    try:
        read = step_from_json(step)
    except (KeyError, ValueError, TypeError):
        return str(step.get("text") or "")
    return asked_in_general(read) if isinstance(read, Question) else str(step.get("text") or "")


def menu() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The types of steps to add, in groups: (group, [(type, name, what it does)])."""
    known = available_types()
    groups = [
        (
            _("The chatbot says"),
            [
                ("message", _("Message"), _("Says something and goes on.")),
                ("end", _("End"), _("Says goodbye and ends the conversation.")),
            ],
        ),
        (
            _("The chatbot asks"),
            [
                ("binary", _("One of two"), _("Yes or no, good or bad, female or male.")),
                ("multiple_choice", _("Multiple choice"), _("One or more of the options that you write.")),
                ("text", _("Text"), _("Keeps the answer as it was written.")),
                ("integer", _("Whole number"), _("In digits or words: 9, nine, nueve.")),
                ("date", _("Date"), _("Such as 29/04/2027, tomorrow or mañana.")),
                ("email", _("E-mail"), _("An e-mail address.")),
            ],
        ),
        (
            _("Data and decisions"),
            [
                ("custom_data", _("Custom Data"), _("A column of the contact file, such as NOMBRE.")),
                ("flow", _("Flow"), _("Steps that run only in one case.")),
                ("math", _("Basic Math"), _("Calculates with earlier numbers.")),
                ("external", _("External system"), _("Asks another system over the Internet.")),
                ("hand_over", _("Hand over"), _("A person takes the conversation over.")),
            ],
        ),
    ]
    return [(group, [entry for entry in entries if entry[0] in known]) for group, entries in groups]


def type_names() -> dict[str, str]:
    """What each type of step is called in the list."""
    return {
        "message": _("Message"),
        "end": _("End"),
        "text": _("Question: text"),
        "integer": _("Question: whole number"),
        "date": _("Question: date"),
        "multiple_choice": _("Question: multiple choice"),
        "binary": _("Question: one of two"),
        "email": _("Question: e-mail"),
        "custom_data": _("Custom Data"),
        "flow": _("Flow"),
        "math": _("Basic Math"),
        "external": _("External system"),
        "hand_over": _("Hand over"),
    }


def available_types() -> frozenset[str]:
    """The types that script files of this version may hold."""
    return frozenset(schema()["$defs"]["step"]["properties"]["type"]["enum"])
