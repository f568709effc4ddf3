"""How hard each option of a multiple choice is to tell from the others, for people and for the chatbot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smartchat.domain.answers.phrases import listed
from smartchat.domain.answers.spelling import distance
from smartchat.domain.text_forms import fold

Level = Literal["easy", "medium", "hard"]
# Words that every option may have without being like another one; folded.
_COMMON = listed("el la los las un una de del a al en con por para y o the of to in on at by for and or with")
_LEVELS: tuple[Level, ...] = ("easy", "medium", "hard")


@dataclass(frozen=True)
class Complexity:
    """The level of one option, and the option that it is most easily taken for (None where it is easy)."""

    level: Level
    like: str | None


def complexity(options: Sequence[str]) -> list[Complexity]:
    """One for each option, in order.

    Hard: the same, contained in the other, or at most two slips away from it (one in short texts). Medium: they share
    a telling word, or a third of the letters would have to change. Else easy.
    """
    found = []
    for index, option in enumerate(options):
        others = [(_likeness(option, other), other) for i, other in enumerate(options) if i != index]
        rank, like = max(others, key=lambda pair: pair[0], default=(0, ""))
        found.append(Complexity(_LEVELS[rank], like if rank else None))
    return found


def _likeness(option: str, other: str) -> int:
    """0 easy, 1 medium, 2 hard."""
    mine, theirs = _words(option), _words(other)
    left, right = " ".join(mine), " ".join(theirs)
    longer = max(len(left), len(right))
    slips = distance(left, right, longer)
    if slips <= _slips_of_one_word(longer) or set(mine) <= set(theirs) or set(theirs) <= set(mine):
        return 2
    if set(mine) & set(theirs) - _COMMON:
        return 1
    return 1 if slips * 3 <= longer else 0


def _slips_of_one_word(length: int) -> int:
    return 0 if length < 3 else 1 if length < 8 else 2


def _words(text: str) -> list[str]:
    kept = "".join(char if char.isalnum() else " " for char in fold(text))
    return kept.split() or [text.strip()]
