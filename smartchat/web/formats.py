"""How the pages write numbers, moments and phones, in the language of the request."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from babel.dates import format_datetime, format_timedelta
from babel.lists import format_list
from flask import Flask
from flask_babel import format_decimal, get_locale

from smartchat.domain.addresses import WHATSAPP, number_of
from smartchat.domain.hours import ActiveHours
from smartchat.domain.sending.wording import why_failed

# With the country code apart, then in groups as they are read out.
_GROUPS = {"+52": (2, 4, 4), "+1": (3, 3, 4)}


def init_app(app: Flask) -> None:
    """Registers the template filters."""
    app.template_filter("numberformat")(number)
    app.template_filter("local")(local)
    app.template_filter("phone")(phone)
    app.template_filter("offset")(offset)
    app.template_filter("duration")(duration)
    app.template_filter("together")(together)
    app.template_filter("why_failed")(why_failed)


def number(value: float | None) -> str:
    """1243 → 1,243; nothing for None."""
    return "" if value is None else str(format_decimal(value))


def local(moment: datetime, hours: ActiveHours | None = None, pattern: str = "d MMM y, HH:mm") -> str:
    """A moment on the clock of the active hours (UTC−05:00 by default): 23 nov 2026, 10:00."""
    zone = timezone((hours or ActiveHours()).utc_offset)
    return str(format_datetime(moment.astimezone(zone), pattern, locale=get_locale() or "en"))


def offset(hours: ActiveHours | None = None) -> str:
    """The clock's offset as people write it: UTC−05:00."""
    minutes = int((hours or ActiveHours()).utc_offset / timedelta(minutes=1))
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def duration(time: timedelta) -> str:
    """A length of time in its largest unit: 2 minutes."""
    return str(format_timedelta(time, locale=get_locale() or "en"))


def together(names: Sequence[str]) -> str:
    """Names in a row: A, B, and C; nothing for none."""
    return str(format_list(list(names), locale=get_locale() or "en"))


def phone(address: str) -> str:
    """+525500998877 → +52 55 0099 8877, with thin marks of a channel left off; what it does not know stays."""
    written = number_of(address) or address.removeprefix(WHATSAPP)
    for code, groups in _GROUPS.items():
        rest = written.removeprefix(code)
        if written.startswith(code) and rest.isdecimal() and len(rest) == sum(groups):
            parts, at = [code], 0
            for size in groups:
                parts.append(rest[at : at + size])
                at += size
            return " ".join(parts)
    return written
