"""What the cell of a Custom Data column says, by the type of the column."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from smartchat.domain.contact_file.dates_as_written import possible_days
from smartchat.domain.contact_file.values import ErrorValue, Value

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ISO_DATE_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{1,2}:[0-9]{2}.*", re.DOTALL)
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}([,. '\u00a0\u202f][0-9]{3})+([.,][0-9]+)?")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
_DRESSED = re.compile(
    r"-?\s*(?:US\$|\$|€|£|MXN?|USD|EUR)\s*-?[0-9][0-9,.]*(?:\s*[a-z]+)?"
    r"|-?[0-9][0-9,.]*\s*(?:%|€|£|\$|MXN?|USD|EUR|pesos)",
    re.IGNORECASE,
)

# What Excel and its kin show for an error, in English and in Spanish: a text export holds it as plain text.
ERROR_TEXTS = frozenset(
    "#N/A #N/D #REF! #¡REF! #VALUE! #¡VALOR! #VALOR! #DIV/0! #¡DIV/0! #NAME? #¿NOMBRE? #NOMBRE? #NUM! #¡NUM! #NULL!"  # noqa: SIM905
    " #¡NULO! #NULO! #SPILL! #¡DESBORDAMIENTO! #CALC! #¡CALC! #FIELD! #GETTING_DATA".split()
)
# Control characters too: U+001F keeps the zeros of an export, U+001A ends files of DOS.
_INVISIBLE = (
    "".join(map(chr, (*range(32), *range(127, 160))))
    + "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# What a spreadsheet may take for the beginning of a formula or a command, in any of their widths.
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
GUARDED = tuple(f"'{mark}" for mark in DANGEROUS)
"""How a text begins that spreadsheets are kept from running."""

# Excel keeps 15 digits of a number; a longer one has lost the rest.
_TOO_LONG = 10**15


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a cell cannot be taken. `code` is the public problem code; `reason` chooses the sentence."""

    code: str
    reason: str = ""


Reading = str | CellFault
MISSING = CellFault("missing_value")
NOT_CALCULATED_FAULT = CellFault("missing_value", "not_calculated")
FORMULA_ERROR = CellFault("formula_error")
BAD_LETTERS = CellFault("bad_encoding", "cell")
PRECISION_LOST = CellFault("precision_lost")


def trimmed(text: str) -> str:
    """A text without the spaces and the invisible characters around it, and without NUL."""
    text = text.strip()
    if not text or text.isprintable():
        return text
    before = None
    text = text.replace("\0", "")
    while before != text:
        before, text = text, text.strip().strip(_INVISIBLE)
    return text


def unguarded(text: str) -> str:
    """A text without the apostrophe by which spreadsheets know that `'=A1` is no formula. `text` is trimmed."""
    return trimmed(text[1:]) if text.startswith(GUARDED) else text


def is_blank(value: Value) -> bool:
    """Whether a cell shows nothing. A formula that was never calculated shows nothing, and is still something."""
    return value is None or (isinstance(value, str) and not trimmed(value))


def read_text(value: Value) -> Reading:
    """A TEXT cell: anything, trimmed. Numbers as Excel keeps them, dates as YYYY-MM-DD."""
    if not isinstance(value, str):
        return _text_of_typed(value)
    text = value.strip()
    if not text.isprintable():
        text = trimmed(text)
    text = unguarded(text)
    if not text:
        return MISSING
    if text[0] == "#" and text in ERROR_TEXTS:
        return FORMULA_ERROR
    return BAD_LETTERS if _REPLACEMENT in text else text


def _text_of_typed(value: Value) -> Reading:
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float() | Decimal():
            return PRECISION_LOST if _magnitude(value) >= _TOO_LONG else plain_number(value)
        case _:
            return _fault_of_nothing(value) or shown(value)


def _fault_of_nothing(value: Value) -> CellFault | None:
    if value is None:
        return MISSING
    if isinstance(value, ErrorValue):
        return FORMULA_ERROR if value.code else NOT_CALCULATED_FAULT
    return None


def read_number(value: Value) -> Reading:
    """A NUMBER cell as canonical text: `1350`, `1350.50`, `-3`. The stored value counts, not how it is shown."""
    if isinstance(value, str):
        if value.isdecimal() and value.isascii():
            return value
        return value if _NUMBER.fullmatch(value) else _number_of_text(value)
    if isinstance(value, bool):
        return CellFault("invalid_number", "truth")
    if isinstance(value, int | float | Decimal):
        return PRECISION_LOST if _magnitude(value) >= _TOO_LONG else plain_number(value)
    return _fault_of_nothing(value) or CellFault("invalid_number", "date")


def _number_of_text(value: str) -> Reading:
    # gnumeric writes the minus sign of typographers.
    text = unguarded(trimmed(value)).replace("\N{MINUS SIGN}", "-")
    if not text:
        return MISSING
    if _NUMBER.fullmatch(text):
        return text
    if text in ERROR_TEXTS:
        return FORMULA_ERROR
    if _SCIENTIFIC.fullmatch(text):
        return CellFault("invalid_number", "scientific")
    if _THOUSANDS.fullmatch(text):
        return CellFault("invalid_number", "thousands")
    if _DECIMAL_COMMA.fullmatch(text):
        return CellFault("invalid_number", "decimal_comma")
    if _DRESSED.fullmatch(text):
        return CellFault("invalid_number", "dressed")
    return CellFault("invalid_number", "other")


def _magnitude(value: int | float | Decimal) -> float:
    return abs(float(value))


def plain_number(value: int | float | Decimal) -> str:
    """A number with the 15 digits that a spreadsheet keeps, without exponent: 0.1 + 0.2 is 0.3."""
    if isinstance(value, int):
        return str(value)
    text = f"{Decimal(f'{value:.15g}'):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def read_date(value: Value) -> Reading:
    """A DATE cell as YYYY-MM-DD: that text and a real day, or a true date cell."""
    if isinstance(value, str):
        return _date_of_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | time):
        return CellFault("invalid_date", "other")
    if isinstance(value, int | float | Decimal):
        return CellFault("invalid_date", "serial")
    return _fault_of_nothing(value) or CellFault("invalid_date", "other")


def _date_of_text(value: str) -> Reading:
    text = unguarded(trimmed(value))
    if not text:
        return MISSING
    if iso := _ISO_DATE.fullmatch(text):
        try:
            return date(int(iso[1]), int(iso[2]), int(iso[3])).isoformat()
        except ValueError:
            return CellFault("invalid_date", "no_such_day")
    if text in ERROR_TEXTS:
        return FORMULA_ERROR
    if _ISO_DATE_AND_TIME.fullmatch(text):
        return CellFault("invalid_date", "with_time")
    if days := possible_days(text):
        return CellFault("invalid_date", "two_days" if len(days) > 1 else "other_order")
    if _SERIAL.fullmatch(text):
        return CellFault("invalid_date", "serial")
    return CellFault("invalid_date", "other")


def shown(value: Value) -> str:
    """A cell as its owner sees it, near enough to find it again."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case ErrorValue():
            return value.code
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case _:
            return plain_number(value)
