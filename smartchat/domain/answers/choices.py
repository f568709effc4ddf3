"""Answers to multiple-choice questions: an option by its text, a part of it, its number, with a typo."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from smartchat.domain.answers.binary import read_binary
from smartchat.domain.answers.mentions import DOUBTS, Meant, Mention, doubtful, settle
from smartchat.domain.answers.numbers import numbers
from smartchat.domain.answers.phrases import Phrases, Span, listed, numbered
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood
from smartchat.domain.answers.spelling import distance, typos_allowed
from smartchat.domain.answers.words import Clause, clauses
from smartchat.domain.steps import Language, MultipleChoiceQuestion

Found = list[Mention[int]]

# Words that are in many options and answers and tell none apart.
_COMMON = listed(
    """el la los las lo un una unos unas de del al a en con por para y e o u que mi su me se le es soy tu the an
    of to in on at by for and or with my your is it i am"""
)
_ORDINALS = numbered(
    """primero primera primer first 1ro 1ra 1er 1st | segundo segunda second 2do 2da 2nd
    | tercero tercera tercer third 3ro 3ra 3er 3rd | cuarto cuarta fourth 4to 4ta 4th
    | quinto quinta fifth 5to 5ta 5th | sexto sexta sixth 6to 6ta 6th | septimo septima seventh 7mo 7ma 7th
    | octavo octava eighth 8vo 8va 8th | noveno novena ninth 9no 9na 9th | decimo decima tenth 10mo 10ma 10th"""
)
_POINTING = listed("the this that last which")
_LAST = frozenset({"ultimo", "ultima", "last"})
_ENDINGS = listed("ro ra er do da to ta st nd rd th mo ma vo va no na o a")
# What may stand around a number that names an option; anything else, and it may count something.
_AROUND = listed(
    """el la los las lo opcion opciones numero num nro no n option options number nr the one this that es seria
    sea quiero prefiero elijo escojo elegi escogi selecciono voy con por favor porfa porfavor porfis pls
    please gracias muchas thanks thank you hola buenos dias buenas tardes noches hi hello pues mmm yo me i i'd
    i'll like want take choose prefer pick go with mejor digo a de y e and tambien both ambas ambos dos
    respuesta answer respuestas inciso punto creo que si yes ok okay bueno perdon sorry quise decir serian un
    una mi my to como segun pon ponga ponme pongame anote apunte apunteme anoteme marque todas todos"""
) - {"dos"}
_ALL = Phrases(
    """todas | todos | todas las opciones | todas las anteriores | todo | las dos | los dos | ambas | ambos | all
    all of them | all of the above | both | both of them | everything""",
)
_PAIR = Phrases(
    "las dos | los dos | ambas | ambos | both | both of them | por favor | gracias",
)
_EXCEPT = frozenset({"menos", "excepto", "salvo", "except"})


# Verbs and such that options share with all kinds of answers: no part of an option on their own.
_WEAK = listed(
    """pago pagar pagare paga pagos hacer hago hare puedo tengo tiene ir iria voy vamos esta estoy ser ya mas muy
    si pay paying have go going do can will more very"""
)
_OUT_OF_RANGE = -1
_SHORTEST_ABBREVIATION = 3


@dataclass(frozen=True, slots=True)
class _Option:
    """An option's words, and the words and numbers among them that tell it from the others."""

    words: tuple[str, ...]
    own: frozenset[str]
    figures: frozenset[Decimal]


def read_choice(question: MultipleChoiceQuestion, text: str, language: Language) -> Answer:
    """The option that an answer means, as it is written in the question; for several a tuple, in its order."""
    options = _options(question.options, language)
    parts = clauses(text)
    exact = _exact(options, parts)
    if exact is not None:
        return _understood(question, {exact}, "exact")
    told = _told(options, parts)
    if doubtful(parts) and not any(_is_doubt(options[mention.value]) for mention in told):
        return NotUnderstood("unsure")
    by_meaning = _yes_or_no(question, options, text, language)
    if by_meaning is not None:
        return by_meaning
    taken = told or _parts(options, parts, language)
    numbered = _numbered(options, parts, taken, language, several=question.multiple)
    misspelled = [] if told else _misspelled(options, parts, taken)
    found = [*taken, *numbered, *misspelled]
    if not found:
        return _all(question, parts)
    how = "exact" if told else "part" if taken else "number" if numbered else "typo"
    meant = settle(parts, found)
    return meant if isinstance(meant, NotUnderstood) else _chosen(question, parts, meant, how)


def _chosen(question: MultipleChoiceQuestion, parts: Sequence[Clause], meant: Meant[int], how: str) -> Answer:
    chosen = set(meant.values)
    if _OUT_OF_RANGE in chosen:
        return NotUnderstood("out_of_range")
    every = {index for index, option in enumerate(question.options) if option}
    if question.multiple and _says_all(parts):
        left = every - {mention.value for mention in meant.denied}
        if any(word in _EXCEPT for clause in parts for word in clause.plain):
            left = every - chosen
        return _understood(question, left, "meaning") if left else NotUnderstood("denied")
    if not chosen:
        return NotUnderstood("denied")
    if len(chosen) > 1 and not question.multiple:
        return NotUnderstood("several")
    return _understood(question, chosen, how)


def _understood(question: MultipleChoiceQuestion, chosen: set[int], how: str) -> Understood:
    texts = tuple(question.options[index] for index in sorted(chosen))
    return Understood(texts if question.multiple else texts[0], how)


def _all(question: MultipleChoiceQuestion, parts: Sequence[Clause]) -> Answer:
    """An answer that names no option: "todas", or nothing."""
    if not _says_all(parts):
        return NotUnderstood("nothing")
    if not question.multiple:
        return NotUnderstood("several")
    every = {index for index, option in enumerate(question.options) if option}
    only_two = _PAIR.only(word for clause in parts for word in clause.plain)
    if only_two and len(every) != 2:
        return NotUnderstood("several")
    return _understood(question, every, "meaning")


def _says_all(parts: Sequence[Clause]) -> bool:
    return any(_ALL.among(clause.plain) for clause in parts if not clause.question)


def _options(texts: Sequence[str], language: Language) -> list[_Option]:
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
        options.append(_Option(mine, own - _AROUND - _WEAK or own, only_mine))
    return options


def _exact(options: Sequence[_Option], parts: Sequence[Clause]) -> int | None:
    """The option that is the whole answer; spaces do not matter ("tarjetadecredito")."""
    said = "".join(word for clause in parts for word in clause.plain)
    if not said or any(clause.question for clause in parts):
        return None
    same = [index for index, option in enumerate(options) if "".join(option.words) == said]
    return same[0] if len(same) == 1 else None


def _is_doubt(option: _Option) -> bool:
    return DOUBTS.among(option.words)


def _yes_or_no(
    question: MultipleChoiceQuestion, options: Sequence[_Option], text: str, language: Language
) -> Answer | None:
    """Where one option says yes and one no ("Sí, me interesa", "No"), an answer that means either is that option."""
    read = [read_binary("yes_no", option, language) for option in question.options]
    said = [answer.value if isinstance(answer, Understood) else None for answer in read]
    if said.count("yes") != 1 or said.count("no") != 1:
        return None
    meaning = read_binary("yes_no", text, language)
    if not isinstance(meaning, Understood):
        return None
    others = [option for option, value in zip(options, said, strict=True) if value is None]
    if any(_parts(others, clauses(text), language)) or any(_told(others, clauses(text))):
        return None
    return _understood(question, {said.index(str(meaning.value))}, "meaning")


def _told(options: Sequence[_Option], parts: Sequence[Clause]) -> Found:
    """Whole options inside the answer; one inside another, longer one ("tienda" in "tienda en línea") is none."""
    found = [
        Mention(value, index, Span(start, start + len(option.words)))
        for index, clause in enumerate(parts)
        for value, option in enumerate(options)
        for start in range(len(clause.words) - len(option.words) + 1)
        if option.words and clause.plain[start : start + len(option.words)] == option.words
    ]
    return [mention for mention in found if not any(_inside(mention, other) for other in found)]


def _inside(mention: Mention[int], other: Mention[int]) -> bool:
    if mention.clause != other.clause or mention.span == other.span:
        return False
    return other.span.start <= mention.span.start and mention.span.end <= other.span.end


def _parts(options: Sequence[_Option], parts: Sequence[Clause], language: Language) -> Found:
    """Words and numbers that only one option has ("dos" for "2 personas")."""
    words = [
        Mention(value, index, Span(at, at + 1))
        for index, clause in enumerate(parts)
        for at, word in enumerate(clause.plain)
        for value, option in enumerate(options)
        if word in option.own
    ]
    figures = [
        Mention(value, index, number.span)
        for index, clause in enumerate(parts)
        for number in numbers(clause, language)
        for value, option in enumerate(options)
        if number.value in option.figures
    ]
    return [*words, *figures]


def _misspelled(options: Sequence[_Option], parts: Sequence[Clause], taken: Found) -> Found:
    """Words that are near a word of one single option, or abbreviate it, and are no word of any option."""
    known = {word for option in options for word in option.words} | _COMMON | _AROUND
    return [
        Mention(value, index, Span(at, at + 1))
        for index, clause in enumerate(parts)
        for at, word in enumerate(clause.plain)
        if word not in known and (value := _nearest(word, options)) is not None
    ]


def _nearest(word: str, options: Sequence[_Option]) -> int | None:
    best: dict[int, int] = {}
    for value, option in enumerate(options):
        for own in option.own:
            limit = typos_allowed(own)
            away = (
                0
                if len(word) >= _SHORTEST_ABBREVIATION and own.startswith(word)
                else distance(word, own, limit)
            )
            if away <= limit:
                best[value] = min(away, best.get(value, away))
    closest = [value for value, away in best.items() if away == min(best.values())]
    return closest[0] if len(closest) == 1 else None


def _numbered(
    options: Sequence[_Option], parts: Sequence[Clause], taken: Found, language: Language, *, several: bool
) -> Found:
    """Numbers and ordinals that name an option: with nothing beside them that they might count."""
    found: Found = []
    for index, clause in enumerate(parts):
        named = [mention.span for mention in taken if mention.clause == index]
        places = list(_places(clause, len(options), language, several=several))
        held = {at for _, span in places for at in range(span.start, span.end)}
        named_at = {at for span in named for at in range(span.start, span.end)}
        rest = [word for at, word in enumerate(clause.plain) if at not in held | named_at]
        if all(word in _AROUND for word in rest):
            whole = [span for span in named if span.end - span.start > 1]
            found += [
                Mention(value, index, span)
                for value, span in places
                if not any(inner.start <= span.start < inner.end for inner in whole)
                and not (value == _OUT_OF_RANGE and span in named)
            ]
    return found


def _places(clause: Clause, count: int, language: Language, *, several: bool) -> Iterator[tuple[int, Span]]:
    """(option or out of range, words) for each number of a clause."""
    words = clause.plain
    listed = numbers(clause, language)
    for number in listed:
        start, end = number.span.start, number.span.end
        before = words[start - 1] if start else ""
        if number.article or (before in {"las", "los"} and len(listed) == 1):
            continue
        if words[start] == "one" and (before in _POINTING or before in _ORDINALS):
            continue  # "the second one"
        if end < len(words) and clause.words[end].before == "" and words[end] in _ENDINGS:
            end += 1
        pieces = _split(words[start], several=several)
        yield from ((_option_number(piece, count), Span(start, end)) for piece in pieces or [number.value])
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word in _LAST:
            yield count - 1, Span(at, at + 1)
        elif word in _ORDINALS and before not in {"un", "a"}:
            yield _option_number(Decimal(_ORDINALS[word]), count), Span(at, at + 1)


def _option_number(number: Decimal | None, count: int) -> int:
    """The index of an option by the number that a contact sees; out of range for what is none."""
    if number is None or number != number.to_integral_value() or not 1 <= number <= count:
        return _OUT_OF_RANGE
    return int(number) - 1


def _split(written: str, *, several: bool) -> list[Decimal | None]:
    """ "1,3" as 1 and 3, where several options may be named."""
    pieces = re.split(r"[.,]", written)
    if several and len(pieces) > 1 and all(piece.isdigit() and len(piece) < 3 for piece in pieces):
        return [Decimal(piece) for piece in pieces]
    return []
