"""Conditions of splits as conditions of flows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from smartchat.domain.builder.studio.asking import ORDERS, QuestionFields, plain, values_of
from smartchat.domain.builder.studio.document import Condition

_OPERATORS = {"less_than": ("<", ">="), "greater_than": (">", "<=")}
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?\Z")


@dataclass(frozen=True)
class Subject:
    """What a split looks at: the step or column `id`. `asked` is the question, None for a column."""

    id: str
    is_number: bool
    asked: QuestionFields | None = None

    @property
    def options(self) -> tuple[str, ...]:
        return self.asked.all_values if self.asked else ()


@dataclass(frozen=True)
class Test:
    """A condition and its opposite as expressions; `value` where it is just one value of a question."""

    positive: str
    negative: str
    value: str | None = None
    orders: bool = False
    values: frozenset[str] = frozenset()  # the options that it takes, of a question that has them
    leftover: bool = False  # holds only where no other branch does

    def display_if(self, subject: Subject, earlier: Sequence["Test"] = ()) -> str | dict[str, Any]:
        """The condition of a flow. Studio takes the first branch that holds: of numbers none before may hold."""
        if self.value is not None and subject.asked is not None:
            return {"step": subject.id, "equals": self.value}
        ordered = not self.leftover and (self.orders or any(test.orders for test in earlier))
        before = [test.negative for test in earlier] if ordered else []
        return " && ".join(_grouped(part) for part in (self.positive, *before)) if before else self.positive


def test_of(subject: Subject, conditions: Sequence[Condition]) -> Test | None:
    """The test of one branch; None where an expression cannot say it (regex, times, several conditions)."""
    if len(conditions) != 1:
        return None
    condition = conditions[0]
    if condition.predicate in ORDERS:
        return _order(subject, condition)
    negated = condition.predicate in ("not_equal_to", "does_not_match_any_of")
    words = condition.predicate in ("equal_to", "matches_any_of") or negated
    if not words and not (subject.options and condition.predicate in ("contains", "starts_with")):
        return None
    values = [_value(subject, value) for value in values_of(condition)]
    if not values or None in values:
        return None
    found = tuple(dict.fromkeys(value for value in values if value is not None))
    test = _any(subject, found)
    return replace(opposite(test, subject), leftover=False) if test is not None and negated else test


def any_of(tests: Sequence[Test]) -> Test:
    """One test for several branches that lead to the same place."""
    if len(tests) == 1:
        return tests[0]
    return Test(
        " || ".join(_grouped(test.positive) for test in tests),
        " && ".join(_grouped(test.negative) for test in tests),
        orders=any(test.orders for test in tests),
        values=frozenset().union(*(test.values for test in tests)),
    )


def opposite(test: Test, subject: Subject) -> Test:
    """The test that holds where this one does not."""
    rest = [value for value in subject.options if value not in test.values]
    single = rest[0] if subject.options and len(rest) == 1 else None
    return Test(test.negative, test.positive, single, test.orders, frozenset(rest), leftover=True)


def _value(subject: Subject, value: str) -> str | None:
    if "{" in value:
        return None
    return subject.asked.meanings.get(plain(value)) if subject.asked and subject.options else value


def _any(subject: Subject, values: Sequence[str]) -> Test | None:
    written = [_number(value) if subject.is_number else _quoted(value) for value in values]
    if None in written:
        return None
    return Test(
        " || ".join(f"{subject.id} == {value}" for value in written),
        " && ".join(f"{subject.id} != {value}" for value in written),
        values[0] if len(values) == 1 and subject.options else None,
        values=frozenset(values),
    )


def _order(subject: Subject, condition: Condition) -> Test | None:
    number = _number(condition.value)
    if number is None or not subject.is_number:
        return None
    yes, no = _OPERATORS[condition.predicate]
    return Test(f"{subject.id} {yes} {number}", f"{subject.id} {no} {number}", orders=True)


def _number(text: str) -> str | None:
    return text if _NUMBER.match(text) else None


def _quoted(text: str) -> str | None:
    quote = next((quote for quote in "'\"" if quote not in text), None)
    return None if quote is None or "\\" in text or "\n" in text else f"{quote}{text}{quote}"


def _grouped(expression: str) -> str:
    return f"({expression})" if " || " in expression or " && " in expression else expression
