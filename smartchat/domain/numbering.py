"""What libphonenumber knows: countries, lengths, and which numbers exist."""

from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, ValidationResult

# What one dials before a national number; Mexico's are of the past, and stand in lists all the same.
_TRUNK_PREFIXES = {"52": ("044", "045", "01", "1", "0")}


@dataclass(frozen=True, slots=True)
class PhoneFault:
    """Why a cell is no phone. `code` is the public problem code; `reason` chooses the sentence."""

    code: str
    reason: str = ""
    digits: int = 0
    country_code: str = ""
    region: str = ""
    expected: str = ""
    """How many digits a number of that country has with its country code: "12", or "12–13"."""
    proposed: str = ""
    """The contact's own number in its good form, where the cell holds it for sure."""


def is_valid(phone: str) -> bool:
    """Whether libphonenumber knows a number (E.164) to exist, as it is written."""
    parsed = _as_written(phone)
    return parsed is not None and phonenumbers.is_valid_number(parsed)


def is_possible(phone: str) -> bool:
    """Whether a number (E.164) has a length that its country uses: ranges are opened faster than libraries learn."""
    parsed = _as_written(phone)
    if parsed is None:
        return False
    return phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE


def _as_written(phone: str) -> PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(phone)
    except NumberParseException:
        return None
    # libphonenumber forgives a trunk zero (+44 07911 …), Twilio does not: it must come out as it went in.
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return parsed if e164 == phone else None


def fault_of(number: str) -> PhoneFault:
    """Why a number with a plus is not valid: the country, the length, or nothing that is known of."""
    digits = len(number) - 1
    code = country_code_of(number)
    if not code:
        bare = "+" + number.lstrip("+0")
        if bare != number and is_valid(bare):
            return PhoneFault("invalid_phone", "zero_first", digits, proposed=bare)
        return PhoneFault("invalid_phone", "unknown_country" if digits >= 4 else "too_short", digits)
    region = phonenumbers.region_code_for_country_code(int(code))
    expected = _lengths(region, code)
    if digits < 5:
        return PhoneFault("invalid_phone", "wrong_length", digits, code, region, expected)
    if proposed := _without_trunk_prefix(number, code):
        return PhoneFault("invalid_phone", "trunk_zero", digits, code, region, expected, proposed)
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return PhoneFault("invalid_phone", "wrong_length", digits, code, region, expected)
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    reason = "not_in_use" if possible == ValidationResult.IS_POSSIBLE else "wrong_length"
    return PhoneFault("invalid_phone", reason, digits, code, region, expected)


def national_reading(digits: str, code: str) -> str:
    """The number that digits as one dials them make in a country (`+52…`); "" where they make none that is known."""
    return next(filter(is_valid, national_candidates(digits, code)), "")


def national_candidates(digits: str, code: str) -> Iterator[str]:
    """The numbers that digits may stand for inside a country: with what one dials before them, and without."""
    for prefix in ("", *_TRUNK_PREFIXES.get(code, ("0",))):
        if digits.startswith(prefix):
            yield f"+{code}{digits.removeprefix(prefix)}"


def _without_trunk_prefix(number: str, code: str) -> str:
    """`+52 044 55 …` and `+44 (0)79 …` without what one dials inside the country; "" where that makes no number."""
    rest = number[1 + len(code) :]
    return national_reading(rest, code) if rest.startswith("0") else ""


def country_code_of(number: str) -> str:
    """The country code at the start of `+…`, or nothing."""
    if number.startswith("+") and number[1:2] != "0":
        for length in (1, 2, 3):
            code = number[1 : 1 + length]
            if (
                len(code) == length
                and code.isdecimal()
                and int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
            ):
                return code
    return ""


def region_of(number: str) -> str:
    """The main region (`MX`) of the country code at the start of a number; "" where there is none."""
    code = country_code_of(number)
    return phonenumbers.region_code_for_country_code(int(code)) if code else ""


def _lengths(region: str, code: str) -> str:
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    lengths = metadata.general_desc.possible_length if metadata and metadata.general_desc else ()
    if not lengths:
        return ""
    shortest, longest = len(code) + min(lengths), len(code) + max(lengths)
    return str(shortest) if shortest == longest else f"{shortest}–{longest}"
