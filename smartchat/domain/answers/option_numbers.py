"""Numbers and ordinals that name an option of a multiple choice."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from smartchat.domain.answers.mentions import Mention
from smartchat.domain.answers.numbers import NumberMention, numbers
from smartchat.domain.answers.options import AROUND, Found, Option
from smartchat.domain.answers.phrases import Span, listed, numbered
from smartchat.domain.answers.words import Clause
from smartchat.domain.script.steps import Language

OUT_OF_RANGE = -1
_ORDINALS = numbered(
    """primero primera primer first | segundo segunda second | tercero tercera tercer third | cuarto cuarta fourth
    | quinto quinta fifth | sexto sexta sixth | septimo septima seventh | octavo octava eighth
    | noveno novena ninth | decimo decima tenth"""
)
_POINTING = listed("the this that last which")
_FIRST_ONES = listed("primeros primeras primeras first")
_LAST_ONES = listed("ultimos ultimas last")
_LAST = frozenset({"ultimo", "ultima", "last"})
_ENDINGS = listed("era ro ra er do da to ta st nd rd th mo ma vo va no na o a")


def named_by_number(
    options: Sequence[Option], parts: Sequence[Clause], taken: Found, language: Language, *, several: bool
) -> Found:
    """Numbers and ordinals that name an option: with nothing beside them that they might count."""
    found: Found = []
    for index, clause in enumerate(parts):
        told = list(_places(clause, len(options), language, several=several))
        if not told:
            continue
        named = [mention.span for mention in taken if mention.clause == index]
        ends = {span.end for span in named}
        places = [
            (value, span)
            for value, span in told
            if not (clause.plain[span.start] == "one" and span.start in ends)  # "the family one"
        ]
        held = {at for _, span in places for at in range(span.start, span.end)}
        named_at = {at for span in named for at in range(span.start, span.end)}
        rest = [word for at, word in enumerate(clause.plain) if at not in held | named_at]
        if all(word in AROUND for word in rest):
            whole = [span for span in named if span.end - span.start > 1]
            found += [
                Mention(value, index, span)
                for value, span in places
                if not any(inner.start <= span.start < inner.end for inner in whole)
                and not (value == OUT_OF_RANGE and named and not several)
            ]
    return found


def _places(clause: Clause, count: int, language: Language, *, several: bool) -> Iterator[tuple[int, Span]]:
    """(option or out of range, words) for each number of a clause."""
    words = clause.plain
    listed = numbers(clause, language)
    if several and (stretch := _stretch(words, listed, count)) is not None:
        yield from stretch
        return
    for number in listed:
        start, end = number.span.start, number.span.end
        before = words[start - 1] if start else ""
        if number.article or (before in {"las", "los"} and len(listed) == 1):
            continue
        if words[start] == "one" and (
            before in _POINTING or before in _ORDINALS or before in {"st", "nd", "rd", "th"}
        ):
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


def _stretch(
    words: Sequence[str], listed: Sequence[NumberMention], count: int
) -> "list[tuple[int, Span]] | None":
    """ "Las dos primeras", "last two": so many from one end; None where the clause says no such thing."""
    for number in listed:
        size, start, end = number.value, number.span.start, number.span.end
        if size is None or not 1 < size < count or size != size.to_integral_value():
            continue
        for at in (start - 1, end):
            word = words[at] if 0 <= at < len(words) else ""
            if word in _FIRST_ONES or word in _LAST_ONES:
                first = 0 if word in _FIRST_ONES else count - int(size)
                span = Span(min(at, start), max(at + 1, end))
                return [(index, span) for index in range(first, first + int(size))]
    return None


def _option_number(number: Decimal | None, count: int) -> int:
    """The index of an option by the number that a contact sees; out of range for what is none."""
    if number is None or number != number.to_integral_value() or not 1 <= number <= count:
        return OUT_OF_RANGE
    return int(number) - 1


def _split(written: str, *, several: bool) -> list[Decimal | None]:
    """ "1,3" as 1 and 3, where several options may be named."""
    pieces = re.split(r"[.,]", written)
    if several and len(pieces) > 1 and all(piece.isdecimal() and len(piece) < 3 for piece in pieces):
        return [Decimal(piece) for piece in pieces]
    return []
