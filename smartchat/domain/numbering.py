"""What libphonenumber knows: countries, lengths, and which numbers exist."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, ValidationResult


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


def is_valid(phone: str) -> bool:
    """Whether libphonenumber knows a number (E.164) to exist, as it is written."""
    try:
        parsed = phonenumbers.parse(phone)
    except NumberParseException:
        return False
    # libphonenumber forgives a trunk zero (+44 07911 …), Twilio does not: it must come out as it went in.
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return e164 == phone and phonenumbers.is_valid_number(parsed)


def fault_of(number: str) -> PhoneFault:
    """Why a number with a plus is not valid: the country, the length, or nothing that is known of."""
    digits = len(number) - 1
    code = country_code_of(number)
    if not code:
        return PhoneFault("invalid_phone", "unknown_country" if digits >= 4 else "too_short", digits)
    region = phonenumbers.region_code_for_country_code(int(code))
    expected = _lengths(region, code)
    if digits < 5:
        return PhoneFault("invalid_phone", "wrong_length", digits, code, region, expected)
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return PhoneFault("invalid_phone", "wrong_length", digits, code, region, expected)
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    reason = "not_in_use" if possible == ValidationResult.IS_POSSIBLE else "wrong_length"
    return PhoneFault("invalid_phone", reason, digits, code, region, expected)


def country_code_of(number: str) -> str:
    """The country code at the start of `+…`, or nothing."""
    if number.startswith("+"):
        for length in (1, 2, 3):
            code = number[1 : 1 + length]
            if (
                len(code) == length
                and code.isdecimal()
                and int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
            ):
                return code
    return ""


def _lengths(region: str, code: str) -> str:
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    lengths = metadata.general_desc.possible_length if metadata and metadata.general_desc else ()
    if not lengths:
        return ""
    shortest, longest = len(code) + min(lengths), len(code) + max(lengths)
    return str(shortest) if shortest == longest else f"{shortest}–{longest}"
