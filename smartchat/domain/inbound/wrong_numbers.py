"""Whom the messages do not reach: "no soy Carlos", "este ya no es su número". The person who answers is another one.

A name is a common one, or one from the contact's own data; its capital alone is enough where nothing else could stand
("no conozco a …"). Who answers for the contact ("soy su esposa") is no stranger.
"""

import re
from collections.abc import Iterable, Set

from smartchat.domain.text_forms import search_form
from smartchat.domain.word_patterns import WordPattern

from .by_ear import by_ear
from .first_names import FIRST_NAMES, NAMES_WITH_A_CAPITAL
from .plain_yes import says_yes
from .wrong_number_words import AROUND, CAPITAL, NAME, VAGUE, WRONG

_NO_WORD = re.compile(r"[^\w\s]")
_BREAK = re.compile(r"[.,;:!?¡¿\n\r…()\"“”]+")
_WRITTEN = re.compile(r"[^\W\d_]+")
_LONGEST, _SHORT = 5000, 25


def _by_ear(pattern: str) -> WordPattern:
    return WordPattern(re.sub(r"(?<![_a-z])[a-z]+", lambda found: by_ear(found[0]), pattern))


_PATTERN = _by_ear(f"{AROUND}* ({WRONG}) ({AROUND}|{WRONG})*")
_WHOLE = _by_ear(f"{AROUND}* ({WRONG}|{VAGUE}) ({AROUND}|{WRONG}|{VAGUE})*")
# Who answers in the contact's place, or gives the right number, is reached all the same.
_FOR_THE_CONTACT = frozenset(
    by_ear(word)
    for word in re.findall(
        "[a-z]+",
        "esposa esposo mama papa madre padre hijo hija hermano hermana tia tio abuela abuelo novia novio pareja"
        " asistente secretaria secretario nuera yerno suegra suegro cunada cunado sobrina sobrino nieta nieto prima"
        " primo mujer marido wife husband mom mother dad father son daughter sister brother assistant girlfriend"
        " boyfriend partner",
    )
)


def is_wrong_number(text: str, names: Iterable[str] = ()) -> bool:
    """Whether somebody says that the messages reach another person. `names`: the contact's own data, as it is known."""
    if len(text) > _LONGEST:
        return False
    known = FIRST_NAMES | {
        by_ear(word) for name in names for word in search_form(name).split() if len(word) > 2
    }
    shouted = text.isupper()
    clauses = [_words(clause, known, shouted) for clause in _BREAK.split(text.replace("#", " number "))]
    words = [word for clause in clauses for word in clause]
    if len(words) > _SHORT or answers_for_another(text):
        return False
    if any(len(word) > 4 and word.isdecimal() for word in words):  # "es otro: 5512345678"
        return False
    if says_yes(text):
        return False
    return _WHOLE.fullmatch(words) or any(map(_PATTERN.fullmatch, clauses))


def answers_for_another(text: str) -> bool:
    """Whether somebody close to the contact answers: "soy su esposa"."""
    return not _FOR_THE_CONTACT.isdisjoint(
        map(by_ear, _NO_WORD.sub(" ", search_form(text[:_LONGEST])).split())
    )


def _words(clause: str, known: Set[str], shouted: bool) -> list[str]:
    """The words by ear, with `NAME` for what is a name and `CAPITAL` for what may be one."""
    found = []
    for written in _NO_WORD.sub(" ", clause).split():
        word = by_ear(search_form(written))
        capital = written[:1].isupper() and not shouted
        if word in known or (capital and word in NAMES_WITH_A_CAPITAL):
            found.append(NAME)
        elif capital and word not in _WHOLE.words:
            found.append(CAPITAL)
        else:
            found.append(word)
    return found
