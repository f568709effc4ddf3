"""Small typos: how far two words are apart, and which ones sound alike in Spanish."""

import re
from functools import lru_cache

_SOUNDS = (
    (re.compile(r"qu(?=[ei])|q|c(?![eih])"), "k"),
    (re.compile(r"xc(?=[ei])|sc(?=[ei])|[zx]|c(?=[ei])"), "s"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"v"), "b"),
    (re.compile(r"(?<!c)h"), ""),
    (re.compile(r"ll|y"), "i"),
    (re.compile(r"n(?=[bp])"), "m"),
    (re.compile(r"(.)\1"), r"\1"),
)
_LONGEST_WORD = 40  # letters


@lru_cache(maxsize=2048)
def sound(word: str) -> str:
    """A key that is the same for words that Mexicans say alike: "kinse" and "quince", "muger" and "mujer"."""
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    return word


@lru_cache(maxsize=4096)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word)


def distance(left: str, right: str, limit: int) -> int:
    """Optimal string alignment: insertions, deletions, changes and swaps of neighbours. Above `limit`: limit + 1.

    Words of over 40 letters are never near each other.
    """
    if abs(len(left) - len(right)) > limit or len(left) > _LONGEST_WORD:
        return limit + 1 if left != right else 0
    # One slip changes at most two of the letters that only one of them has: most words are told apart by that.
    if len(_letters(left) ^ _letters(right)) > 2 * limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        line = [row]
        for column, b in enumerate(right, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > limit:
            return limit + 1
        before, last = last, line
    return min(last[-1], limit + 1)


def typos_allowed(word: str) -> int:
    """How many slips a word may hold and still be taken for it: none under 4 letters, one under 8, else two."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2
