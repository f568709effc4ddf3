"""The options of a multiple choice found in an answer: whole, in part, and misspelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from smartchat.domain.answers.mentions import DOUBTS, Mention
from smartchat.domain.answers.numbers import numbers
from smartchat.domain.answers.phrases import Span, listed
from smartchat.domain.answers.spelling import distance, sound, typos_allowed
from smartchat.domain.answers.words import Clause, clauses
from smartchat.domain.script.steps import Language

Found = list[Mention[int]]
# Words that are in many options and answers and tell none apart.
_COMMON = listed(
    """el la los las lo un una unos unas de del al a en con por para y e o u que mi su me se le es soy tu
    the an
    of to in on at by for and or with my your is it i am"""
)
# What may stand around a number that names an option; anything else, and it may count something.
AROUND = listed(
    """el la los las lo opcion opciones numero num nro no n option options number nr the one this that es
    seria
    sea quiero prefiero elijo escojo elegi escogi selecciono voy con por favor porfa porfavor porfis pls
    please gracias muchas thanks thank you hola buenos dias buenas tardes noches hi hello pues mmm yo me i i'd
    i'll like want take choose prefer pick go with mejor digo a de y e and tambien both ambas ambos respuesta
    answer respuestas inciso punto creo que si yes ok okay bueno perdon sorry quise decir serian un una mi my
    to como segun pon ponga ponme pongame anote apunte apunteme anoteme marque todas todos menos excepto salvo
    except solo solamente only just nomas kindly ty thx thnx tks x fa definitivamente definitely senorita senor
    senora joven list lista on pronto lo muy"""
)
# Verbs and such that options share with all kinds of answers: no part of an option on their own.
_WEAK = listed(
    """pago pagar pagare paga pagos hacer hago hare puedo tengo tiene ir iria voy vamos esta estoy ser ya
    mas muy
    si pay paying have go going do can will more very"""
)
# Whoever writes these means these: "tuesday" is no slip of "thursday".
_CALENDAR = listed(
    """lunes martes miercoles jueves viernes sabado domingo monday tuesday wednesday thursday friday saturday
    sunday enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre january
    february march april may june july august september october november december"""
)
_NO_SLIPS = _COMMON | AROUND | _CALENDAR
_SHORTEST_ABBREVIATION = 3
_LONG_ROOT = 6
_PLURAL_NUMBERS = listed("dos tres cuatro cinco seis two three four five six 2 3 4 5 6")
UNCLEAR = -1
"""No option's index: a word that abbreviates several options, "tele" for telephone and television."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option's words, and the words and numbers among them that tell it from the others."""

    words: tuple[str, ...]
    own: frozenset[str]
    figures: frozenset[Decimal]


@lru_cache(maxsize=512)
def options_of(texts: tuple[str, ...], language: Language) -> tuple[Option, ...]:
    """The options of a question, in its order, each with what no other one has."""
    parts = [clauses(text) for text in texts]
    words = [tuple(word for clause in clauses_ for word in clause.plain) for clauses_ in parts]
    figures = [
        {number.value for clause in clauses_ for number in numbers(clause, language) if not number.article}
        for clauses_ in parts
    ]
    options = []
    for index, mine in enumerate(words):
        others = {word for other in (*words[:index], *words[index + 1 :]) for word in other}
        taken = {figure for other in (*figures[:index], *figures[index + 1 :]) for figure in other}
        own = frozenset(mine) - others - _COMMON
        only_mine = frozenset(figure for figure in figures[index] - taken if figure is not None)
        options.append(Option(mine, own - AROUND - _WEAK or own, only_mine))
    return tuple(options)


def is_doubt(option: Option) -> bool:
    """Whether the option itself is a "no sé" or "tal vez": naming it is then no doubt."""
    return DOUBTS.among(option.words)


def told_whole(options: Sequence[Option], parts: Sequence[Clause]) -> Found:
    """Whole options inside the answer; one inside another, longer one ("tienda" in "tienda en línea") is none."""
    found = [
        Mention(value, index, Span(start, start + len(option.words)))
        for index, clause in enumerate(parts)
        for value, option in enumerate(options)
        if option.words and option.words[0] in clause.plain
        for start in range(len(clause.words) - len(option.words) + 1)
        if clause.plain[start : start + len(option.words)] == option.words
    ]
    return [mention for mention in found if not any(_inside(mention, other) for other in found)]


def mentions_of_parts(options: Sequence[Option], parts: Sequence[Clause], language: Language) -> Found:
    """Words and numbers that only one option has ("dos" for "2 personas")."""
    words = [
        Mention(value, index, Span(at, at + 1))
        for index, clause in enumerate(parts)
        for at, word in enumerate(clause.plain)
        for value, option in enumerate(options)
        if word in option.own or (_in_another_number(word, option.own) and not _counted(clause, at))
    ]
    figures = [
        Mention(value, index, number.span)
        for index, clause in enumerate(parts)
        for number in numbers(clause, language)
        for value, option in enumerate(options)
        if number.value in option.figures
    ]
    return [*words, *figures]


def told_and_parts(told: Found, found: Found, parts: Sequence[Clause]) -> Found:
    """Whole options, and beside them parts of others ("tarjeta de crédito o débito")."""
    whole = {mention.value for mention in told}
    beside = [
        mention
        for mention in found
        if mention.value not in whole
        and not any(_inside(mention, other) for other in told)
        and not (told and _weak(parts[mention.clause].plain[mention.span.start]))
    ]
    return [*told, *beside]


def _in_another_number(word: str, own: frozenset[str]) -> bool:
    """ "Sábado" for "Sábados", also for the words that are never misspelled."""
    return len(word) > _SHORTEST_ABBREVIATION and (
        word + "s" in own or (word[-1] == "s" and word[:-1] in own)
    )


def _counted(clause: Clause, at: int) -> bool:
    """ "Las tres comidas" are no "Comida"."""
    return at > 0 and clause.plain[at - 1] in _PLURAL_NUMBERS


def _weak(word: str) -> bool:
    return word in _WEAK or word in AROUND


def _inside(mention: Mention[int], other: Mention[int]) -> bool:
    if mention.clause != other.clause or mention.span == other.span:
        return False
    return other.span.start <= mention.span.start and mention.span.end <= other.span.end


def misspelled(options: Sequence[Option], parts: Sequence[Clause]) -> Found:
    """Words that are near a word of one single option, or abbreviate it, and are no word of any option."""
    known = {word for option in options for word in option.words}
    return [
        Mention(value, index, Span(at, at + 1))
        for index, clause in enumerate(parts)
        for at, word in enumerate(clause.plain)
        if word not in known
        and word not in _NO_SLIPS
        and not _counted(clause, at)
        and (value := _nearest(word, options)) is not None
    ]


def _nearest(word: str, options: Sequence[Option]) -> int | None:
    best: dict[int, int] = {}
    for value, option in enumerate(options):
        for own in option.own:
            limit = typos_allowed(own)
            away = 0 if _abbreviates(word, own) else distance(word, own, limit)
            if away > limit > 0 and sound(word) == sound(own):
                away = limit
            if away > limit and (_abbreviates_nearly(word, own) or _has_the_root_of(word, own)):
                away = limit = 2
            if away <= limit:
                best[value] = min(away, best.get(value, away))
    closest = [value for value, away in best.items() if away == min(best.values())]
    if len(closest) > 1 and min(best.values()) == 0:
        return UNCLEAR
    return closest[0] if len(closest) == 1 else None


def _abbreviates(word: str, whole: str) -> bool:
    return len(word) >= _SHORTEST_ABBREVIATION and whole.startswith(word)


def _has_the_root_of(word: str, whole: str) -> bool:
    """ "transferir" for "transferencia", "depositar" for "depósito"."""
    return word[:_LONG_ROOT] == whole[:_LONG_ROOT] and len(word) >= _LONG_ROOT


def _abbreviates_nearly(word: str, whole: str) -> bool:
    """ "tranfer" for "transferencia": a beginning with one slip in it."""
    if len(word) < _SHORTEST_ABBREVIATION * 2 or len(whole) <= len(word):
        return False
    return any(distance(word, whole[:length], 1) == 1 for length in (len(word), len(word) + 1))
