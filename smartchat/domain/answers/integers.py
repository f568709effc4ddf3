"""Answers to integer questions."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from smartchat.domain.answers.mentions import Mention, doubtful, settle
from smartchat.domain.answers.numbers import NumberMention, numbers
from smartchat.domain.answers.phrases import Phrases, Span, listed
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood
from smartchat.domain.answers.words import NEAR, Clause, clauses, too_long
from smartchat.domain.script.steps import IntegerQuestion, Language

# "Menos de 5" leaves the number open. "Unos 20" is what the contact means by 20.
_BOUNDS = Phrases(
    """mas de | menos de | al menos | por lo menos | como minimo | como maximo | minimo | maximo | casi
    entre
    cumplo | voy a cumplir | voy para los | voy por los | ando por los | ando en los | ya mero cumplo | naci el
    naci en | naci en el | naci por el | soy del | soy de | yo y | yo con | yo mas | esposa y | esposo y
    hasta | a partir de | arriba de | abajo de | mayor a | menor a | mayor que | menor que | mas que
    menos que | como mucho | no mas de | no menos de | menos""",
    """more than | less than | at least | at most | over | under | almost | nearly | up to | between | above
    born in | turning | about to turn | going on | me and | me plus | myself and | myself plus | wife and
    husband and
    below | fewer than | no more than | not more than | minus""",
)
_NONE = Phrases(
    """ninguno | ninguna | ningun | nadie | ni uno | ni una | ni un | none | nobody | no one | not one
    not a single one""",
)
# "Un momento" is no 1: an article counts as a number only in a short answer, and never before these words.
_NO_COUNT = listed(
    """momento momentito segundo segundito minuto minutito rato ratito pregunta duda consulta disculpa favor
    saludo abrazo poco poquito problema gusto placer vez cosa moment second minute question sec bit little lot
    while problem thing few great good nice bunch ton tons load loads heap chorro bola montonal fortuna
    miseria cuantos cuantas pocos pocas tantos tantas dias amigos chingo
    monton buen resto titipuchal mundo"""
)
_HALVES = {
    "6": re.compile(r"\b(?:media\s+docena|half\s+(?:a\s+)?dozen)\b", re.IGNORECASE),
    "500000": re.compile(r"\b(?:medio\s+mill[oó]n|half\s+a\s+million)\b", re.IGNORECASE),
}
# "8 porque tardaron 20 minutos": what follows is a reason, and no answer.
_REASONS = listed("porque xq pq porq because cause cuz")
_JOINING = listed("y e and con plus mas")
_SCALES = (5, 10, 100)
_OF = Phrases("de | sobre", "out of | of")
_SCALE = re.compile(
    r"\b(?:de|del|entre|from|on\s+a\s+scale\s+(?:of|from))\s+\d+\s+(?:a|al|y|to)\s+(\d+)\b,?", re.IGNORECASE
)
_TENS = r"dos|tres|cuatro|cinco|seis|siete|ocho|nueve|die[zs]|once|doce|quince|veinte|treinta|cuarenta|cincuenta|cien"
_HUNDREDS = r"(?:dos|tres|cuatro|seis|sete|ocho|nove)cientos|quinientos|cien"
_GLUED = (
    (re.compile(rf"\b({_TENS})mil(?=pesos|{_HUNDREDS}|\b)", re.IGNORECASE), r"\1 mil "),
    (re.compile(rf"\bmil(pesos|{_HUNDREDS})\b", re.IGNORECASE), r"mil \1"),
    (re.compile(r"\b([2-9])\s+cientos\b", re.IGNORECASE), r"\g<1>00"),
    (re.compile("🔟"), "10"),
)
_OUT_OF = re.compile(r"(?<![\d/.,])(\d{1,4})\s*/\s*(\d{1,4})(?![\d/])")
_POLITE = Phrases(
    """por favor | porfa | porfavor | porfis | pls | please | gracias | muchas gracias | thanks | thank you
    hola | buenos dias | buenas tardes | buenas noches | buen dia | hi | hello | hey | solo | solamente
    nada mas | nomas | no mas | only | just | pues | mmm | este | quiero | quisiera | necesito | tengo | somos
    son | es | seria | serian | i want | i need | i have | i'd like | we are | it's | me gustaria""",
)
_UNITS = listed(
    """ano anos yr yrs kg kgs km m cm gb mb pz pza pzas pers personas pax pesos mxn usd boletos dias"""
)
_LONGEST_WITH_ARTICLE = 3  # words, politeness aside


def read_integer(question: IntegerQuestion, text: str, language: Language) -> Answer:
    """The one whole number that an answer means, in digits or words, within the range of the question."""
    digits = _in_digits(question, text)
    if digits != text and too_long(digits):  # a sign that was none has become a number
        return NotUnderstood("too_long")
    parts = clauses(digits)
    if doubtful(parts):
        return NotUnderstood("unsure")
    found: list[tuple[int, NumberMention]] = []
    for index, clause in enumerate(parts):
        if not found or clause.plain[0] not in _REASONS:
            found += [(index, number) for number in _rated(question, clause, _counts(clause, language))]
    if any(_bounded(parts[index], number) for index, number in found):
        return NotUnderstood("unsure")
    if _twice(parts, found):
        return NotUnderstood("several")
    meant = settle(
        parts, [Mention(_value(parts[index], number), index, number.span) for index, number in found]
    )
    if isinstance(meant, NotUnderstood):
        return meant
    values = meant.values
    if len(values) > 1:
        return NotUnderstood("several")
    if not values:
        return NotUnderstood("denied" if meant.denied else "nothing")
    how = "number" if any(number.digits for _, number in found) else "word"
    return _in_range(question, values[0], how)


def _in_digits(question: IntegerQuestion, text: str) -> str:
    """ "9/10" where the question goes up to 10, half a dozen and half a million."""
    for digits, half in _HALVES.items():
        text = half.sub(digits, text)
    for written, apart in _GLUED:
        text = written.sub(apart, text)
    text = _SCALE.sub(lambda found: "" if int(found[1]) == question.max else found[0], text)
    return _OUT_OF.sub(lambda found: found[1] if int(found[2]) == question.max else found[0], text)


def _twice(parts: Sequence[Clause], found: Sequence[tuple[int, NumberMention]]) -> bool:
    """ "500 ahorita y 500 el otro mes": the same number twice, with more than a join between."""
    for (index, one), (other_index, other) in pairwise(found):
        between = parts[index].plain[one.span.end : other.span.start] if index == other_index else ()
        if one.value == other.value and len(between) > 1 and between[-1] in _JOINING:
            return True
    return False


def _rated(question: IntegerQuestion, clause: Clause, found: list[NumberMention]) -> list[NumberMention]:
    """ "Nueve sobre diez" and "9 out of 10" where the question goes up to 10: the first of the two."""
    if len(found) != 2 or question.max not in _SCALES or found[1].value != question.max:
        return found
    between = clause.plain[found[0].span.end : found[1].span.start]
    return found[:1] if between and _OF.at(between, 0) == len(between) else found


def _in_range(question: IntegerQuestion, value: Decimal | None, how: str) -> Answer:
    if value is None or value != value.to_integral_value():
        return NotUnderstood("not_whole")
    whole = int(value)
    if (question.min is not None and whole < question.min) or (
        question.max is not None and whole > question.max
    ):
        return NotUnderstood("out_of_range")
    return Understood(whole, how)


def _value(clause: Clause, number: NumberMention) -> Decimal | None:
    """None where other letters hang on to the digits than those of a unit ("3er", "4x4"), or a word that is none."""
    end = number.span.end
    if not number.digits and end < len(clause.words) and clause.words[end].before == "-":
        return None
    if number.digits and end < len(clause.words) and clause.words[end].before == "":
        return number.value if clause.words[end].plain in _UNITS else None
    return number.value


def _counts(clause: Clause, language: Language) -> list[NumberMention]:
    """The numbers of a clause that may count something, "ninguno" as 0."""
    words = clause.plain
    none = _NONE.find(words)
    zeros = [NumberMention(Decimal(0), span) for span in none]
    all_ = numbers(clause, language)
    if not all_:
        return zeros
    # "Unos 20", "a perfect 10": the article belongs to the number after it.
    starts, ends = {number.span.start for number in all_}, {number.span.end for number in all_}
    leading = {
        number.span for number in all_ if not starts.isdisjoint((number.span.end, number.span.end + 1))
    }
    # "3200 a month", "500 una vez": what follows a number tells how often.
    trailing = {number.span for number in all_ if number.span.start in ends}
    nothing = {at for span in none for at in range(span.start, span.end)}
    found = [
        number
        for number in all_
        if not _idle(words, number)
        and not (number.article and number.span in leading | trailing)
        and number.span.start not in nothing
    ]
    return found + zeros


def _idle(words: tuple[str, ...], number: NumberMention) -> bool:
    """An article that may stand for anything, or "one" in a phrase that counts nothing."""
    after = words[number.span.end] if number.span.end < len(words) else ""
    single = number.span.end - number.span.start == 1
    if single and not number.digits and number.value == 1 and after in _NO_COUNT:
        return True
    before = words[number.span.start - 1] if number.span.start else ""
    if single and not number.digits and before in {"no", "cada", "alguno", "any"}:
        return before != "no" or words[number.span.start] == "one"
    return number.article and _length(words) > _LONGEST_WITH_ARTICLE


def _length(words: tuple[str, ...]) -> int:
    polite = sum(span.end - span.start for span in _POLITE.find(words))
    return len(words) - polite


def _bounded(clause: Clause, number: NumberMention) -> bool:
    words = clause.plain[max(0, number.span.start - NEAR) : number.span.start]
    if words[-3:] == ("mas", "o", "menos"):
        return False
    before = any(span.end == len(words) for span in _BOUNDS.find(words))
    return before or _bounded_after(clause.plain, number.span)


_AND_A_HALF = Phrases("y medio | y media", "and a half")
_MORE_OR_LESS = Phrases(
    """o mas | o menos | or more | or less | or so | y pico | y tantos | y tantas | y algo | y feria
    and change | and something | something | o algo asi | algo asi | or something | y piquito | ish | plus | tantos""",
)


def _bounded_after(words: tuple[str, ...], span: Span) -> bool:
    """ "3 o más", "20 or more", "5 y pico"."""
    more = span.end < len(words) and _MORE_OR_LESS.at(words, span.end) > 0
    half = any(at < len(words) and _AND_A_HALF.at(words, at) > 0 for at in (span.end, span.end + 1))
    return more or half or _and_i(words, span)


def _and_i(words: tuple[str, ...], span: Span) -> bool:
    """ "4 primos y yo": one more than the number says."""
    after = words[span.end : span.end + 3]
    return any(
        after[at : at + 2] in {("y", "yo"), ("and", "me"), ("and", "i"), ("plus", "me")} for at in (0, 1)
    )
