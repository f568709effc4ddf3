"""Which days a date in another order than ours may mean: what a message proposes, and never what is taken."""

import re
from datetime import date

_TIME = r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:\s?[ap]\.?\s?m\.?|Z)?)?"
_IN_OTHER_ORDER = re.compile(rf"([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-]([0-9]{{4}}){_TIME}", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})[/.-]?([0-9]{{1,2}})[/.-]?([0-9]{{1,2}}){_TIME}", re.IGNORECASE)


def possible_days(text: str) -> list[str]:
    """The days (YYYY-MM-DD) that `05/03/2026`, `31.12.2026` or `2026/3/5` may mean: none, one, or two."""
    return list(dict.fromkeys(day for day in days_by_order(text) if day))


def days_by_order(text: str) -> tuple[str | None, str | None]:
    """The day that a date means with the day first, and with the month first; equal where the year comes first."""
    if found := _IN_OTHER_ORDER.fullmatch(text.strip()):
        first, second, year = (int(part) for part in found.groups())
        return _day(year, second, first), _day(year, first, second)
    if found := _YEAR_FIRST.fullmatch(text.strip()):
        year, month, day = (int(part) for part in found.groups())
        return (_day(year, month, day),) * 2
    return None, None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
