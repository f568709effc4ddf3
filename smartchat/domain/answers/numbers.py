"""Numbers in the words of an answer: digits as people write them, and Spanish and English number words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from smartchat.domain.answers.phrases import Span
from smartchat.domain.answers.words import Clause, Word
from smartchat.domain.steps import Language

_LONGEST = 18  # digits; more is no count of anything

# "1,200" is whole in both languages; a point parts decimals in Mexico, so "1.200" is left open in Spanish.
_PLAIN = re.compile(r"[0-9]+\Z")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\Z")
_POINT_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}\Z")
_DECIMAL = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.[0-9]+\Z")
_COMMA_DECIMAL = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+),[0-9]{1,2}\Z")
_OPEN = re.compile(r"[0-9]{1,3}\.[0-9]{3}\Z")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at some words of a clause; `value` None: written in a way that leaves its value open.

    `article`: only "un", "una", "a", which may as well be no number at all. `digits`: written in digits alone.
    """

    value: Decimal | None
    span: Span
    article: bool = False
    digits: bool = False


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """`small` holds the words below a hundred, `hundreds` those that stand for a number of hundreds; `hundred`
    and `scales` multiply what stands before them, and those in `bare` also stand for themselves."""

    small: dict[str, int]
    hundreds: dict[str, int]
    hundred: str
    scales: dict[str, int]
    bare: frozenset[str]
    joins: frozenset[str]
    articles: frozenset[str]
    halves: frozenset[str]


def _counted(words: str, start: int, step: int = 1) -> dict[str, int]:
    return {
        word: start + step * index for index, entry in enumerate(words.split()) for word in entry.split("/")
    }


def _run_together() -> dict[str, int]:
    """ "treintaiuno", "cuarentaycinco"."""
    tens = _counted("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10)
    units = _counted("uno/un/una dos tres cuatro cinco seis siete ocho nueve", 1)
    return {
        f"{ten}{join}{unit}": value + more
        for ten, value in tens.items()
        for unit, more in units.items()
        for join in ("i", "y")
    }


_SPANISH = _Lexicon(
    small=_counted(
        """cero/zero uno/un/una/unos/1o dos tres/trez cuatro/quatro/cuatr cinco/sinco seis/seiz siete/ciete ocho/oxo
        nueve/nuebe diez/dies once/onse doce/dose trece/trese catorce/catorse quince/quinse/kince
        dieciseis/diesiseis/diciseis diecisiete/diesisiete dieciocho/diesiocho/diesioxo diecinueve/diesinueve
        veinte/beinte/veite/vente veintiuno/veintiun/veintiuna/ventiuno veintidos/ventidos/beintidos
        veintitres/ventitres veinticuatro/venticuatro veinticinco/venticinco/beinticinco veintiseis/ventiseis
        veintisiete/ventisiete veintiocho/ventiocho veintinueve/ventinueve""",
        0,
    )
    | _counted("treinta/treynta cuarenta/quarenta cincuenta/sincuenta sesenta setenta ochenta noventa", 30, 10)
    | _run_together(),
    hundreds=_counted(
        """cien/ciento/sien/siento doscientos/doscientas trescientos/trescientas cuatrocientos/cuatrocientas
        quinientos/quinientas seiscientos/seiscientas setecientos/setecientas ochocientos/ochocientas
        novecientos/novecientas""",
        100,
        100,
    ),
    hundred="cientos",
    bare=frozenset({"mil"}),
    scales={
        "mil": 1000, "miles": 1000, "k": 1000, "millon": 10**6, "millones": 10**6, "mdp": 10**6,
        "docena": 12, "docenas": 12, "decena": 10, "decenas": 10, "par": 2, "pares": 2,
    },
    joins=frozenset({"y", "con"}),
    articles=frozenset({"un", "una", "unos"}),
    halves=frozenset({"medio", "media", "cuarto", "tercio", "punto"}),
)  # fmt: skip
_ENGLISH = _Lexicon(
    small=_counted(
        """zero one/a/an two three four five six seven eight/eigth nine ten eleven twelve/twelf thirteen
        fourteen fifteen/fiveteen sixteen seventeen eighteen/eightteen nineteen""",
        0,
    )
    | _counted("twenty/twentie thirty forty/fourty fifty/fivety sixty seventy eighty ninety/ninty", 20, 10),
    hundreds={},
    hundred="hundred",
    bare=frozenset({"thousand", "hundred"}),
    scales={
        "thousand": 1000, "thousands": 1000, "k": 1000, "grand": 1000,
        "million": 10**6, "millions": 10**6, "dozen": 12, "dozens": 12, "couple": 2, "pair": 2, "pairs": 2,
    },
    joins=frozenset({"and"}),
    articles=frozenset({"a", "an"}),
    halves=frozenset({"half", "quarter", "third", "point"}),
)  # fmt: skip
_LEXICONS = {"es": _SPANISH, "en": _ENGLISH}


def numbers(clause: Clause, language: Language) -> tuple[Number, ...]:
    """The numbers of a clause, left to right. "mil doscientos tres" is one, "dos tres" are two."""
    found: list[Number] = []
    index = 0
    while index < len(clause.words):
        number = number_at(clause, index, language)
        if number is None:
            index += 1
        else:
            found.append(number)
            index = number.span.end
    return tuple(found)


def number_at(clause: Clause, index: int, language: Language) -> Number | None:
    """The number that begins at a word of a clause."""
    return _number(clause.words, index, _LEXICONS[language], language)


def digits_value(text: str, language: Language) -> Decimal | None:
    """A number in digits; None where its value is open ("1.200" in Spanish, "1,2,3") or it has over 18 digits."""
    sign = -1 if text[:1] in "-−" else 1
    bare = text.lstrip("-−")
    if sum(map(str.isdigit, bare)) > _LONGEST:
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


def _number(words: Sequence[Word], start: int, lexicon: _Lexicon, language: Language) -> Number | None:
    """The number that begins at a word: groups below a thousand, each with a smaller scale than the one before."""
    total: Decimal | None = Decimal(0)
    index, ceiling = start, None
    while index < len(words):
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
    return Number(total, Span(start, index), article, digits=_is_digits(first))


def _past_join(words: Sequence[Word], index: int, lexicon: _Lexicon) -> int:
    """Past the "and" of "two thousand and five"; digits after it are a number of their own."""
    joined = (
        words[index].plain in lexicon.joins and index + 1 < len(words) and not _is_digits(words[index + 1])
    )
    return index + joined


def _group(
    words: Sequence[Word], start: int, lexicon: _Lexicon, language: Language
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


def _below_hundred(words: Sequence[Word], start: int, lexicon: _Lexicon) -> tuple[int, int] | None:
    value = lexicon.small.get(words[start].plain)
    if value is None:
        return None
    if value < 20 or value % 10:
        return value, start + 1
    joined = start + 1 < len(words) and words[start + 1].plain in lexicon.joins
    at = start + 1 + joined
    unit = lexicon.small.get(words[at].plain, 0) if at < len(words) else 0
    if 1 <= unit <= 9 and (joined or words[at].plain not in lexicon.articles):
        return value + unit, at + 1
    return value, start + 1


def _spaced_thousands(words: Sequence[Word], start: int) -> tuple[str, int]:
    """ "12 000" as one number: groups of exactly three digits, one space apart."""
    text, index = words[start].plain, start + 1
    if not (1 <= len(text) <= 3 and text.isdigit() and text[0] != "0"):
        return text, index
    while index < len(words) and words[index].before in {" ", "\u202f"} and _three_digits(words[index].plain):
        text += words[index].plain
        index += 1
    return text, index


def _three_digits(text: str) -> bool:
    return len(text) == 3 and text.isdigit()


def _is_digits(word: Word) -> bool:
    return word.plain[-1:].isdigit() and word.plain.lstrip("-−")[0].isdigit()


_TIMES = frozenset({"am", "pm", "hrs", "hr", "h"})
_DAYTIMES = frozenset({"tarde", "noche", "manana", "madrugada", "dia"})
# "Opción2" and "2y3" hold numbers, "covid19" holds none.
_BEFORE_DIGITS = frozenset(
    {"opcion", "option", "op", "numero", "num", "nro", "no", "y", "o", "and", "or", "la", "el"}
)
_GLUE = frozenset({":", "/", "-", "–", ".", "*", "x"})


def _open_at_its_sides(words: Sequence[Word], start: int, end: int, lexicon: _Lexicon) -> bool:
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
    if joined + 1 < len(words) and words[joined].plain in lexicon.articles and lexicon is _ENGLISH:
        joined += 1
    if words[joined].plain in lexicon.halves or words[end].plain in _TIMES:
        return True
    return words[end].plain == "de" and any(word.plain in _DAYTIMES for word in words[end + 1 : end + 3])
