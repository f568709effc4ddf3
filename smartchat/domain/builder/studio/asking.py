"""What a question of Studio's becomes, by what the split after it looks for in the answer."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smartchat.domain.builder.studio.document import Branch, Condition
from smartchat.domain.text_forms import fold

# Predicates that look for words; our questions find them inside a sentence anyway.
SAYS = frozenset({"equal_to", "matches_any_of", "contains", "starts_with"})
ORDERS = frozenset({"less_than", "greater_than"})
_YES = frozenset({"yes", "y", "yeah", "yep", "yup", "ok", "okay", "sure", "si", "s", "claro"})
_NO = frozenset({"no", "n", "nope", "nah"})
_LINE = re.compile(r"\s*+(\d{1,2})(?:\ufe0f?\u20e3|\s*+[.):=-])\s*+(\S.*)")
_MOST_OPTIONS, _LONGEST_OPTION = 100, 200


@dataclass(frozen=True)
class QuestionFields:
    """The fields of a question step, and which value of ours each of Studio's values means (folded).

    `all_values`: every value that an answer can have, where they can be counted.
    """

    fields: Mapping[str, Any]
    meanings: Mapping[str, str] = field(default_factory=dict)
    all_values: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        return bool(self.fields["type"] == "integer")


def plain(value: str) -> str:
    """A value as answers are compared: without case, accents and spaces too many."""
    return " ".join(fold(value).split())


def values_of(condition: Condition) -> tuple[str, ...]:
    """The values that a condition looks for; of a list of them each one."""
    listed = condition.predicate in ("matches_any_of", "does_not_match_any_of")
    values = condition.value.split(",") if listed else [condition.value]
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def asked_as(
    body: str, branches: Sequence[Branch], convert: Callable[[str], str | None]
) -> QuestionFields | None:
    """The question for a text in Liquid and the branches of the split after it; None where the text cannot be said."""
    text = (convert(body) or "").strip()
    if not text:
        return None
    if branches and all(_is_number(branch) for branch in branches) and _orders(branches):
        return QuestionFields({"type": "integer", "text": text})
    groups = [_words(branch) for branch in branches]
    if groups and all(groups) and not _overlap(groups):
        return (
            _yes_no(text, groups) or _numbered(body, groups, convert) or _choice(text, groups) or _text(text)
        )
    return _text(text)


def _text(text: str) -> QuestionFields:
    return QuestionFields({"type": "text", "text": text})


def _words(branch: Branch) -> tuple[str, ...]:
    if len(branch.conditions) != 1 or branch.conditions[0].predicate not in SAYS:
        return ()
    values = values_of(branch.conditions[0])
    return values if all(plain(value) and "{" not in value for value in values) else ()


def _overlap(groups: Sequence[Sequence[str]]) -> bool:
    seen: set[str] = set()
    for group in groups:
        values = {plain(value) for value in group}
        if values & seen:
            return True
        seen |= values
    return False


def _yes_no(text: str, groups: Sequence[Sequence[str]]) -> QuestionFields | None:
    meanings: dict[str, str] = {}
    for group in groups:
        values = {plain(value) for value in group}
        value = "yes" if values <= _YES else "no" if values <= _NO else None
        if value is None or value in meanings.values():
            return None
        meanings |= dict.fromkeys(values, value)
    return QuestionFields({"type": "binary", "kind": "yes_no", "text": text}, meanings, ("yes", "no"))


def _numbered(
    body: str, groups: Sequence[Sequence[str]], convert: Callable[[str], str | None]
) -> QuestionFields | None:
    """A menu: the lines "1. Ventas", "2) Soporte" of the text are the options, and answers name their numbers."""
    lines = body.splitlines()
    found = {index: match for index, line in enumerate(lines) if (match := _LINE.fullmatch(line.rstrip()))}
    labels = [(convert(match[2]) or "").strip() for match in found.values()]
    if [match[1] for match in found.values()] != [str(n) for n in range(1, len(found) + 1)]:
        return None
    question = convert("\n".join(line for index, line in enumerate(lines) if index not in found))
    text = re.sub(r"\n{3,}", "\n\n", (question or "").strip())
    if not text or not _are_options(labels):
        return None
    meanings = {str(number): label for number, label in enumerate(labels, 1)}
    by_label = {plain(label): label for label in labels}
    for group in groups:
        known = {meanings.get(plain(value)) or by_label.get(plain(value)) for value in group} - {None}
        if len(known) != 1:
            return None
        label = next(label for label in known if label is not None)
        meanings |= {plain(value): label for value in group}
    fields = {"type": "multiple_choice", "answers": "single", "text": text, "options": labels}
    return QuestionFields(fields, {**by_label, **meanings}, tuple(labels))


def _choice(text: str, groups: Sequence[Sequence[str]]) -> QuestionFields | None:
    """The values are the options: of each branch the first one that is a word."""
    labels = [next((value for value in group if not value.isdecimal()), group[0]) for group in groups]
    if not _are_options(labels):
        return None
    meanings = {plain(value): label for group, label in zip(groups, labels, strict=True) for value in group}
    fields: dict[str, Any] = {"type": "multiple_choice", "answers": "single", "text": text, "options": labels}
    if any(value.isdecimal() for group in groups for value in group):
        fields["show_options"] = False  # the text numbers them in words of its own
    return QuestionFields(fields, meanings, tuple(labels))


def _are_options(labels: Sequence[str]) -> bool:
    different = len({plain(label) for label in labels} - {""}) == len(labels)
    return (
        different
        and 2 <= len(labels) <= _MOST_OPTIONS
        and all(len(label) <= _LONGEST_OPTION and "\n" not in label for label in labels)
    )


def _is_number(branch: Branch) -> bool:
    known = ORDERS | {"equal_to", "not_equal_to"}
    return bool(branch.conditions) and all(
        one.predicate in known and re.fullmatch(r"-?\d{1,15}", one.value) for one in branch.conditions
    )


def _orders(branches: Sequence[Branch]) -> bool:
    return any(one.predicate in ORDERS for branch in branches for one in branch.conditions)
