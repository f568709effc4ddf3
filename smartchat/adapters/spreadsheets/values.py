"""Values as XML writes them: numbers, days, durations."""

import re
from datetime import date, datetime, time

from smartchat.domain.contact_file.values import Value

_EXACT_DIGITS = 18
_DURATION = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")


def number_of(text: str) -> int | float | str | None:
    """A number; the text itself where it is none (nothing that a spreadsheet writes)."""
    if text.isdecimal() and text.isascii() and len(text) <= _EXACT_DIGITS:
        return int(text)
    try:
        number = float(text)
    except ValueError:
        return text or None
    return text if number != number or abs(number) == float("inf") else number


def day_of_iso(text: str) -> Value:
    """An ISO 8601 day, or day and time; the time alone where the day is the epoch's; else the text itself."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text or None
    if moment.date() in (date(1899, 12, 30), date(1899, 12, 31)):
        return moment.time()
    return moment.date() if moment.time() == time() else moment


def time_of_duration(text: str) -> Value:
    """`PT14H30M00S` as a time of day; the text itself for a longer one."""
    found = _DURATION.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3]) > 59:
        return text or None
    return time(int(found[1]), int(found[2]), int(found[3]))
