"""Word lists with phrases in them, found in the words of a clause: leftmost first, longest first."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple


class Span(NamedTuple):
    """Words start ≤ i < end of a clause."""

    start: int
    end: int


def listed(words: str) -> frozenset[str]:
    """Words that stand in one text with spaces between."""
    return frozenset(words.split())


def numbered(words: str, start: int = 1) -> dict[str, int]:
    """The place of each word in a list of alternatives: "uno una | dos" gives 1, 1 and 2."""
    groups = words.split("|")
    return {word: number for number, group in enumerate(groups, start) for word in group.split()}


class Phrases:
    """A set of phrases, written one after the other with | or line breaks between, in plain words."""

    def __init__(self, *lists: str) -> None:
        entries = {tuple(entry.split()) for text in lists for entry in text.replace("\n", "|").split("|")}
        # For each first word the phrases by their length, the longest first.
        self._by_first: dict[str, dict[int, set[tuple[str, ...]]]] = {}
        for entry in sorted(filter(None, entries), key=len, reverse=True):
            self._by_first.setdefault(entry[0], {}).setdefault(len(entry), set()).add(entry)
        # Whether no phrase even begins in some words, as in most answers: one look for all of them.
        self._absent = self._by_first.keys().isdisjoint

    @cached_property
    def single_words(self) -> frozenset[str]:
        """The phrases of one word."""
        return frozenset(word for word, by_length in self._by_first.items() if 1 in by_length)

    def at(self, words: Sequence[str], index: int) -> int:
        """How many words the longest phrase takes that begins at this index; 0: none does."""
        by_length = self._by_first.get(words[index])
        if by_length is None:
            return 0
        for length, entries in by_length.items():
            if length == 1 or tuple(words[index : index + length]) in entries:
                return length
        return 0

    def find(self, words: Sequence[str]) -> tuple[Span, ...]:
        """Where phrases stand, without overlap."""
        if self._absent(words):
            return ()
        spans = []
        index = 0
        while index < len(words):
            length = self.at(words, index)
            if length:
                spans.append(Span(index, index + length))
            index += length or 1
        return tuple(spans)

    def among(self, words: Sequence[str]) -> bool:
        """Whether any phrase stands in the words."""
        return not self._absent(words) and any(
            self.at(words, index) for index, word in enumerate(words) if word in self._by_first
        )

    def only(self, words: Iterable[str]) -> bool:
        """Whether the words are nothing but phrases of the list."""
        listed = tuple(words)
        index = 0
        while index < len(listed):
            length = self.at(listed, index)
            if not length:
                return False
            index += length
        return True
