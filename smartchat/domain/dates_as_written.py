"""Which days a date in another order than ours may mean: what a message proposes, and never what is taken."""

import re
from datetime import date

_IN_OTHER_ORDER = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.-]?([0-9]{1,2})[/.-]?([0-9]{1,2})")


def possible_days(text: str) -> list[str]:
    """The days (YYYY-MM-DD) that `05/03/2026`, `31.12.2026` or `2026/3/5` may mean: none, one, or two."""
    if found := _IN_OTHER_ORDER.fullmatch(text.strip()):
        first, second, year = (int(part) for part in found.groups())
        readings = [(year, second, first), (year, first, second)]
    elif found := _YEAR_FIRST.fullmatch(text.strip()):
        year, second, first = (int(part) for part in found.groups())
        readings = [(year, second, first)]
    else:
        return []
    days: list[str] = []
    for reading in readings:
        try:
            day = date(*reading).isoformat()
        except ValueError:
            continue
        if day not in days:
            days.append(day)
    return days
