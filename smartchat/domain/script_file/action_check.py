"""The sense of actions: formulas, conditions, external systems. Every problem names the place and what to do."""

import re
from collections.abc import Iterator
from dataclasses import replace

from smartchat.domain.script.formulas import FormulaFault, Node, names, parse_expression, parse_formula
from smartchat.domain.script.reserved import RESERVED_IDS
from smartchat.domain.script.secret_names import SECRET
from smartchat.domain.script.steps import (
    BINARY_ANSWERS,
    BinaryQuestion,
    CustomData,
    External,
    Flow,
    IntegerQuestion,
    Math,
    MultipleChoiceQuestion,
    Simple,
    Step,
)
from smartchat.domain.script.texts import is_id, references
from smartchat.domain.script_file.place import Here, Path, Problems
from smartchat.domain.script_file.problem import ScriptProblem

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def check_action(here: Here) -> Problems:
    """The problems of a math, flow or external step; none for every other."""
    match here.step:
        case Math(formula=formula):
            yield from _formula(here, formula)
        case Flow(display_if=Simple() as simple):
            yield from _simple(here, simple)
        case Flow(display_if=str() as expression):
            yield from _names(here, parse_expression(expression), "display_if")
        case External() as external:
            yield from _external(here, external)
        case _:
            return
    if isinstance(here.step, Flow) and not here.step.steps:
        yield _warning(here.problem("empty_flow", "steps"))


def external_texts(step: External) -> Iterator[tuple[Path, str]]:
    """The texts of an external step that may hold {{ID}}, with their places."""
    yield ("url",), step.url
    for name, value in step.headers:
        if value.strip():
            yield ("headers", name), value
    if step.body and step.body.strip():
        yield ("body",), step.body


def without_secrets(step: Step, text: str) -> str:
    """The text with {{secret.NAME}} blotted out where that may stand: in what an external system gets."""
    if not isinstance(step, External):
        return text
    return SECRET.sub(lambda match: " " * len(match[0]), text)


def _warning(problem: ScriptProblem) -> ScriptProblem:
    return replace(problem, severity="warning")


def _formula(here: Here, formula: str) -> Problems:
    node = parse_formula(formula)
    yield from _names(here, node, "formula")
    if isinstance(node, FormulaFault):
        return
    for name in names(node):
        step = here.source_of(name.id)
        if step is not None and not _may_be_number(step):
            yield here.problem("formula_not_a_number", "formula", id=name.id, position=name.position)


def _may_be_number(step: Step) -> bool:
    return isinstance(step, IntegerQuestion | Math | External) or (
        isinstance(step, CustomData) and step.data_type == "NUMBER"
    )


def _names(here: Here, node: Node | FormulaFault, field: str) -> Problems:
    if isinstance(node, FormulaFault):
        yield here.problem(node.code, field, position=node.position, **node.params)
        return
    for name in names(node):
        params = {"id": name.id, "position": name.position}
        match here.fault_of_reference(name.id):
            case None:
                continue
            case "unknown":
                proposal = here.closest(name.id)
                yield here.problem("formula_unknown_reference", field, **params, proposal=proposal)
            case "later":
                yield here.problem("formula_later_reference", field, **params)
            case "without_value":
                yield here.problem("formula_reference_without_value", field, **params)


def _simple(here: Here, simple: Simple) -> Problems:
    params = {"id": simple.step, "position": 0}
    match here.fault_of_reference(simple.step):
        case "unknown":
            proposal = here.closest(simple.step)
            yield here.problem("formula_unknown_reference", "display_if", "step", **params, proposal=proposal)
        case "later":
            yield here.problem("formula_later_reference", "display_if", "step", **params)
        case "without_value":
            yield here.problem("formula_reference_without_value", "display_if", "step", **params)
        case None:
            step = here.source_of(simple.step)
            possible = _possible_values(step) if step is not None else ()
            if possible and simple.equals not in possible:
                allowed = tuple(possible)
                yield here.problem(
                    "wrong_value", "display_if", "equals", value=simple.equals, allowed=allowed
                )


def _possible_values(step: Step) -> tuple[str, ...]:
    """The values that a question can give; () where they are without number, or known only for each contact."""
    match step:
        case BinaryQuestion(kind=kind):
            return BINARY_ANSWERS[kind]
        case MultipleChoiceQuestion(options=options) if not any(map(references, options)):
            return options
        case _:
            return ()


def _external(here: Here, step: External) -> Problems:
    for name, value in step.headers:
        if not _HEADER_NAME.fullmatch(name) or "\n" in value or "\r" in value:
            yield here.problem("invalid_header", "headers", name, name=name)
    for path, id_ in here.own_values():
        if not is_id(id_):
            yield here.problem("invalid_id", *path, id=id_)
        elif id_ in RESERVED_IDS:
            yield here.problem("reserved_id", *path, id=id_)
    if step.url.partition("://")[2].lstrip().startswith("{{") and "/" not in step.url.partition("://")[2]:
        yield _warning(here.problem("address_of_contact", "url"))
