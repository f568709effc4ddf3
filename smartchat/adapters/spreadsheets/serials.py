"""Days as spreadsheets count them: whole numbers since an epoch, told from other numbers by the cell's format."""

import re
from datetime import date, datetime, time, timedelta

# Day 60 of the 1900 system is 29 February 1900, which never was: from 61 on the count is one ahead.
_EPOCH_1900 = datetime(1899, 12, 31)  # noqa: DTZ001  cells have no time zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_NEVER_WAS = 60
_END_1900 = 2_958_466
_DAY_SECONDS = 86_400
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), *range(71, 82)])
_NOT_A_PLACE = re.compile(
    r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general|am/pm|a/p', re.IGNORECASE
)
_DATE_PLACE = re.compile(r"[dmyhseg年月日]", re.IGNORECASE)
_EXPONENT = re.compile(r"e[+-]", re.IGNORECASE)


def is_date_format(number: int, code: str | None) -> bool:
    """Whether a cell with this number format shows a day or a time. `code` is None for the built-in formats."""
    if code is None:
        return number in _BUILT_IN_DATES
    places = _EXPONENT.sub("", _NOT_A_PLACE.sub("", code))
    return bool(_DATE_PLACE.search(places))


def from_serial(serial: float, since_1904: bool) -> date | datetime | time | None:
    """The day (with its time, if any) of a serial number; below 1 the time alone; None for no day at all."""
    if not 0 <= serial < _END_1900:
        return None
    days = int(serial)
    seconds = round((serial - days) * _DAY_SECONDS)
    if not since_1904:
        if days == _NEVER_WAS:
            return None
        days -= days > _NEVER_WAS
        if not days:
            return (_EPOCH_1900 + timedelta(seconds=seconds)).time()
    try:
        moment = (_EPOCH_1904 if since_1904 else _EPOCH_1900) + timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None
    return moment if seconds else moment.date()
