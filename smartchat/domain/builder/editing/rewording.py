"""An option in other words: the conditions that wait for it follow."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from smartchat.domain.builder.editing.document import Document, StepJson
from smartchat.domain.script.formulas import (
    FormulaFault,
    Name,
    Node,
    Number,
    Operation,
    Text,
    as_literal,
    literal_at,
    parse_expression,
)


def reword(document: Document, step_id: str, new_texts: Mapping[str, str]) -> Document:
    """The document whose conditions compare the value of a step with the new texts (by the old ones).

    A condition that cannot be read stays as it is.
    """
    if not new_texts:
        return document
    return {**document, "steps": [_reworded(step, step_id, new_texts) for step in document["steps"]]}


def reworded_buttons(step: StepJson, texts: Mapping[str, str]) -> StepJson:
    """A question whose buttons stand for the new texts of its options."""
    template = step.get("template")
    if not texts or not template or not template.get("buttons"):
        return step
    buttons = [
        {**button, "answer": texts.get(button["answer"], button["answer"])}
        if isinstance(button, dict) and button.get("answer")
        else button
        for button in template["buttons"]
    ]
    return {**step, "template": {**template, "buttons": buttons}}


def new_texts(old: StepJson, new: StepJson) -> dict[str, str]:
    """The texts of options that stand reworded in the place of others, by the texts of those; {} for other steps.

    An option that was added, deleted or moved stands for no other one. Where it cannot be told which option became
    which (other options came or went at the same place), none did.
    """
    if not old["type"] == new["type"] == "multiple_choice":
        return {}
    before, after = old["options"], new["options"]
    pairs: dict[str, str] = {}
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for tag, start, end, new_start, new_end in blocks:
        if tag == "replace" and end - start == new_end - new_start:
            for was, now in zip(before[start:end], after[new_start:new_end], strict=True):
                pairs.setdefault(was, now)
    return {was: now for was, now in pairs.items() if was not in after and now not in before}


def _reworded(step: StepJson, step_id: str, texts: Mapping[str, str]) -> StepJson:
    if step["type"] != "flow":
        return step
    inner = [_reworded(inside, step_id, texts) for inside in step.get("steps", ())]
    return {**step, "display_if": _condition(step["display_if"], step_id, texts), "steps": inner}


def _condition(condition: Any, step_id: str, texts: Mapping[str, str]) -> Any:
    match condition:
        case {"step": str(step), "equals": equals} if step == step_id:
            return {**condition, "equals": texts.get(str(equals), equals)}
        case str():
            return _expression(condition, step_id, texts)
        case _:
            return condition


def _expression(source: str, step_id: str, texts: Mapping[str, str]) -> str:
    node = parse_expression(source)
    if isinstance(node, FormulaFault):
        return source
    # From right to left: what stands before a place stays where it is.
    for literal in sorted(_compared(node, step_id), key=lambda one: one.position, reverse=True):
        written = literal_at(source, literal.position)
        new = texts.get(literal.value if isinstance(literal, Text) else written)
        if new is not None:
            end = literal.position + len(written)
            source = source[: literal.position] + as_literal(new, written) + source[end:]
    return source


def _compared(node: Node, step_id: str) -> Iterator[Text | Number]:
    """What a condition holds equal or unequal to the value of a step; an option "2" may stand there as a number."""
    match node:
        case Operation("==" | "!=", Name(id=name), (Text() | Number()) as literal) if name == step_id:
            yield literal
        case Operation("==" | "!=", (Text() | Number()) as literal, Name(id=name)) if name == step_id:
            yield literal
        case Operation(_, left, right):
            yield from _compared(left, step_id)
            yield from _compared(right, step_id)
        case _:
            return
