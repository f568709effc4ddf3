"""Yes and no as people write them in Mexico and in English."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from smartchat.domain.answers.mentions import doubtful
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood
from smartchat.domain.answers.words import NO_SIGNS, SIGNS, YES_SIGNS, Clause, Word, clauses
from smartchat.domain.answers.yes_no_words import (
    AFTER_NO_YES,
    BEFORE_YES,
    CIVIL,
    CORRECTIONS,
    EMPTY,
    ENGLISH_SLANG,
    IF,
    NEGATORS,
    NEUTRAL,
    NO,
    RHETORICAL,
    TURNS,
    WEAK_NO,
    WEAK_YES,
    YES,
)
from smartchat.domain.script.steps import Language

YesNo = Literal["yes", "no"]

_YES_NO_SIGNS = YES_SIGNS | NO_SIGNS
_REPEATED = re.compile(r"\A(si|no)\1+\Z")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a clause says, and whether it says it in one word ("no") or in a sentence ("sí voy")."""

    value: YesNo
    bare: bool


def read_yes_no(text: str, language: Language) -> Answer:
    """ "yes" or "no". "No, sí voy" is yes: a sentence outweighs the bare word before it. "Sí y no" is neither."""
    parts = clauses(text)
    if doubtful(parts):
        return NotUnderstood("unsure")
    said: list[_Said] = []
    asked = corrected = False
    for clause in parts:
        if clause.question and not _rhetorical(clause.plain):
            asked = True
            continue
        start = CORRECTIONS.at(clause.plain, 0)
        corrected = corrected or start > 0
        if start == len(clause.words):
            continue
        readings = _read(clause.words[start:], language)
        if readings is None:
            return NotUnderstood("unsure")
        cut = _corrected_within(clause, readings)
        if cut or (corrected and len(readings) == 1 and readings[0].bare):
            said, readings, corrected = [], readings[-1:], False
        if readings and len(clause.words) > 1 and clause.words[0].plain in TURNS:
            said = []
        said += readings
    values = {reading.value for reading in said}
    if len(values) > 1:
        values = _outweighed(said)
    if len(values) == 1:
        return Understood(values.pop(), "meaning")
    return NotUnderstood("several" if values else "question" if asked else "nothing")


def _corrected_within(clause: Clause, readings: Sequence[_Said]) -> bool:
    """ "Yes I mean no": a bare answer at the end of a clause, after words that take back what stands before them."""
    if len(readings) < 2 or not all(reading.bare for reading in readings):
        return False
    return any(
        span.start > 0 and span.end == len(clause.words) - 1 for span in CORRECTIONS.find(clause.plain)
    )


def _outweighed(said: Sequence[_Said]) -> set[YesNo]:
    """A bare no first and sentences of yes after it: the sentences count ("no, sí voy"); else both stand."""
    first, later = said[0], said[1:]
    if first == _Said("no", True) and all(reading == _Said("yes", False) for reading in later):
        return {"yes"}
    return {"yes", "no"}


def _read(said: Sequence[Word], language: Language) -> list[_Said] | None:
    """What the words of a clause say, in order; None: they leave it open."""
    words = [word.plain for word in said]
    if _rhetorical(words):
        return [_Said("yes", True)]
    if EMPTY.only(words):
        return []
    if IF.among(words) or ("si" in words and _conditional(said)):
        return None
    signs = [_Said("yes" if word in YES_SIGNS else "no", True) for word in words if word in _YES_NO_SIGNS]
    spoken = [word for word in said if word.plain not in SIGNS]
    readings = _strong(spoken) or _weak([word.plain for word in spoken], language)
    return None if _if_not(spoken) else readings + signs


def _rhetorical(words: Sequence[str]) -> bool:
    said = [word for word in words if word not in CIVIL]
    return bool(said) and RHETORICAL.only(said)


def _conditional(words: Sequence[Word]) -> bool:
    """ "Voy si puedo": an "if", where neither an accent nor the word before it makes it a yes."""
    return any(
        word.plain == "si" and word.written == "si" and 0 < index < len(words) - 1
        and words[index - 1].plain not in BEFORE_YES
        for index, word in enumerate(words)
    )  # fmt: skip


def _if_not(words: Sequence[Word]) -> bool:
    """ "Si no puedo" without a comma may be an "if not" as well as a yes and a no, "no si puedo" a "not if"."""
    plain = [word.plain for word in words]
    if "si" not in plain or "no" not in plain:
        return False
    for index in range(len(plain) - 1):
        pair, rest = plain[index : index + 2], plain[index + 2 :]
        if pair == ["si", "no"] and not (YES.at(plain, index + 1) or EMPTY.at(plain, index + 1)):
            return True
        if pair == ["no", "si"] and rest and words[index + 1].written == "si" and rest[0] not in AFTER_NO_YES:
            return True
    return False


def _strong(words: Sequence[Word]) -> list[_Said]:
    """The words and phrases of a clause that say yes or no whatever stands beside them."""
    plain = [_said_once(word.plain) for word in words]
    found: list[tuple[YesNo, int]] = []
    index, denied = 0, False
    while index < len(plain):
        yes, no = YES.at(plain, index), NO.at(plain, index)
        length = max(yes, no, EMPTY.at(plain, index))
        if plain[index] == "si":
            if found and found[-1] == ("no", 1) and plain[index - 1] == "no" and index + 1 < len(plain):
                found.pop()  # "no sí voy": the no only leads in
            found.append(("yes", 1))
            denied = False
        elif length and not (denied and yes == length):
            found += [("yes", length)] if yes == length else [("no", length)] if no == length else []
        elif plain[index] in NEGATORS and not denied:
            found.append(("no", 1))
            denied = True
        index += max(length, 1)
    rest = len(plain) - sum(length for _, length in found)
    neutral = sum(word in NEUTRAL for word in plain)
    return [_Said(value, bare=length == 1 and rest <= neutral) for value, length in found]


@lru_cache(maxsize=4096)
def _said_once(word: str) -> str:
    """ "Sisisi" as "si"."""
    return _REPEATED.sub(r"\1", word)


def _slang(words: Sequence[str]) -> bool:
    rest = [word for word in words if word not in CIVIL]
    return bool(rest) and (rest == ["y"] or ENGLISH_SLANG.only(rest))


def _weak(words: Sequence[str], language: Language) -> list[_Said]:
    """Words that say yes or no only where nothing else is said."""
    if language == "en" and _slang(words):
        return [_Said("yes", True)]
    found: set[YesNo] = set()
    index = 0
    while index < len(words):
        yes, no = WEAK_YES.at(words, index), WEAK_NO.at(words, index)
        if yes or no:
            found.add("yes" if yes else "no")
        elif words[index] not in NEUTRAL:
            return []
        index += max(yes, no, 1)
    return [_Said(value, True) for value in sorted(found)]
