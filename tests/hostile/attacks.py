"""Hostile texts out of a pattern's own language: what it repeats, repeated; and an end on which it must fail."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice, product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

ENDS = ("", "\0", "!", " x", "9", "\n")
_MOST_EXAMPLES = 12  # of one piece: of a hundred alternatives these stand for all
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
_OF_CATEGORY = {
    codes.CATEGORY_DIGIT: "7",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_WORD: "-",
}


def fragments(pattern: re.Pattern[Any]) -> list[tuple[str, str]]:
    """(what leads to it, what is repeated): the insides of the pattern's own repeats, and whole matches."""
    source, flags = pattern.pattern, pattern.flags
    if isinstance(source, bytes):
        source, flags = source.decode("latin-1"), flags | re.ASCII
    tree = list(_parser.parse(source, flags))
    repeats = [(before, body) for before, bodies in _repeats(tree, "") for body in bodies if body]
    whole = [text for text in _examples(tree) if text]
    return list(
        dict.fromkeys([*repeats, *(("", body) for _, body in repeats), *(("", text) for text in whole)])
    )


def attacks(pattern: re.Pattern[Any], most: int | None = None) -> Iterator[Callable[[int], str]]:
    """Makers of hostile texts of any size; at most some of them, spread over all."""
    found = fragments(pattern)
    makers = [partial(repeated, before, body, end) for before, body in found for end in ENDS]
    return iter(makers[:: max(1, len(makers) // most)] if most else makers)


def repeated(before: str, body: str, end: str, size: int) -> str:
    """A text of about this size, at least one repetition long."""
    return before + body * max(1, size // len(body)) + end


def _repeats(nodes: list, before: str) -> Iterator[tuple[str, list[str]]]:
    """(a text that leads to it, examples of its inside) of each repeat that may go on for long."""
    for op, value in nodes:
        match op:
            case _ if op in _REPEATS:
                _, most, inner = value
                if most > 8:
                    yield before, _examples(list(inner), often=True)
                yield from _repeats(list(inner), before)
            case codes.SUBPATTERN:
                yield from _repeats(list(value[-1]), before)
            case codes.ATOMIC_GROUP:
                yield from _repeats(list(value), before)
            case codes.BRANCH:
                for branch in value[1]:
                    yield from _repeats(list(branch), before)
            case codes.ASSERT | codes.ASSERT_NOT:
                yield from _repeats(list(value[1]), before)
        before += next(iter(_examples([(op, value)])), "")


def _examples(nodes: list, often: bool = False) -> list[str]:
    """Some texts that these nodes match, near enough: look-arounds and back references are not kept."""
    parts = [_of_node(op, value, often) for op, value in nodes]
    widest = max(map(len, parts), default=0)
    found = dict.fromkeys(
        "".join(one) for one in islice(product(*(part[:2] for part in parts)), _MOST_EXAMPLES)
    )
    # Each alternative once: the product alone would vary the last pieces only.
    for at in range(min(widest, 200)):
        found["".join(part[at % len(part)] if part else "" for part in parts)] = None
    return list(found)


def _of_node(op: object, value: object, often: bool) -> list[str]:  # noqa: PLR0911 - one case an operator
    match op, value:
        case codes.LITERAL, int(char):
            return [chr(char)]
        case codes.NOT_LITERAL, int(char):
            return ["a" if char != ord("a") else "b"]
        case codes.ANY, _:
            return ["a", "\n"]
        case codes.IN, list(members):
            return _of_set(members)
        case codes.BRANCH, (_, branches):
            return [text for branch in branches for text in _examples(list(branch), often)[:4]]
        case codes.SUBPATTERN, (*_, inner):
            return _examples(list(inner), often)
        case codes.ATOMIC_GROUP, inner:
            return _examples(list(inner), often)
        case _, (least, most, inner) if op in _REPEATS:
            return _of_repeat(int(least), int(most), _examples(list(inner), often))
        case _:
            return [""]


def _of_repeat(least: int, most: int, inner: list[str]) -> list[str]:
    counts = [max(least, 1), least, min(max(least, 1) + 1, most)]
    return [text * count for text in inner[:6] for count in dict.fromkeys(counts)]


def _of_set(members: list) -> list[str]:
    if members and members[0][0] is codes.NEGATE:
        return [char for char in "a7 -.é/\"'({" if not any(_is_in(char, member) for member in members[1:])][
            :3
        ]
    found = []
    for op, value in members:
        match op:
            case codes.LITERAL:
                found.append(chr(value))
            case codes.RANGE:
                found += [chr(value[0]), chr(value[1])]
            case codes.CATEGORY:
                found.append(_OF_CATEGORY[value])
    return list(dict.fromkeys(found))[:8]


def _is_in(char: str, member: tuple) -> bool:
    op, value = member
    match op:
        case codes.LITERAL:
            return char == chr(value)
        case codes.RANGE:
            return bool(value[0] <= ord(char) <= value[1])
        case codes.CATEGORY:
            shapes = {
                codes.CATEGORY_DIGIT: r"\d",
                codes.CATEGORY_NOT_DIGIT: r"\D",
                codes.CATEGORY_SPACE: r"\s",
                codes.CATEGORY_NOT_SPACE: r"\S",
                codes.CATEGORY_WORD: r"\w",
                codes.CATEGORY_NOT_WORD: r"\W",
            }
            return re.match(shapes[value], char) is not None
    return False
