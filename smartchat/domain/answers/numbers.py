"""Numbers in the words of an answer: digits as people write them, and Spanish and English number words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from smartchat.domain.answers.number_words import ENGLISH, LEXICONS, SPANISH, Lexicon, mended
from smartchat.domain.answers.phrases import Span
from smartchat.domain.answers.words import Clause, Word
from smartchat.domain.script.steps import Language

_LONGEST = 18  # digits; more is no count of anything

# "1,200" is whole in both languages; a point parts decimals in Mexico, so "1.200" is left open in Spanish.
_PLAIN = re.compile(r"[0-9]+\Z")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\Z")
_POINT_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}\Z")
_DECIMAL = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.[0-9]+\Z")
_COMMA_DECIMAL = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+),[0-9]{1,2}\Z")
_OPEN = re.compile(r"[0-9]{1,3}\.[0-9]{3}\Z")

# The words that a number can begin with, digits aside.
_FIRST = {
    language: lexicon.bare.union(lexicon.small, lexicon.hundreds) for language, lexicon in LEXICONS.items()
}


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number at some words of a clause; `value` None: written in a way that leaves its value open.

    `article`: only "un", "una", "a", which may as well be no number at all. `digits`: written in digits
    alone.
    """

    value: Decimal | None
    span: Span
    article: bool = False
    digits: bool = False


def _mended(words: tuple[Word, ...], language: Language) -> tuple[Word, ...]:
    return tuple(
        word if (right := mended(word.plain, language)) == word.plain else word._replace(plain=right)
        for word in words
    )


_mended_words = lru_cache(maxsize=512)(_mended)


@lru_cache(maxsize=512)
def numbers(clause: Clause, language: Language) -> tuple[NumberMention, ...]:
    """The numbers of a clause, left to right. "mil doscientos tres" is one, "dos tres" are two."""
    words, lexicon = _mended(clause.words, language), LEXICONS[language]
    found: list[NumberMention] = []
    index = 0
    while index < len(words):
        begins = words[index].plain in _FIRST[language] or _is_digits(words[index])
        number = _number(words, index, lexicon, language) if begins else None
        if number is None:
            index += 1
        else:
            found.append(number)
            index = number.span.end
    return tuple(found)


def number_at(clause: Clause, index: int, language: Language) -> NumberMention | None:
    """The number that begins at a word of a clause."""
    return _number(_mended_words(clause.words, language), index, LEXICONS[language], language)


def digits_value(text: str, language: Language) -> Decimal | None:
    """A number in digits; None where its value is open ("1.200" in Spanish, "1,2,3") or it has over 18 digits."""
    sign = -1 if text[:1] in "-−" else 1
    bare = text.lstrip("-−")
    if sum(map(str.isdecimal, bare)) > _LONGEST:
        return None
    if language == "es" and _OPEN.match(bare):
        return None
    if _PLAIN.match(bare) or _GROUPS.match(bare) or _DECIMAL.match(bare):
        return sign * Decimal(bare.replace(",", ""))
    if language == "es" and _POINT_GROUPS.match(bare):
        return sign * Decimal(bare.replace(".", ""))
    if language == "es" and _COMMA_DECIMAL.match(bare):
        return sign * Decimal(bare.replace(".", "").replace(",", "."))
    return None


def _number(words: Sequence[Word], start: int, lexicon: Lexicon, language: Language) -> NumberMention | None:
    """The number that begins at a word: groups below a thousand, each with a smaller scale than the one before."""
    total: Decimal | None = Decimal(0)
    index, ceiling = start, None
    while index < len(words):
        if ceiling and language == "en" and words[index].plain in lexicon.articles:
            break  # "45k a year"
        group = _group(words, _past_join(words, index, lexicon) if ceiling else index, lexicon, language)
        value, after = group or (Decimal(1), index)
        scale = lexicon.scales.get(words[after].plain) if after < len(words) else None
        if group is None and (scale is None or words[after].plain not in lexicon.bare):
            break
        if ceiling is not None and (value is None or value >= ceiling or (scale or 1) >= ceiling):
            break
        total = None if total is None or value is None else total + value * (scale or 1)
        index = after + (scale is not None)
        if scale is None:
            break
        ceiling = scale
    if index == start:
        return None
    first = words[start]
    if _open_at_its_sides(words, start, index, lexicon):
        total = None
    article = index == start + 1 and first.plain in lexicon.articles
    return NumberMention(total, Span(start, index), article, digits=_is_digits(first))


def _past_join(words: Sequence[Word], index: int, lexicon: Lexicon) -> int:
    """Past the "and" of "two thousand and five"; digits after it are a number of their own."""
    joined = (
        words[index].plain in lexicon.joins and index + 1 < len(words) and not _is_digits(words[index + 1])
    )
    return index + joined


def _group(
    words: Sequence[Word], start: int, lexicon: Lexicon, language: Language
) -> tuple[Decimal | None, int] | None:
    """A number in digits, or in words below a thousand, and the index after it."""
    if _is_digits(words[start]):
        text, index = _spaced_thousands(words, start)
        return digits_value(text, language), index
    index = start
    value = lexicon.hundreds.get(words[start].plain)
    if value is not None:
        index += 1
    else:
        small = _below_hundred(words, start, lexicon)
        if small is None:
            alone = words[start].plain == lexicon.hundred and lexicon.hundred in lexicon.bare
            return (Decimal(100), start + 1) if alone else None
        value, index = small
        if index >= len(words) or words[index].plain != lexicon.hundred:
            return Decimal(value), index
        value, index = value * 100, index + 1
    joined = index + (index < len(words) and words[index].plain == "and")
    rest = _below_hundred(words, joined, lexicon) if joined < len(words) else None
    if rest is None or words[joined].plain in lexicon.articles:
        return Decimal(value), index
    return Decimal(value + rest[0]), rest[1]


def _below_hundred(words: Sequence[Word], start: int, lexicon: Lexicon) -> tuple[int, int] | None:
    value = lexicon.small.get(words[start].plain)
    if value is None:
        return None
    if (value < 20 or value % 10) and not _begins_a_teen(words, start):
        return value, start + 1
    joined = start + 1 < len(words) and words[start + 1].plain in lexicon.joins
    at = start + 1 + joined
    unit = lexicon.small.get(words[at].plain, 0) if at < len(words) else 0
    if at < len(words) and joined and re.fullmatch(r"[1-9]", words[at].plain) and lexicon is SPANISH:
        unit = int(words[at].plain)  # "treinta y 2"
    if 1 <= unit <= 9 and (joined or words[at].plain not in lexicon.articles):
        return value + unit, at + 1
    return value, start + 1


def _begins_a_teen(words: Sequence[Word], start: int) -> bool:
    """ "Diez y seis"."""
    return (
        words[start].plain == "diez"
        and [word.plain for word in words[start + 1 : start + 2]] == ["y"]
        and (
            words[start + 2].plain in {"seis", "siete", "ocho", "nueve"} if start + 2 < len(words) else False
        )
    )


def _spaced_thousands(words: Sequence[Word], start: int) -> tuple[str, int]:
    """ "12 000" as one number: groups of exactly three digits, one space apart."""
    text, index = words[start].plain, start + 1
    if not (1 <= len(text) <= 3 and text.isdecimal() and text[0] != "0"):
        return text, index
    while index < len(words) and words[index].before in {" ", "\u202f"} and _three_digits(words[index].plain):
        text += words[index].plain
        index += 1
    return text, index


def _three_digits(text: str) -> bool:
    return len(text) == 3 and text.isdecimal()


def _is_digits(word: Word) -> bool:
    return word.plain[-1:].isdecimal() and word.plain.lstrip("-−")[0].isdecimal()


_TIMES = frozenset({"am", "pm", "hrs", "hr", "h"})
_DAYTIMES = frozenset({"tarde", "noche", "manana", "madrugada", "dia"})
# "Opción2" and "2y3" hold numbers, "covid19" holds none.
_BEFORE_DIGITS = frozenset(
    {"opcion", "option", "op", "numero", "num", "nro", "no", "y", "o", "and", "or", "la", "el"}
)
_GLUE = frozenset({":", "/", "-", "–", ".", "*", "x"})


def _open_at_its_sides(words: Sequence[Word], start: int, end: int, lexicon: Lexicon) -> bool:
    """Part of something else ("5:30", "3/4", "10-12"), half more ("dos y medio"), or an hour of the day."""
    if start > 0 and _is_digits(words[start - 1]) and words[start].before in _GLUE:
        return True
    if start > 0 and words[start - 1].plain in lexicon.halves:
        return True
    if start > 0 and words[start].before == "" and words[start - 1].plain not in _BEFORE_DIGITS:
        return True
    if end >= len(words):
        return False
    if _is_digits(words[end]) and words[end].before in _GLUE:
        return True
    joined = end + (words[end].plain in lexicon.joins and end + 1 < len(words))
    if joined + 1 < len(words) and words[joined].plain in lexicon.articles and lexicon is ENGLISH:
        joined += 1
    if words[joined].plain in lexicon.halves or words[end].plain in _TIMES:
        return True
    return words[end].plain == "de" and any(word.plain in _DAYTIMES for word in words[end + 1 : end + 3])
