"""No number and no text of a contact gets into a log, whoever writes it: the database's own errors name both.

Of an operator's e-mail address only what tells one from another.
"""

import logging
import re
import traceback
from typing import Any

# What PostgreSQL adds to an error: the key, or the whole row.
_DETAIL = re.compile(
    r"(Key \((?:[^()\n]|\([^()\n]*+\))*+\)=\()(?:[^)\n]|\)(?![ .]|$))*+|(Failing row contains )\([^\n]*+",
    re.MULTILINE,
)
_NUMBER = re.compile(r"(\+|%2B)(\d{2})\d{3,11}(\d{2})(?!\d)", re.IGNORECASE)

_EMAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w.-]{1,253})", re.ASCII)


def masked(text: str) -> str:
    """The text with phone numbers cut to +52…77, and without the values that PostgreSQL names."""
    return _NUMBER.sub(
        r"\1\2…\3", _DETAIL.sub(lambda found: f"{found[1]}…" if found[1] else f"{found[2]}(…).", text)
    )


def masked_email(text: str) -> str:
    """The first letter and the domain: a…@example.com; of anything that is no e-mail address, nothing."""
    found = _EMAIL.fullmatch(text.strip())
    return f"{found[1]}…@{found[2]}" if found else "…"


class MaskedRecord(logging.LogRecord):
    """A line of the log whose message and traceback are masked before any handler formats them."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.exc_info and self.exc_info[0] is not None:
            self.exc_text = masked("".join(traceback.format_exception(*self.exc_info)).rstrip("\n"))

    def getMessage(self) -> str:  # noqa: N802 - the parent's name
        return masked(super().getMessage())


def install() -> None:
    """From here on every logger of this process makes such records."""
    logging.setLogRecordFactory(MaskedRecord)
