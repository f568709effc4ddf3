"""What can be seen of a text: spaces, joiners and fillers alone are none."""

import unicodedata

# Separators, controls, what only changes its neighbours, and marks without a letter.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
# Letters and signs by their class, and empty all the same: fillers of Korean, and Braille without a dot.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen."""
    return all(char in _FILLERS or unicodedata.category(char) in _UNSEEN for char in text)
