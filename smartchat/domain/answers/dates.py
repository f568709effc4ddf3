"""Answers to date questions: calendar dates, and hoy, mañana, ayer."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from smartchat.domain.answers.days import Reason, in_digits, in_words
from smartchat.domain.answers.mentions import Mention, doubtful, settle
from smartchat.domain.answers.numbers import number_at
from smartchat.domain.answers.phrases import Phrases, Span, listed, numbered
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood
from smartchat.domain.answers.spelling import distance
from smartchat.domain.answers.words import NEAR, Clause, clauses
from smartchat.domain.script.reserved import TODAY
from smartchat.domain.script.steps import DateQuestion, Language

_LONGEST_READ = 4000
_WEEKDAYS = numbered(
    """lunes lun monday mon | martes tuesday tue tues | miercoles mie miercole wednesday wed
    | jueves jue thursday thu thurs | viernes vie friday fri | sabado sab saturday sat | domingo dom sunday sun""",
    start=0,
)
_DAYS_FROM_TODAY = {
    2: Phrases(
        "pasado manana | pasadomanana | o pasado | u pasado | day after tomorrow | the day after tomorrow",
    ),
    1: Phrases(
        """manana | maniana | tomorrow | tomorow | tommorow | 2 morrow | 2 moro""",
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
_SHORT_DAYS = dict.fromkeys(("tmrw", "tmrrw", "tmw", "tmr", "tmmrw"), "tomorrow") | {"mnn": "manana"}
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
_IF_PAID = Phrases(
    "si me depositan | si me pagan | si me cae | si cobro | si me dan | si consigo | si me prestan | si alcanzo",
    "if i get paid | if they pay me | if i can",
)
_JOINS = listed("y e o u al a and or to")
# Commas and points inside a date do not end a thought: "september 20, 1990", "20 sept. 2026".
_COMMA_YEAR = re.compile(
    r",\s+(?=(?:del?\s+)?(?:[0-9]{4}|nineteen|twenty|two\s+thousand|mil\s+novecientos|dos\s+mil)\b)",
    re.IGNORECASE,
)
_POINT_MONTH = re.compile(
    r"\b(ene|feb|mar|abr|may|jun|jul|ago|sept?|oct|nov|dic|jan|apr|aug|dec)\.\s*(?=[0-9d])", re.IGNORECASE
)

Found = Mention[date | Reason]


def read_date(  # noqa: PLR0911 - a reason for each way not to be understood
    question: DateQuestion, text: str, today: date, language: Language
) -> Answer:
    """The one calendar day that an answer means, as YYYY-MM-DD, within the limits of the question."""
    parts = clauses(_POINT_MONTH.sub(r"\1 ", _COMMA_YEAR.sub(" ", text[:_LONGEST_READ])))
    if doubtful(parts):
        return NotUnderstood("unsure")
    found = [
        mention for index, clause in enumerate(parts) for mention in _dates(clause, index, today, language)
    ]
    if any(_bounded(parts[mention.clause], mention) or _if_paid(parts[mention.clause]) for mention in found):
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
    start = mention.span.start
    words = tuple(map(_day_word, clause.plain[max(0, start - NEAR) : start]))
    return any(span.end == len(words) for span in _BOUNDS.find(words))


def _if_paid(clause: Clause) -> bool:
    """ "Mañana si me depositan": it depends."""
    return _IF_PAID.among(clause.plain)


def _weekdays(parts: Sequence[Clause], dates: Sequence[Found]) -> list[Mention[int]]:
    return [
        Mention(_WEEKDAYS[word], index, Span(at, at + 1))
        for index, clause in enumerate(parts)
        for at, word in enumerate(clause.plain)
        if word in _WEEKDAYS and not any(m.clause == index and m.span.start <= at < m.span.end for m in dates)
    ]


def _dates(clause: Clause, index: int, today: date, language: Language) -> Iterator[Found]:
    """The days that a clause names, left to right."""
    words = tuple(map(_day_word, clause.plain))
    mornings = {at for span in _MORNING.find(words) for at in range(span.start, span.end)}
    at = 0
    while at < len(words):
        found = None if at in mornings else _relative(words, at, today)
        found = found or in_digits(clause, at, language) or in_words(clause, at, language)
        if found is None:
            at += 1
        else:
            day = "several" if _one_of_two_days(clause, at, language) else found[0]
            yield Mention(day, index, Span(at, found[1]))
            at = found[1]


@lru_cache(maxsize=2048)
def _day_word(word: str) -> str:
    """ "Mñana" and "tommorrow" as they should be written."""
    if word in {"mananas", "banana"}:
        return word
    if word in _SHORT_DAYS:
        return _SHORT_DAYS[word]
    return next(
        (right for right in ("manana", "tomorrow", "yesterday") if distance(word, right, 1) <= 1), word
    )


def _one_of_two_days(clause: Clause, at: int, language: Language) -> bool:
    """ "5 o 6 de mayo de 2026", "entre el 5 y el 10 de mayo": two days share a month."""
    words = clause.plain
    before = at - 1 if at and words[at - 1] in {"el", "the"} else at
    if before < 2 or words[before - 1] not in _JOINS:
        return False
    number = number_at(clause, before - 2, language)
    return number is not None and number.value is not None and 1 <= number.value <= 31


def _relative(words: Sequence[str], at: int, today: date) -> tuple[date | Reason, int] | None:
    lengths = {days: phrases.at(words, at) for days, phrases in _DAYS_FROM_TODAY.items()}
    days = max(lengths, key=lambda days: lengths[days])
    if not lengths[days]:
        return None
    try:
        return today + timedelta(days=days), at + lengths[days]
    except OverflowError:
        return "impossible_date", at + lengths[days]
