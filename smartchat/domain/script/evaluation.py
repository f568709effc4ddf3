"""What formulas and conditions give for the values of one contact. Never raises; every answer is bounded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Literal

from smartchat.domain.script.formulas import Minus, Name, Node, Number, Operation, Text, names

Known = Decimal | str | tuple[str, ...] | None
"""A number, a text (a date is `YYYY-MM-DD`), several options, or nothing."""

_EXACT = Context(prec=50, traps=[])
_PLACES = Decimal("1e-10")
_LARGEST = Decimal(10) ** 15
# No exponents: 1e999999999 from another system is finite, and too large for almost everything one does with it.
_PLAIN = re.compile(r"[-+]?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class NoNumber:
    """Why a formula has no value; `id` names what is missing or is no number."""

    why: Literal["missing", "not_a_number", "division_by_zero", "too_large"]
    id: str | None = None


def calculate(node: Node, known: Mapping[str, Known]) -> Decimal | NoNumber:
    """The number of a formula, with at most ten decimals and fifteen digits before them."""
    result = _number(node, known)
    if isinstance(result, NoNumber):
        return result
    if not result.is_finite() or result.copy_abs() >= _LARGEST:
        return NoNumber("too_large")
    return plain(result)


def plain(number: Decimal) -> Decimal:
    """At most ten decimals, none of them an idle zero, and no exponent."""
    rounded = number.quantize(_PLACES, context=_EXACT).normalize(_EXACT)
    return rounded.quantize(Decimal(1), context=_EXACT) if rounded == rounded.to_integral_value() else rounded


def written(number: Decimal) -> str:
    """A number as contacts read it: 1566.58, never 1.56658E+3."""
    return format(plain(number), "f").replace("-0", "0") if number == 0 else format(plain(number), "f")


def holds(node: Node, known: Mapping[str, Known]) -> bool:
    """Whether a condition is true. One that names a value which was never given is false as a whole."""
    if any(known.get(name.id) is None for name in names(node)):
        return False
    return _truth(node, known)


def same(value: Known, wanted: Known) -> bool:
    """Whether a value is another one: numbers as numbers; of several options, whether it is among them."""
    if isinstance(value, tuple) and not isinstance(wanted, tuple):
        return str(wanted) in value
    if isinstance(value, Decimal) != isinstance(wanted, Decimal):
        left, right = _as_number(value), _as_number(wanted)
        return left is not None and left == right
    return value == wanted


def _number(node: Node, known: Mapping[str, Known]) -> Decimal | NoNumber:
    match node:
        case Number(value):
            return value
        case Text():
            return NoNumber("not_a_number")
        case Name(id=id_):
            named = known.get(id_)
            if named is None:
                return NoNumber("missing", id_)
            number = _as_number(named)
            return NoNumber("not_a_number", id_) if number is None else number
        case Minus(of):
            inner = _number(of, known)
            return inner if isinstance(inner, NoNumber) else inner.copy_negate()
        case Operation(operator, left, right):
            first, second = _number(left, known), _number(right, known)
            if isinstance(first, NoNumber):
                return first
            if isinstance(second, NoNumber):
                return second
            return _operate(operator, first, second)


def _operate(operator: str, left: Decimal, right: Decimal) -> Decimal | NoNumber:
    match operator:
        case "+":
            result = _EXACT.add(left, right)
        case "-":
            result = _EXACT.subtract(left, right)
        case "*":
            result = _EXACT.multiply(left, right)
        case "/" if right == 0:
            return NoNumber("division_by_zero")
        case "/":
            result = _EXACT.divide(left, right)
        case _:
            return NoNumber("not_a_number")
    return result if result.is_finite() else NoNumber("too_large")


def _truth(node: Node, known: Mapping[str, Known]) -> bool:
    match node:
        case Operation("&&", left, right):
            return _truth(left, known) and _truth(right, known)
        case Operation("||", left, right):
            return _truth(left, known) or _truth(right, known)
        case Operation(operator, left, right):
            return _compare(operator, _value(left, known), _value(right, known))
        case _:
            return False


def _value(node: Node, known: Mapping[str, Known]) -> Known:
    match node:
        case Text(value):
            return value
        case Name(id=id_):
            return known.get(id_)
        case _:
            number = _number(node, known)
            return None if isinstance(number, NoNumber) else number


def _compare(operator: str, left: Known, right: Known) -> bool:
    if left is None or right is None:
        return False
    if operator in ("==", "!="):
        turned = isinstance(right, tuple) and not isinstance(left, tuple)
        equal = same(right, left) if turned else same(left, right)
        return equal == (operator == "==")
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        first, second = _as_number(left), _as_number(right)
        return first is not None and second is not None and _ordered(operator, first, second)
    if isinstance(left, str) and isinstance(right, str):
        # Dates as YYYY-MM-DD stand in the order of their letters.
        return _ordered(operator, left, right)
    return False


def _ordered(operator: str, left: "Decimal | str", right: "Decimal | str") -> bool:
    match operator:
        case "<":
            return left < right  # type: ignore[operator]
        case "<=":
            return left <= right  # type: ignore[operator]
        case ">":
            return left > right  # type: ignore[operator]
        case _:
            return left >= right  # type: ignore[operator]


def _as_number(value: Known) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, str) and _PLAIN.fullmatch(value) else None
