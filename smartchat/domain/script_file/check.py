"""The sense of a script: what its schema cannot say. Every problem names the step, the place, and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import assert_never

from smartchat.domain.hours import ActiveHours
from smartchat.domain.script.reserved import RESERVED_IDS, TODAY
from smartchat.domain.script.steps import (
    CustomData,
    DateQuestion,
    End,
    External,
    Flow,
    HandOver,
    IntegerQuestion,
    Math,
    Message,
    MultipleChoiceQuestion,
    Question,
    Step,
    Template,
    TextQuestion,
)
from smartchat.domain.script.texts import broken_references, is_id, references
from smartchat.domain.script_file.action_check import check_action, external_texts, without_secrets
from smartchat.domain.script_file.button_check import check_buttons
from smartchat.domain.script_file.place import Here, Path, Places, Problems
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.schema import MOST_PROBLEMS
from smartchat.domain.script_file.whatsapp_opening import opens_without_template
from smartchat.domain.text_forms import fold


def check_hours(data: Mapping[str, str]) -> tuple[ActiveHours | None, tuple[ScriptProblem, ...]]:
    """The active hours of a script file that the schema has passed; None where they close before they open."""
    try:
        return ActiveHours.from_json(data), ()
    except ValueError:
        params = {"min": data.get("opens", "08:00"), "max": data.get("closes", "21:00")}
        return None, (ScriptProblem("hours_turned_round", place="/active_hours", params=params),)


def check_wrong_number_text(text: str) -> tuple[ScriptProblem, ...]:
    """What is said to a stranger names no value: it would tell them what is the contact's."""
    if not (names := [*references(text)]) and not [*broken_references(text)]:
        return ()
    params = {"id": str(names[0]) if names else text}
    return (ScriptProblem("wrong_number_names", place="/wrong_number_text", params=params),)


def check_steps(name: str, steps: tuple[Step, ...], sender: str = "") -> tuple[ScriptProblem, ...]:
    """The faults of sense of a script, in the order of its steps: the first 200 of them."""
    return tuple(islice(_faults(name, steps, sender), MOST_PROBLEMS))


def _faults(name: str, steps: tuple[Step, ...], sender: str) -> Problems:
    if not name:
        yield ScriptProblem("empty_text", place="/name")
    places = Places(tuple(_placed(steps, ())))
    opening = opens_without_template(steps, sender)
    for index in range(len(places.placed)):
        here = Here(places, index)
        for check in (_id, _texts, _ranges, _options, _reachable, check_action, check_buttons):
            yield from check(here)
        yield from _template(here, opening)
    if not any(isinstance(step, Message | Question) for step, _ in places.placed):
        yield ScriptProblem("nothing_to_say", place="/steps")


def _placed(steps: tuple[Step, ...], path: Path) -> Iterator[tuple[Step, Path]]:
    """Every step with its path in the file, in the order of reading: a flow, then the steps inside it."""
    for index, step in enumerate(steps):
        here = (*path, "steps", index)
        yield step, here
        if isinstance(step, Flow):
            yield from _placed(step.steps, here)


def _id(here: Here) -> Problems:
    id_ = here.step.id
    if not is_id(id_):
        yield here.problem("invalid_id", "id", id=id_)
    elif id_ in RESERVED_IDS:
        yield here.problem("reserved_id", "id", id=id_)
    for path, name in here.own_values():
        if name == id_:
            yield here.problem("value_named_like_step", *path, id=name)
    names = (*(((), id_),), *here.own_values())
    for path, name in names:
        first = here.first_named(name)
        if first is not None:
            yield here.problem(
                "duplicate_id", *(path or ("id",)), id=name, first=first, number=here.index + 1
            )


def _texts(here: Here) -> Problems:
    for path, text in _texts_of(here.step):
        if not text.strip():
            yield here.problem("empty_text", *path)
        for position in broken_references(without_secrets(here.step, text)):
            yield here.problem(
                "broken_reference", *path, position=position, excerpt=text[position : position + 20]
            )
        for reference in references(text):
            yield from _reference(here, path, reference.id, reference.position)


def _texts_of(step: Step) -> Iterator[tuple[Path, str]]:
    match step:
        case Message():
            yield ("text",), step.text
            yield from _texts_of_template(step.template)
        case End():
            if step.text is not None:
                yield ("text",), step.text
        case External():
            yield from external_texts(step)
        case CustomData() | Math() | Flow() | HandOver():
            pass
        case Question():
            yield from _texts_of_question(step)
        case _:
            assert_never(step)


def _texts_of_template(template: Template | None) -> Iterator[tuple[Path, str]]:
    for key, text in template.variables if template else ():
        yield ("template", "variables", key), text


def _texts_of_question(question: Question) -> Iterator[tuple[Path, str]]:
    yield ("text",), question.text
    yield from _texts_of_template(question.template)
    if question.retry_message is not None:
        yield ("retry_message",), question.retry_message
    if isinstance(question, MultipleChoiceQuestion):
        yield from ((("options", index), option) for index, option in enumerate(question.options))


def _reference(here: Here, path: Path, id_: str, position: int) -> Problems:
    params = {"id": id_, "position": position}
    match here.fault_of_reference(id_):
        case None:
            return
        case "unknown":
            yield here.problem("unknown_reference", *path, **params, proposal=here.closest(id_))
        case "later":
            yield here.problem("later_reference", *path, **params)
        case "without_value":
            yield here.problem("reference_without_value", *path, **params)


def _ranges(here: Here) -> Problems:
    match here.step:
        case TextQuestion(min_length=low, max_length=high):
            low = max(low or 1, 1)  # an answer without any text is none
            if high is not None and high < low:
                yield here.problem("range_turned_round", "min_length", min=low, max=high)
        case IntegerQuestion(min=least, max=most):
            if least is not None and most is not None and most < least:
                yield here.problem("range_turned_round", "min", min=least, max=most)
        case DateQuestion(min=first, max=last):
            yield from _date_limits(here, first, last)
        case _:
            pass


def _date_limits(here: Here, first: str | None, last: str | None) -> Problems:
    dates = {
        step.id
        for step in here.earlier
        if isinstance(step, DateQuestion) or (isinstance(step, CustomData) and step.data_type == "DATE")
    }
    for field, limit in (("min", first), ("max", last)):
        if limit is not None and limit != TODAY and limit not in dates and real_date(limit) is None:
            yield here.problem("invalid_date_limit", field, value=limit)
    low, high = real_date(first or ""), real_date(last or "")
    if low is not None and high is not None and high < low:
        yield here.problem("range_turned_round", "min", min=first, max=last)


def real_date(text: str) -> date | None:
    """The day that a text in the form YYYY-MM-DD means, None where there is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None  # Python reads 20260101 and 2026-W01-1 too


def _options(here: Here) -> Problems:
    if not isinstance(here.step, MultipleChoiceQuestion):
        return
    seen: dict[str, str] = {}
    for index, option in enumerate(here.step.options):
        plain = " ".join(fold(option).split())
        if plain in seen:
            yield here.problem("duplicate_option", "options", index, option=option, first=seen[plain])
        seen.setdefault(plain, option)


def _reachable(here: Here) -> Problems:
    """A Custom Data step does nothing in the conversation, so it may stand anywhere."""
    end = next((step for step in here.before if isinstance(step, End | HandOver)), None)
    if end is not None and not isinstance(here.step, CustomData):
        yield here.problem("unreachable_step", end=end.id)


def _template(here: Here, opening: str | None) -> Problems:
    """A chatbot may be kept without it, as templates take days to be approved; a launch is refused."""
    if here.step.id == opening:
        yield replace(here.problem("no_template"), severity="warning")
