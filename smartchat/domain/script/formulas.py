"""Formulas (`MONTO * 1.16`) and expressions (`PAGA == 'no' && MONTO > 500`): parsed by a small Pratt parser of our own.

Numbers are Decimal, texts stand in quotes, dates are texts `YYYY-MM-DD`, names are Unique IDs. Nothing runs Python.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from smartchat.domain.script.texts import ID_PATTERN

LONGEST = 1_000
DEEPEST = 40

Operator = Literal["+", "-", "*", "/", "&&", "||", "==", "!=", "<", "<=", ">", ">="]
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
ARITHMETIC = frozenset({"+", "-", "*", "/"})
_BINDING: Mapping[str, int] = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(COMPARISONS, 3),
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
}
_NEGATION = 6
_TOKEN = re.compile(
    rf"\s*+(?:(?P<number>[0-9]++(?:\.[0-9]++)?+)|(?P<name>{ID_PATTERN})"
    r"|(?P<operator>&&|\|\||==|!=|<=|>=|[-+*/<>()!])|(?P<text>'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\"|“[^”]*+”|‘[^’]*+’))"
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CLOSING: Mapping[str, str] = {"“": "”", "‘": "’"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written; `position` counts characters from 0, here and below."""

    value: Decimal
    position: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """The value of a step."""

    id: str
    position: int


@dataclass(frozen=True, slots=True)
class Minus:
    """The negative of a number."""

    of: "Node"
    position: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Two sides and what is done with them; `position` is that of the operator."""

    operator: str
    left: "Node"
    right: "Node"
    position: int


Node = Number | Text | Name | Minus | Operation


@dataclass(frozen=True, slots=True)
class FormulaFault:
    """Where a formula or expression stops making sense: `position` counts characters from 0."""

    code: str
    position: int
    params: Mapping[str, Any] = field(default_factory=dict)


class _Broken(Exception):
    def __init__(self, code: str, position: int, **params: Any) -> None:
        super().__init__(code)
        self.fault = FormulaFault(code, position, params)


def parse_formula(text: str) -> Node | FormulaFault:
    """The tree of an arithmetic formula with + - * / ( ) over numbers and IDs."""
    return _parse(text, False)


def parse_expression(text: str) -> Node | FormulaFault:
    """The tree of a condition: comparisons, joined by && and ||; what it gives is true or false."""
    return _parse(text, True)


def names(node: Node) -> Iterator[Name]:
    """The IDs in it, in the order of the text."""
    match node:
        case Name():
            yield node
        case Minus(of):
            yield from names(of)
        case Operation(_, left, right):
            yield from names(left)
            yield from names(right)
        case _:
            return


def literal_at(text: str, position: int) -> str:
    """The number or text in quotes at the position of its node, as it is written; "" where there is none."""
    found = _TOKEN.match(text, position)
    return found[0] if found is not None and found.lastgroup in ("number", "text") else ""


def as_literal(value: str, like: str) -> str:
    """A text in quotes: in those of another literal where they hold it, or else in straight ones, escaped."""
    quote = like[:1]
    if quote in _CLOSING and _CLOSING[quote] not in value:
        return f"{quote}{value}{_CLOSING[quote]}"
    if quote not in ("'", '"') or quote in value:
        quote = '"' if "'" in value and '"' not in value else "'"
    return quote + value.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote


def _parse(text: str, condition: bool) -> Node | FormulaFault:
    if len(text) > LONGEST:
        return FormulaFault("formula_too_long", LONGEST, {"length": len(text), "limit": LONGEST})
    if not text.strip():
        return FormulaFault("formula_empty", 0)
    try:
        node = _Parser(text).whole()
        _check(node, condition)
    except _Broken as broken:
        return broken.fault
    return node


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str | None
    text: str
    position: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._token = self._next()

    def whole(self) -> Node:
        node = self._expression(0)
        if self._token.kind is not None:
            code = "formula_unopened" if self._token.text == ")" else "formula_no_operator"
            raise _Broken(code, self._token.position, excerpt=self._excerpt(self._token.position))
        return node

    def _expression(self, binding: int) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Broken("formula_too_deep", self._token.position)
        left = self._operand()
        while self._token.kind == "operator" and (bound := _BINDING.get(self._token.text, -1)) > binding:
            operator = self._take()
            left = Operation(operator.text, left, self._expression(bound), operator.position)
        self._depth -= 1
        return left

    def _operand(self) -> Node:
        token = self._take()
        match token.kind:
            case "number":
                return Number(Decimal(token.text), token.position)
            case "name":
                return Name(token.text, token.position)
            case "text":
                inside = token.text[1:-1]
                straight = token.text[0] in "'\""
                return Text(_ESCAPED.sub(r"\1", inside) if straight else inside, token.position)
            case "operator" if token.text == "-":
                return Minus(self._expression(_NEGATION), token.position)
            case "operator" if token.text == "(":
                node = self._expression(0)
                if self._token.text != ")" or self._token.kind != "operator":
                    raise _Broken("formula_unclosed", token.position)
                self._take()
                return node
            case None:
                raise _Broken("formula_ends", len(self._text.rstrip()))
            case _:
                raise _Broken("formula_no_value", token.position, excerpt=self._excerpt(token.position))

    def _take(self) -> _Token:
        token, self._token = self._token, self._next()
        return token

    def _next(self) -> _Token:
        if not self._text[self._at :].strip():
            return _Token(None, "", len(self._text))
        found = _TOKEN.match(self._text, self._at)
        if found is None or found.lastgroup is None:
            raise self._strange()
        self._at = found.end()
        return _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))

    def _strange(self) -> _Broken:
        rest = self._text[self._at :]
        position = self._at + len(rest) - len(rest.lstrip())
        char = self._text[position]
        if char in "'\"“‘":
            return _Broken("formula_open_quote", position)
        if char in "=&|":
            return _Broken("formula_half_operator", position, operator=char, whole=char * 2)
        return _Broken("formula_strange", position, character=char)

    def _excerpt(self, position: int) -> str:
        return self._text[position : position + 20]


def _check(node: Node, condition: bool) -> None:
    """A formula calculates and a condition compares: what each may hold."""
    match node:
        case Operation(operator, left, right, position):
            if operator in ARITHMETIC and condition:
                raise _Broken("condition_is_number", position)
            if operator not in ARITHMETIC and not condition:
                raise _Broken("formula_is_condition", position, operator=operator)
            sides = operator in ("&&", "||")
            for side in (left, right):
                if sides:
                    _check(side, True)
                else:
                    _check_value(side, texts=condition)
        case (
            Minus(position=position)
            | Number(position=position)
            | Name(position=position)
            | Text(position=position)
        ):
            if condition:
                raise _Broken("condition_is_number", position)
            _check_value(node, texts=False)


def _check_value(node: Node, texts: bool) -> None:
    """A side of a comparison, or a part of a formula."""
    match node:
        case Text(value, position) if not texts:
            raise _Broken("formula_has_text", position, excerpt=value[:20])
        case Minus(of):
            _check_value(of, texts=False)
        case Operation(operator, left, right, position):
            if operator not in ARITHMETIC:
                raise _Broken("formula_is_condition", position, operator=operator)
            _check_value(left, texts=False)
            _check_value(right, texts=False)
        case _:
            return
