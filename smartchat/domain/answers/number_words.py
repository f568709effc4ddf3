"""The number words of Spanish and English, and how people misspell them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from smartchat.domain.answers.spelling import distance, sound
from smartchat.domain.script.steps import Language


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's number words.

    `small` holds the words below a hundred, `hundreds` those that stand for a number of hundreds;
    `hundred`
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


SPANISH = Lexicon(
    small=_counted(
        """cero/zero uno/un/una/unos/1o dos tres/trez cuatro/quatro/cuatr cinco/sinco seis/seiz siete/ciete
        ocho/oxo
        nueve/nuebe diez/dies once/onse doce/dose trece/trese catorce/catorse quince/quinse/kince
        dieciseis/diesiseis/diciseis diecisiete/diesisiete dieciocho/diesiocho/diesioxo diecinueve/diesinueve
        veinte/beinte/veite/vente/veinti veintiuno/veintiun/veintiuna/ventiuno veintidos/ventidos/beintidos
        veintitres/ventitres veinticuatro/venticuatro veinticinco/venticinco/beinticinco veintiseis/ventiseis
        veintisiete/ventisiete veintiocho/ventiocho veintinueve/ventinueve""",
        0,
    )
    | _counted("treinta/treynta cuarenta/quarenta cincuenta/sincuenta sesenta setenta ochenta noventa", 30, 10)
    | _run_together(),
    hundreds=_counted(
        """cien/ciento/sien/siento doscientos/doscientas trescientos/trescientas cuatrocientos/cuatrocientas
        quinientos/quinientas seiscientos/seiscientas setecientos/setecientas ochocientos/ochocientas
        novecientos/novecientas/nuevecientos/nuevecientas""",
        100,
        100,
    ),
    hundred="cientos",
    bare=frozenset({"mil"}),
    scales={
        "mil": 1000, "miles": 1000, "k": 1000, "millon": 10**6, "millones": 10**6, "mdp": 10**6,
        "docena": 12, "docenas": 12, "decena": 10, "decenas": 10, "par": 2, "pares": 2,
    },
    joins=frozenset({"y", "i", "con"}),
    articles=frozenset({"un", "una", "unos"}),
    halves=frozenset({"medio", "media", "cuarto", "tercio", "punto"}),
)  # fmt: skip
ENGLISH = Lexicon(
    small=_counted(
        """zero one/a/an two three/thre four five six seven/sevn eight/eigth nine ten eleven twelve/twelf
        thirteen
        fourteen fifteen/fiveteen sixteen seventeen eighteen/eightteen nineteen""",
        0,
    )
    | _counted("twenty/twentie thirty forty/fourty fifty/fivety sixty seventy eighty ninety/ninty", 20, 10)
    | {
        f"{ten}{unit}": tens * 10 + more
        for tens, ten in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
        for more, unit in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], 1)
    },
    hundreds={},
    hundred="hundred",
    bare=frozenset({"thousand", "hundred"}),
    scales={
        "thousand": 1000, "thousands": 1000, "k": 1000, "grand": 1000,
        "million": 10**6, "millions": 10**6, "dozen": 12, "dozens": 12, "couple": 2, "pair": 2, "pairs": 2,
    },
    joins=frozenset({"and", "n"}),
    articles=frozenset({"a", "an"}),
    halves=frozenset({"half", "quarter", "third", "point"}),
)  # fmt: skip
LEXICONS = {"es": SPANISH, "en": ENGLISH}
_SHORTEST_MISSPELLED = 7  # letters of a number word; shorter ones are too near to words that are no numbers


def _by_sound(words: Iterable[str]) -> dict[str, str]:
    return {sound(word): word for word in reversed(list(words)) if len(word) > 3}


_SOUNDING = _by_sound([*SPANISH.small, *SPANISH.hundreds])


_KNOWN = {
    language: {**lexicon.small, **lexicon.hundreds, **lexicon.scales, lexicon.hundred: 100}
    for language, lexicon in LEXICONS.items()
}


def _by_length(entries: Iterable[str]) -> dict[int, list[tuple[str, frozenset[str]]]]:
    """For each length the words, with their letters, that a word of that length may be with one slip in it."""
    near: dict[int, list[tuple[str, frozenset[str]]]] = {}
    for entry in entries:
        if len(entry) >= _SHORTEST_MISSPELLED:
            for length in (len(entry) - 1, len(entry), len(entry) + 1):
                near.setdefault(length, []).append((entry, frozenset(entry)))
    return near


_MISSPELLED = {language: _by_length(known) for language, known in _KNOWN.items()}


@lru_cache(maxsize=4096)
def mended(word: str, language: Language) -> str:
    """A number word as it should be written: "kinse", "ochosientos", "hunderd"; any other word as it is."""
    known = _KNOWN[language]
    if word in known or not word.isalpha():
        return word
    if language == "es" and len(word) > 3 and (same := _SOUNDING.get(sound(word))):
        return same
    if len(word) < _SHORTEST_MISSPELLED - 1 or word.endswith("th"):
        return word
    near = {
        entry for entry, letters in _MISSPELLED[language].get(len(word), ())
        if len(letters.symmetric_difference(word)) <= 2
        and not word.startswith(entry) and distance(word, entry, 1) == 1
    }  # fmt: skip
    return near.pop() if len({known[entry] for entry in near}) == 1 else word
