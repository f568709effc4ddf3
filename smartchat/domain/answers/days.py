"""Calendar dates in the words of an answer: in digits, and with the month by its name."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from smartchat.domain.answers.numbers import number_at
from smartchat.domain.answers.phrases import listed, numbered
from smartchat.domain.answers.spelling import distance, typos_allowed
from smartchat.domain.answers.words import Clause
from smartchat.domain.script.steps import Language

_MONTHS = numbered(
    """enero ene january jan | febrero feb february | marzo mar march | abril abr april apr | mayo may
    | junio jun june | julio jul july | agosto ago ag august aug | septiembre setiembre sept sep set september
    | octubre oct october | noviembre nov november | diciembre dic december dec"""
)
_SHORTEST_MISSPELLED = 5
_FIRST = frozenset({"primero", "first"})
_ENGLISH_ORDINALS = numbered(
    """first | second | third | fourth | fifth | sixth | seventh | eighth | ninth | tenth | eleventh | twelfth
    | thirteenth | fourteenth | fifteenth | sixteenth | seventeenth | eighteenth | nineteenth | twentieth"""
) | {"thirtieth": 30}
_TENS = {"twenty": 20, "thirty": 30}
_ENDINGS = listed("st nd rd th ro er o a")
_OF = frozenset({"de", "d", "del", "dl", "of", "the", "ano", "mes"})
_TIMES = frozenset({"am", "pm", "hrs", "h", "horas"})
_POLITE = listed("gracias thanks thx please pls por porfa porfavor saludos muchas")
_SEPARATORS = frozenset({"/", "-", ".", "–"})
_DAY_OR_YEAR = re.compile(r"(?:[0-9]{1,2}|[0-9]{4})\Z")
_SPACED = re.compile(r"[0-9]{1,2} [0-9]{1,2} [0-9]{4}\Z")

Reason = str  # why words are no date: "no_year", "impossible_date"


def in_digits(clause: Clause, at: int, language: Language) -> tuple[date | Reason, int] | None:
    """29/04/2015, 2015-04-29, 29.04.15, 29-abr-2015, 29 04 2015."""
    words = clause.words
    pieces = words[at].plain.split(".")
    if len(pieces) == 3 and all(piece.isdecimal() for piece in pieces):
        return _ordered(pieces, language), at + 1
    if not _DAY_OR_YEAR.match(words[at].plain) or at + 1 >= len(words):
        return None
    mark = words[at + 1].before.strip()
    three = [word.plain for word in words[at : at + 3]]
    if mark not in _SEPARATORS and not (mark == "" and _SPACED.match(" ".join(three))):
        return None
    if not (three[1].isdecimal() or three[1] in _MONTHS):
        return None
    whole = len(three) == 3 and words[at + 2].before.strip() == mark and three[2].isdecimal()
    if not whole:
        return ("no_year", at + 2) if mark == "/" and len(three[0]) < 3 else None
    end = at + 3
    if end < len(words) and words[end].plain[:1].isdecimal() and words[end].before.strip() in _SEPARATORS:
        return "impossible_date", end + 1
    return _ordered(three, language), end


def in_words(clause: Clause, at: int, language: Language) -> tuple[date | Reason, int] | None:
    """20 de septiembre de 1990, primero de mayo del 26, September 20th 1990, the 20th of September 1990."""
    words = clause.plain
    if _month(words[at]):
        month_at, day = at, _day_number(clause, at + 1, language)
        end = day[1] if day else 0
    else:
        day = _day_number(clause, at, language)
        month_at = _past(words, day[1], _OF) if day else 0
        end = month_at + 1
    month = _month(words[month_at]) if month_at < len(words) else None
    if day is None or month is None:
        return None
    year = _year_number(clause, end, language)
    if year is None:
        return "no_year", end
    return _real(year[0], month, day[0]), year[1]


def _ordered(pieces: Sequence[str], language: Language) -> date | Reason:
    """Year first where it has four digits; otherwise day/month/year in Spanish, month/day/year in English."""
    first, second, third = pieces
    if len(first) == 4:
        return _day(first, second, third)
    if second in _MONTHS or language == "es":
        return _day(third, second, first)
    return _day(third, first, second)


def _day(year: str, month: str, day: str) -> date | Reason:
    if len(year) not in (2, 4) or len(day) > 2 or not (month in _MONTHS or len(month) <= 2):
        return "impossible_date"
    return _real(_year(int(year), len(year)), _MONTHS.get(month) or int(month), int(day))


def _year(number: int, digits: int) -> int:
    if digits == 4:
        return number
    return 2000 + number if number < 50 else 1900 + number


def _real(year: int, month: int, day: int) -> date | Reason:
    try:
        return date(year, month, day)
    except ValueError:
        return "impossible_date"


@lru_cache(maxsize=2048)
def _month(word: str) -> int | None:
    """A month by its name, an abbreviation, or its name with a typo that leaves only one."""
    if word in _MONTHS or len(word) < _SHORTEST_MISSPELLED:
        return _MONTHS.get(word)
    near = {
        number
        for name, number in _MONTHS.items()
        if len(name) >= _SHORTEST_MISSPELLED
        and distance(word, name, typos_allowed(name)) <= typos_allowed(name)
    }
    return near.pop() if len(near) == 1 else None


def _day_number(clause: Clause, at: int, language: Language) -> tuple[int, int] | None:
    """The day of a month at a word, in digits or words, and the index after it."""
    words = clause.plain
    at = _past(words, at, frozenset({"the", "el", "dia"}))
    if at >= len(words):
        return None
    word = words[at]
    if word in _FIRST:
        return 1, at + 1
    if word in _ENGLISH_ORDINALS:
        return _ENGLISH_ORDINALS[word], at + 1
    if word in _TENS and at + 1 < len(words) and 1 <= _ENGLISH_ORDINALS.get(words[at + 1], 0) <= 9:
        return _TENS[word] + _ENGLISH_ORDINALS[words[at + 1]], at + 2
    if word.isdecimal():
        if len(word) > 2:
            return None
        glued = at + 1 < len(words) and words[at + 1] in _ENDINGS and clause.words[at + 1].before == ""
        return int(word), at + 1 + glued
    number = _spelled(clause, at, language)
    if number is None or not 1 <= number[0] <= 31:
        return None
    return number


def _year_number(clause: Clause, at: int, language: Language) -> tuple[int, int] | None:
    """The year after a month: four digits, two after "de" or at the end, or words ("dos mil veintiséis")."""
    words = clause.plain
    start = _past(words, at, _OF)
    if start >= len(words):
        return None
    word = words[start]
    if word.isdecimal():
        last = start + 1 == len(words) or words[start + 1] in _POLITE
        timed = not last and words[start + 1] in _TIMES
        if len(word) == 4 or (len(word) == 2 and not timed and (start > at or last)):
            return _year(int(word), len(word)), start + 1
        return None
    number = _spelled(clause, start, language)
    if number is None:
        return None
    value, end = number
    if 10 <= value <= 99 and (more := _spelled(clause, end, language)) is not None and more[0] <= 99:
        return value * 100 + more[0], more[1]  # nineteen ninety
    if 1000 <= value <= 9999:
        return value, end
    return (_year(value, 2), end) if start > at and value <= 99 else None


def _spelled(clause: Clause, at: int, language: Language) -> tuple[int, int] | None:
    """The number in words that begins at a word."""
    number = number_at(clause, at, language) if at < len(clause.words) else None
    if number is None or number.digits or number.value is None:
        return None
    return int(number.value), number.span.end


def _past(words: Sequence[str], at: int, skipped: frozenset[str]) -> int:
    while at < len(words) and words[at] in skipped:
        at += 1
    return at
