"""Patterns of words, matched in one pass: the time grows with the text, whatever the pattern and the text are.

`dog|cat* (a|b)? end`: words with spaces between; `( )` groups, `|` parts alternatives, and what stands before `?`,
`*` or `+` may be left out, or come again. `_` is any one word.
"""

import re
from collections.abc import Iterator, Sequence

# A group of nothing but words, one of which is meant, is one token: most patterns are made of them.
_TOKEN = re.compile(r"\([^\s()|?*+]++(?:\|[^\s()|?*+]++)*+\)|[()|?*+]|[^\s()|?*+]++")
_ANY = "_"


class _Place:
    """All the states that some words lead to at once, and where the next words lead to, as far as known.

    None: nowhere.
    """

    __slots__ = ("is_end", "moves", "states")

    def __init__(self, states: frozenset[int], is_end: bool) -> None:
        self.states, self.is_end = states, is_end
        self.moves: dict[str, _Place | None] = {}


class WordPattern:
    """An automaton over words (Thompson's construction), made deterministic as far as texts go."""

    def __init__(self, pattern: str) -> None:
        self._by_kind: list[dict[str, list[int]]] = []
        self._free: list[list[int]] = []
        self._tokens = _TOKEN.findall(pattern)
        self._at = 0
        start = self._state()
        self._end = self._alternatives(start)
        if self._at < len(self._tokens):
            raise ValueError(f"{self._tokens[self._at]!r} closes nothing in {pattern!r}")
        self._kinds: dict[str, set[str]] = {}
        for token in set(self._tokens).difference("()|?*+"):
            for word in token.strip("()").split("|"):
                self._kinds.setdefault(word, set()).add(token)
        self._places: dict[frozenset[int], _Place] = {}
        self._start = self._place([start])

    @property
    def words(self) -> frozenset[str]:
        """Every word that the pattern names."""
        return frozenset(self._kinds)

    def fullmatch(self, words: Sequence[str]) -> bool:
        """Whether the words, all of them, are what the pattern says."""
        place = self._start
        for written in words:
            # All words that the pattern does not name are one to it: what is kept of them does not grow with texts.
            word = written if written in self._kinds else _ANY
            if word not in self._kinds:
                return False
            following = place.moves[word] if word in place.moves else self._move(place, word)
            if following is None:
                return False
            place = following
        return place.is_end

    def _move(self, place: _Place, word: str) -> _Place | None:
        kinds = self._kinds[word] | self._kinds.get(_ANY, set())
        found = [
            after
            for state in place.states
            for kind in kinds & self._by_kind[state].keys()
            for after in self._by_kind[state][kind]
        ]
        following = place.moves[word] = self._place(found) if found else None
        return following

    def _place(self, states: list[int]) -> _Place:
        """These states and all that are reached from them without a word."""
        found, waiting = set(states), states
        while waiting:
            for after in self._free[waiting.pop()]:
                if after not in found:
                    found.add(after)
                    waiting.append(after)
        key = frozenset(found)
        return self._places.setdefault(key, _Place(key, self._end in key))

    def _state(self) -> int:
        self._by_kind.append({})
        self._free.append([])
        return len(self._free) - 1

    def _alternatives(self, start: int) -> int:
        """Reads alternatives that all begin at a state; the state where they all end."""
        end = self._state()
        while True:
            self._free[self._sequence(start)].append(end)
            if self._peek() != "|":
                return end
            self._at += 1

    def _sequence(self, start: int) -> int:
        at = start
        for item in self._items():
            begin = self._state()
            self._free[at].append(begin)
            at = self._group(begin) if item == "(" else self._word(begin, item)
            at = self._repeated(begin, at)
        return at

    def _items(self) -> Iterator[str]:
        while (item := self._peek()) not in ("", "|", ")"):
            self._at += 1
            yield item

    def _group(self, begin: int) -> int:
        end = self._alternatives(begin)
        if self._peek() != ")":
            raise ValueError("a group is not closed")
        self._at += 1
        return end

    def _word(self, begin: int, word: str) -> int:
        if word in "?*+":
            raise ValueError(f"{word!r} stands behind nothing")
        end = self._state()
        self._by_kind[begin].setdefault(word, []).append(end)
        return end

    def _repeated(self, begin: int, end: int) -> int:
        """The end of an item with the sign behind it, if there is one."""
        sign = self._peek()
        if sign not in ("?", "*", "+"):
            return end
        self._at += 1
        after = self._state()
        self._free[end].append(after)
        if sign != "+":
            self._free[begin].append(after)
        if sign != "?":
            self._free[end].append(begin)
        return after

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""
