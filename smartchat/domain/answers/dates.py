"""Answers to date questions: calendar dates in digits and words, and hoy, mañana, ayer."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from smartchat.domain.answers.mentions import Mention, doubtful, settle
from smartchat.domain.answers.numbers import number_at
from smartchat.domain.answers.phrases import Phrases, Span, listed, numbered
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood
from smartchat.domain.answers.words import Clause, clauses
from smartchat.domain.steps import TODAY, DateQuestion, Language

_LONGEST_READ = 4000
_MONTHS = numbered(
    """enero ene january jan | febrero feb february | marzo mar march | abril abr april apr | mayo may
    | junio jun june | julio jul july | agosto ago ag august aug | septiembre setiembre sept sep set september
    | octubre oct october | noviembre nov november | diciembre dic december dec"""
)
_WEEKDAYS = numbered(
    """lunes lun monday mon | martes tuesday tue tues | miercoles mie miercole wednesday wed
    | jueves jue thursday thu thurs | viernes vie friday fri | sabado sab saturday sat | domingo dom sunday sun""",
    start=0,
)
_DAYS_FROM_TODAY = {
    2: Phrases(
        "pasado manana | day after tomorrow | the day after tomorrow",
    ),
    1: Phrases(
        "manana | maniana | tomorrow | tmrw | tmrrw | tomorow | tommorow | tommorrow | mnn",
    ),
    0: Phrases(
        "hoy | oy | hoi | hoy mismo | today",
    ),
    -1: Phrases(
        "ayer | ayr | yesterday",
    ),
    -2: Phrases(
        "antier | anteayer | antes de ayer | antayer | day before yesterday | the day before yesterday",
    ),
}
_FIRST = frozenset({"primero", "1ro", "1o", "1er", "first", "1st"})
# Morning, not tomorrow.
_MORNING = Phrases(
    """por la manana | en la manana | de la manana | a la manana | toda la manana | una manana | la manana
    las mananas""",
)
# "Hasta mañana" is a goodbye, "antes del 20" a limit.
_BOUNDS = Phrases(
    """antes de | antes del | despues de | despues del | a partir de | a partir del | hasta | hasta el | desde
    desde el | entre | entre el | before | before the | after | after the | since | until | till | by | from
    between""",
)
_ENGLISH_ORDINALS = numbered(
    """first | second | third | fourth | fifth | sixth | seventh | eighth | ninth | tenth | eleventh | twelfth
    | thirteenth | fourteenth | fifteenth | sixteenth | seventeenth | eighteenth | nineteenth | twentieth"""
) | {"thirtieth": 30}
_TENS = {"twenty": 20, "thirty": 30}
_ENDINGS = listed("st nd rd th ro er o a")
_OF = frozenset({"de", "del", "of", "the", "ano", "mes"})
_TIMES = frozenset({"am", "pm", "hrs", "h", "horas"})
_SEPARATORS = frozenset({"/", "-", ".", "–"})

# Commas and points inside a date do not end a thought: "september 20, 1990", "20 sept. 2026".
_COMMA_YEAR = re.compile(r",\s+(?=(?:del?\s+)?[0-9]{4}\b)")
_POINT_MONTH = re.compile(
    r"\b(ene|feb|mar|abr|may|jun|jul|ago|sept?|oct|nov|dic|jan|apr|aug|dec)\.\s*(?=[0-9d])", re.IGNORECASE
)

Reason = str  # why a mention is no date: "no_year", "impossible_date"
Found = Mention[date | Reason]


def read_date(question: DateQuestion, text: str, today: date, language: Language) -> Answer:
    """The one calendar day that an answer means, as YYYY-MM-DD, within the limits of the question."""
    parts = clauses(_POINT_MONTH.sub(r"\1 ", _COMMA_YEAR.sub(" ", text[:_LONGEST_READ])))
    if doubtful(parts):
        return NotUnderstood("unsure")
    found = [
        mention for index, clause in enumerate(parts) for mention in _dates(clause, index, today, language)
    ]
    if any(_bounded(parts[mention.clause], mention) for mention in found):
        return NotUnderstood("unsure")
    meant = settle(parts, found)
    weekdays = settle(parts, _weekdays(parts, found))
    if isinstance(meant, NotUnderstood):
        return meant
    if isinstance(weekdays, NotUnderstood):
        return weekdays
    if len(meant.values) > 1:
        return NotUnderstood("several")
    if not meant.values:
        return NotUnderstood("denied" if meant.denied else "weekday" if weekdays.values else "nothing")
    day = meant.values[0]
    if isinstance(day, Reason):
        return NotUnderstood(day)
    if any(weekday != day.weekday() for weekday in weekdays.values):
        return NotUnderstood("several")
    return _within(question, day, today)


def _within(question: DateQuestion, day: date, today: date) -> Answer:
    first, last = _limit(question.min, today), _limit(question.max, today)
    if (first is not None and day < first) or (last is not None and day > last):
        return NotUnderstood("out_of_range")
    return Understood(day.isoformat(), "date")


def _limit(limit: str | None, today: date) -> date | None:
    if limit == TODAY:
        return today
    try:
        return None if limit is None else date.fromisoformat(limit)
    except ValueError:  # the value of an earlier step that is no date: no limit
        return None


def _bounded(clause: Clause, mention: Found) -> bool:
    words = clause.plain[: mention.span.start]
    return any(span.end == len(words) for span in _BOUNDS.find(words))


def _weekdays(parts: Sequence[Clause], dates: Sequence[Found]) -> list[Mention[int]]:
    return [
        Mention(_WEEKDAYS[word], index, Span(at, at + 1))
        for index, clause in enumerate(parts)
        for at, word in enumerate(clause.plain)
        if word in _WEEKDAYS and not any(m.clause == index and m.span.start <= at < m.span.end for m in dates)
    ]


def _dates(clause: Clause, index: int, today: date, language: Language) -> Iterator[Found]:
    """The days that a clause names, left to right."""
    words = clause.plain
    mornings = {at for span in _MORNING.find(words) for at in range(span.start, span.end)}
    at = 0
    while at < len(words):
        found = None if at in mornings else _relative(words, at, today)
        found = found or _in_digits(clause, at, language) or _in_words(clause, at, language)
        if found is None:
            at += 1
        else:
            yield Mention(found[0], index, Span(at, found[1]))
            at = found[1]


def _relative(words: Sequence[str], at: int, today: date) -> tuple[date | Reason, int] | None:
    lengths = {days: phrases.at(words, at) for days, phrases in _DAYS_FROM_TODAY.items()}
    days = max(lengths, key=lambda days: lengths[days])
    if not lengths[days]:
        return None
    try:
        return today + timedelta(days=days), at + lengths[days]
    except OverflowError:
        return "impossible_date", at + lengths[days]


def _in_digits(clause: Clause, at: int, language: Language) -> tuple[date | Reason, int] | None:
    """29/04/2015, 2015-04-29, 29.04.15, 29-abr-2015, 29 04 2015."""
    words = clause.words
    pieces = words[at].plain.split(".")
    if len(pieces) == 3 and all(piece.isdigit() for piece in pieces):
        return _ordered(pieces, language), at + 1
    if not _DAY_OR_YEAR.match(words[at].plain) or at + 1 >= len(words):
        return None
    mark = words[at + 1].before.strip()
    three = [word.plain for word in words[at : at + 3]]
    if mark not in _SEPARATORS and not (mark == "" and _SPACED.match(" ".join(three))):
        return None
    if not (three[1].isdigit() or three[1] in _MONTHS):
        return None
    whole = len(three) == 3 and words[at + 2].before.strip() == mark and three[2].isdigit()
    if not whole:
        return ("no_year", at + 2) if mark == "/" and len(three[0]) < 3 else None
    end = at + 3
    if end < len(words) and words[end].plain[:1].isdigit() and words[end].before.strip() in _SEPARATORS:
        return "impossible_date", end + 1
    return _ordered(three, language), end


_DAY_OR_YEAR = re.compile(r"(?:[0-9]{1,2}|[0-9]{4})\Z")
_SPACED = re.compile(r"[0-9]{1,2} [0-9]{1,2} [0-9]{4}\Z")


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


def _in_words(clause: Clause, at: int, language: Language) -> tuple[date | Reason, int] | None:
    """20 de septiembre de 1990, primero de mayo del 26, September 20th 1990, the 20th of September 1990."""
    words = clause.plain
    if words[at] in _MONTHS:
        month_at, day = at, _day_number(clause, at + 1, language)
        end = day[1] if day else 0
    else:
        day = _day_number(clause, at, language)
        month_at = _past(words, day[1], _OF) if day else 0
        end = month_at + 1
    if day is None or month_at >= len(words) or words[month_at] not in _MONTHS:
        return None
    year = _year_number(clause, end, language)
    if year is None:
        return "no_year", end
    return _real(year[0], _MONTHS[words[month_at]], day[0]), year[1]


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
    if word.isdigit():
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
    if word.isdigit():
        last = start + 1 == len(words)
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
