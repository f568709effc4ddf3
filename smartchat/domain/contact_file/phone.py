"""Phone numbers: what a cell of the contact file says, where to send, and who that is."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from smartchat.domain.addresses import _E164, canonical_key, sendable
from smartchat.domain.contact_file.cells import ERROR_TEXTS, trimmed
from smartchat.domain.contact_file.phone_dress import undressed
from smartchat.domain.contact_file.values import ErrorValue, Value
from smartchat.domain.numbering import (
    PhoneFault,
    fault_of,
    is_possible,
    is_valid,
    national_candidates,
)

__all__ = ["Phone", "PhoneFault", "PhoneReader", "read_phone"]

RCS = "rcs:"


_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]*))?[eE]\+?([0-9]{1,2})")
_POINT_ZERO = re.compile(r"(\+?[0-9]{7,})\.0")
_SEVERAL = re.compile(r"[0-9][^0-9]*[,;/|+&\n\r]\s*\+?[0-9]{2}")
_PUNCTUATION = dict.fromkeys([*map(ord, " -.()"), *range(32), 127])
_DROPPED_CATEGORIES = {"Zs", "Zl", "Zp", "Cf", "Cc", "Pd"}
_READ_AS = {"＋": "+", "﹢": "+", "−": "", "（": "", "）": "", "．": "", "·": ""}

# Excel keeps 15 digits of a number and writes zeros for the rest.
_EXCEL_DIGITS = 15
_SHORTEST, _LONGEST = 7, 15
_BARE_MINIMUM = 11
_LONGEST_CELL = 200

# Whether a number is valid, and how it is written, is decided by all but its last four digits. So that is worked out
# once for ten thousand numbers. (Not so in a few countries with short numbers: those are looked up one by one.)
_known: dict[str, "tuple[str, str, bool] | PhoneFault"] = {}
_REMEMBERED = len("+") + 12
_MOST_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can be written to."""

    phone: str
    """E.164, as Twilio wants it."""
    contact_key: str
    """Canonical: equal for every way of writing the same phone."""
    unusual: bool = False
    """Its length is right, and its range is not known: it may be a new one."""
    digits: str = field(default="", compare=False)
    """The digits as they were written without a plus."""


def read_phone(value: Value, country_code: str = "") -> Phone | PhoneFault:
    """What a CONTACT cell says. `country_code` ("52"): put before numbers that were written without one."""
    match value:
        case str():
            return _read_text(value, country_code)
        case None:
            return PhoneFault("missing_value")
        case ErrorValue():
            return (
                PhoneFault("formula_error") if value.code else PhoneFault("missing_value", "not_calculated")
            )
        case bool() | date() | time():
            return PhoneFault("invalid_phone", "not_a_number")
        case _:
            return _read_number(value, country_code)


def _read_number(value: int | float | Decimal, country_code: str) -> Phone | PhoneFault:
    if value != value or value in (float("inf"), float("-inf")) or value != int(value) or value < 0:
        return PhoneFault("invalid_phone", "not_a_number")
    return _read_digits(str(int(value)), country_code)


def _read_text(text: str, country_code: str) -> Phone | PhoneFault:
    if _E164.fullmatch(text):
        return _read_international(text)
    text = text.strip()
    if len(text) > _LONGEST_CELL:
        return PhoneFault("invalid_phone", "letters")
    if text[:1] in ("'", "’", "‘"):
        text = text[1:]
    if scientific := _SCIENTIFIC.fullmatch(text):
        whole, decimals, exponent = scientific[1], scientific[2] or "", int(scientific[3])
        if len(decimals) != exponent:
            return PhoneFault("digits_lost", "scientific")
        return _read_digits(whole + decimals, country_code)
    if point_zero := _POINT_ZERO.fullmatch(text):
        text = point_zero[1]
    number = _without_marks(text)
    if not number:
        return _not_digits(text) if trimmed(text) else PhoneFault("missing_value")
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        return _dressed(text, country_code) or _not_digits(text)
    return _read_digits(digits, country_code) if number is digits else _read_international(number)


def _without_marks(text: str) -> str:
    """Spaces, dashes, dots, parentheses and invisible characters removed; digits and plus of any script read."""
    text = text.translate(_PUNCTUATION)
    if text.isascii():
        return text
    return "".join(map(_plain, text))


def _plain(mark: str) -> str:
    if mark in _READ_AS:
        return _READ_AS[mark]
    category = unicodedata.category(mark)
    if category == "Nd":
        return str(unicodedata.decimal(mark))
    return "" if category in _DROPPED_CATEGORIES else mark


def _not_digits(text: str) -> PhoneFault:
    if trimmed(text) in ERROR_TEXTS:
        return PhoneFault("formula_error")
    if text.startswith("="):
        return PhoneFault("invalid_phone", "formula_text")
    if _SEVERAL.search(text):
        return PhoneFault("invalid_phone", "several")
    return PhoneFault("invalid_phone", "letters")


def _read_digits(digits: str, country_code: str) -> Phone | PhoneFault:
    """Digits without a plus: international where there are at least eleven and they make a valid number."""
    if len(digits) >= _EXCEL_DIGITS and digits.endswith("0"):
        return PhoneFault("digits_lost", "zeros", len(digits))
    if len(digits) >= _BARE_MINIMUM:
        found = _read_international("+" + digits)
        if isinstance(found, Phone) and not found.unusual:
            return Phone(found.phone, found.contact_key, False, digits)
        if country_code and (national := national_phone(digits, country_code)):
            return national
        fault = found if isinstance(found, PhoneFault) else fault_of("+" + digits)
        return _dialled(digits) or fault
    if len(digits) < _SHORTEST:
        return PhoneFault("invalid_phone", "too_short", len(digits))
    if country_code and isinstance(found := _read_international(f"+{country_code}{digits}"), Phone):
        return found
    mexican = len(digits) == 10 and national_phone(digits, "52")
    guess = ("52", "MX") if mexican else ("", "")
    return PhoneFault("invalid_phone", "no_country_code", len(digits), *guess)


def national_phone(digits: str, code: str) -> Phone | None:
    """The known number that digits make inside a country, with what one dials before it or without."""
    for number in national_candidates(digits, code):
        found = _read_international(number)
        if isinstance(found, Phone) and not found.unusual:
            return found
    return None


def _dialled(digits: str) -> PhoneFault | None:
    """00 52 …, 011 52 … and 044 55 …, 1 55 …, 01 55 …: how one dials, which is not how one writes it down."""
    for prefix in ("00", "011"):
        if digits.startswith(prefix):
            found = _read_international("+" + digits.removeprefix(prefix))
            if isinstance(found, Phone) and not found.unusual:
                return PhoneFault("invalid_phone", "dial_prefix", len(digits), prefix, proposed=found.phone)
    if digits[0] in "01" and national_phone(digits, "52"):
        return PhoneFault("invalid_phone", "no_country_code", len(digits), "52", "MX")
    return None


def _dressed(text: str, country_code: str) -> Phone | PhoneFault | None:
    """`tel:+52 …`, `wa.me/52…`, `52…@c.us`, `++52…`, `+52…;`: a number, with what programs put around it."""
    bare = undressed(text)
    number = _without_marks(bare)
    digits = number.lstrip("+")
    if (bare == text and not number.startswith("++")) or not (digits.isascii() and digits.isdecimal()):
        return None
    if number is digits and len(digits) < _BARE_MINIMUM:
        return _read_digits(digits, country_code)
    found = _read_international("+" + (digits.removeprefix("00") if number is digits else digits))
    if isinstance(found, Phone) and not found.unusual:
        return PhoneFault("invalid_phone", "dressed", len(digits), proposed=found.phone)
    return None


def _read_international(number: str) -> Phone | PhoneFault:
    """A plus and ASCII digits."""
    known = _known.get(number[:-4])
    if known is None:
        return _look_up(number)
    if isinstance(known, PhoneFault):
        return known
    return Phone(known[0] + number[-4:], known[1] + number[-4:], known[2])


def _look_up(number: str) -> Phone | PhoneFault:
    if len(number) <= _SHORTEST:
        return fault_of(number)
    if len(number) - 1 > _LONGEST:
        return PhoneFault("invalid_phone", "too_long", len(number) - 1)
    phone = sendable(number)
    valid = is_valid(phone)
    found = Phone(phone, canonical_key(phone), not valid) if valid or is_possible(phone) else fault_of(phone)
    if isinstance(found, PhoneFault) and found.proposed:
        return found  # with all its digits
    if len(number) >= _REMEMBERED or (number.startswith("+1") and isinstance(found, Phone)):
        if len(_known) >= _MOST_REMEMBERED:
            _known.clear()
        known = (
            found
            if isinstance(found, PhoneFault)
            else (found.phone[:-4], found.contact_key[:-4], found.unusual)
        )
        _known[number[:-4]] = known
    return found


def proposed_number(value: str, own_code: str) -> str:
    """What a sentence proposes for a cell: its own number, or that of the file's country; "" where there is none."""
    found = read_phone(value)
    if isinstance(found, PhoneFault):
        return found.proposed
    own = national_phone(found.digits, own_code) if found.digits and own_code else None
    return own.phone if own else ""


class PhoneReader:
    """`read_phone` for the cells of a whole column."""

    def __init__(self, country_code: str = "") -> None:
        self._country_code = country_code
        self._unchanged: set[str] = set()
        """All but the last four digits of numbers that are good, and canonical, as they are written."""

    def read(self, cells: Sequence[Value]) -> list[Phone | PhoneFault]:
        """What each cell says."""
        return [read_phone(cell, self._country_code) for cell in cells]

    def all_unchanged(self, cells: Sequence[Value]) -> bool:
        """Whether all cells are good numbers that need no change at all: quickly told for most, False for the rest."""
        try:
            together = "".join(cells)  # type: ignore[arg-type]
        except TypeError:
            return False
        beginnings = {cell[:-4] for cell in cells}  # type: ignore[index]
        if not self._unchanged.issuperset(beginnings):
            self._learn(beginnings)
            if not self._unchanged.issuperset(beginnings):
                return False
        # Each begins with a plus, there is no other, and all the rest are digits.
        return (
            together.count("+") == len(cells) and together.isascii() and together.replace("+", "").isdecimal()
        )

    def _learn(self, beginnings: set[str]) -> None:
        for beginning in beginnings - self._unchanged:
            known = _known.get(beginning)
            if known == (beginning, beginning, False):
                if len(self._unchanged) >= _MOST_REMEMBERED:
                    self._unchanged.clear()
                self._unchanged.add(beginning)
