"""What counts as a phone, who it is, and what is said of the rest."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.addresses import canonical_key, mask, sendable
from smartchat.domain.contact_file.phone import Phone, PhoneFault, PhoneReader, read_phone
from smartchat.domain.contact_file.table import NOT_CALCULATED
from smartchat.domain.contact_file.values import ErrorValue, Value

GOOD = "+525500998877"


def fault(value: Value, country_code: str = "") -> PhoneFault:
    found = read_phone(value, country_code)
    assert isinstance(found, PhoneFault), found
    return found


def phone(value: Value, country_code: str = "") -> str:
    found = read_phone(value, country_code)
    assert isinstance(found, Phone), found
    return found.phone


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("+5215512345678", "+525512345678"),
        ("+525512345678", "+525512345678"),
        ("whatsapp:+5215512345678", "+525512345678"),
        ("+5491112345678", "+541112345678"),
        ("+541112345678", "+541112345678"),
        ("+5511987654321", "+551187654321"),
        ("+551187654321", "+551187654321"),
        ("+551133334444", "+551133334444"),
        ("+12125550123", "+12125550123"),
    ],
)
def test_every_way_to_write_a_phone_has_one_key(said: str, key: str) -> None:
    assert canonical_key(said) == key


def test_only_the_old_mexican_mobile_prefix_changes_where_a_message_is_sent() -> None:
    assert sendable("+5215512345678") == "+525512345678"
    assert sendable("+5491112345678") == "+5491112345678"
    assert sendable("+5511987654321") == "+5511987654321"


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_key_is_its_own_key(number: str) -> None:
    key = canonical_key(number)
    assert canonical_key(key) == canonical_key(sendable(key))
    assert canonical_key("whatsapp:" + number) == key


@pytest.mark.parametrize(
    "written",
    [
        "+525500998877",
        "525500998877",
        "+52 55 0099 8877",
        "+52-55-0099-8877",
        "+52.55.0099.8877",
        "+52 (55) 0099 8877",
        "+52\u00a055\u00a00099\u00a08877",
        "\u202a+52 55 0099 8877\u202c",
        "\u2066+525500998877\u2069",
        "\u200b+525500998877",
        "\ufeff+525500998877",
        "+52\u201155\u20110099\u20118877",
        "+52−55−0099−8877",
        "+52\u00ad5500998877",
        "＋５２５５００９９８８７７",
        "+52\t55 0099\n8877",
        "+5255\x0000998877",
        "'+525500998877",
        "525500998877.0",
        "+5215500998877",
        "5.25500998877E+11",
        525500998877,
        525500998877.0,
        Decimal("525500998877"),
        5215500998877,
    ],
)
def test_a_phone_is_read_however_it_is_dressed(written: Value) -> None:
    assert read_phone(written) == Phone(GOOD, GOOD)


@pytest.mark.parametrize("written", ["5.25501E+11", "5,25501E+11", "5.25501e11", "5E+11", " 5.25501E+11 "])
def test_scientific_notation_has_lost_digits(written: str) -> None:
    assert (fault(written).code, fault(written).reason) == ("digits_lost", "scientific")


@pytest.mark.parametrize("written", [5255009988770000, "525500998877000", 525500998877000])
def test_fifteen_digits_and_zeros_at_the_end_have_lost_digits(written: Value) -> None:
    assert (fault(written).code, fault(written).reason) == ("digits_lost", "zeros")


@pytest.mark.parametrize("written", ["5512345678", 5512345678, "55 1234 5678", 8112345678.0])
def test_ten_bare_digits_ask_for_the_country_code(written: Value) -> None:
    found = fault(written)
    assert (found.code, found.reason, found.digits) == ("invalid_phone", "no_country_code", 10)
    assert (found.country_code, found.region) == ("52", "MX")


def test_the_country_code_that_the_operator_confirmed_completes_national_numbers() -> None:
    assert phone("5512345678", "52") == "+525512345678"
    assert phone(5512345678, "52") == "+525512345678"
    assert phone("+12125550123", "52") == "+12125550123"
    assert fault("55123", "52").reason == "too_short"


def test_eleven_bare_digits_are_international_where_they_make_a_valid_number() -> None:
    assert phone(12125550123) == "+12125550123"
    assert fault("99125550123").code == "invalid_phone"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("+52 55", "wrong_length"),
        ("+52550099887", "wrong_length"),
        ("+5255009988771", "wrong_length"),
        ("521551234567", "not_in_use"),
        ("+9991234567890", "unknown_country"),
        ("+120012345678901234", "too_long"),
        ("+1-800-FLOWERS", "letters"),
        ("1-800-FLOWERS", "letters"),
        ("no tiene", "letters"),
        ("+525500998877 / +525500998878", "several"),
        ("+525500998877, 525500998878", "several"),
        ("+525500998877 +525500998878", "several"),
        ('="+525500998877"', "dressed"),
        ("=A1", "formula_text"),
        ("00525500998877", "dial_prefix"),
        ("0445512345678", "no_country_code"),
        ("12345", "too_short"),
        (True, "not_a_number"),
        (date(2026, 3, 5), "not_a_number"),
        (5255009988.77, "not_a_number"),
        (-525500998877, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        ("+44 07911 123456", "trunk_zero"),
        ("1" * 5000, "letters"),
    ],
)
def test_what_is_no_phone_says_why(written: Value, reason: str) -> None:
    assert fault(written).code == "invalid_phone"
    assert fault(written).reason == reason


@pytest.mark.parametrize(
    "written",
    ["+521551234567", "+52 15 5123 4567", "+13335550123"],
)
def test_a_number_of_a_range_that_is_not_known_is_unusual_and_kept(written: str) -> None:
    found = read_phone(written)
    assert isinstance(found, Phone)
    assert found.unusual
    assert not PhoneReader().all_unchanged([written])
    many = PhoneReader()
    many.read([found.phone] * 3)
    assert not many.all_unchanged([found.phone])


@pytest.mark.parametrize(
    "written", ["+5215512345", "+52155123456789", "+9991234567", "521551234567", 521551234567]
)
def test_a_length_or_a_country_that_does_not_exist_and_digits_of_no_known_range_stay_errors(
    written: Value,
) -> None:
    assert fault(written).code == "invalid_phone"


@pytest.mark.parametrize(
    "written",
    [
        *("tel:+52 55 1234 5678", "TEL: 52 55 1234 5678", "tel://+525512345678", "whatsapp:+5215512345678"),
        *("p:+525512345678", "Cel. +52 55 1234 5678", "sms:525512345678", "wa.me/525512345678"),
        *(
            "https://wa.me/5215512345678?text=hola%2055",
            "https://api.whatsapp.com/send?phone=525512345678&text=x",
        ),
        *("5215512345678@c.us", "5215512345678@s.whatsapp.net", "++525512345678", "+525512345678;"),
        *(
            "<+525512345678>",
            '"+52 55 1234 5678"',
            '="+525512345678"',
            "+525512345678 , ",
            "0052 55 1234 5678",
        ),
        *(
            "00 52 55 1234 5678",
            "01152 55 1234 5678",
            "+00525512345678",
            "+0525512345678",
            "+52 0 55 1234 5678",
        ),
        *("+52 01 55 1234 5678", "+52 044 55 1234 5678", "+52 045 55 1234 5678", "52 (0) 55 1234 5678"),
    ],
)
def test_the_contacts_own_number_is_proposed_where_it_is_in_the_cell(written: str) -> None:
    found = fault(written)
    assert (found.code, found.proposed) == ("invalid_phone", "+525512345678")
    assert fault(written[:-1] + "9" if written[-1] == "8" else written).proposed[:-1] == "+52551234567"


@pytest.mark.parametrize(
    "written",
    [
        "+525500998877; 525500998878",
        "tel:+525500998877 / +525500998878",
        "+52 55 1234 5678 ext. 12",
        "p:hola",
        "@c.us",
        "++",
    ],
)
def test_nothing_is_proposed_where_the_cell_holds_more_or_less_than_one_number(written: str) -> None:
    assert fault(written).proposed == ""


def test_a_national_number_with_something_around_it_asks_for_the_country_code() -> None:
    assert (fault("tel:55 1234 5678").reason, phone("tel:55 1234 5678", "52")) == (
        "no_country_code",
        "+525512345678",
    )
    for dialled in ("0445512345678", "015512345678", "0455512345678"):
        assert phone(dialled, "52") == "+525512345678"


def test_a_wrong_length_names_the_country_and_the_length_it_has() -> None:
    found = fault("+52 55")
    assert (found.digits, found.region, found.expected) == (4, "MX", "12")


@pytest.mark.parametrize("blank", [None, "", "   ", "\u00a0", "\0", "\u200b"])
def test_a_cell_that_shows_nothing_is_missing(blank: Value) -> None:
    assert fault(blank).code == "missing_value"


def test_errors_and_formulas_never_calculated_are_told_apart() -> None:
    assert fault(ErrorValue("#N/A")).code == "formula_error"
    assert fault("#N/A").code == "formula_error"
    assert (fault(NOT_CALCULATED).code, fault(NOT_CALCULATED).reason) == ("missing_value", "not_calculated")


def test_logs_show_the_country_code_and_four_digits() -> None:
    assert mask("+525500998877") == "+52••••••8877"
    assert mask("whatsapp:+12125550123") == "whatsapp:+1••••••0123"
    assert mask("+50212345678") == "+502••••5678"
    assert mask("12345") == "•2345"
    assert mask("1234") == "••••"
    assert mask("") == ""


@given(
    st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.text("+0123456789 -().E,/", max_size=24))
)
def test_any_cell_is_a_phone_or_a_fault_with_a_code(value: Value) -> None:
    found = read_phone(value)
    if isinstance(found, Phone):
        assert found.phone.startswith("+")
        assert read_phone(found.phone) == found
    else:
        assert found.code in {"invalid_phone", "digits_lost", "missing_value", "formula_error"}


NUMBERS = st.from_regex(r"\+(52|1|54|55|34|502|57|880)[0-9]{8,11}", fullmatch=True)


@given(st.lists(NUMBERS, max_size=30))
def test_the_reader_of_many_says_what_the_reader_of_one_says(numbers: list[str]) -> None:
    reader = PhoneReader()
    assert reader.read(numbers * 2) == [read_phone(number) for number in numbers] * 2
    for number in numbers:
        if reader.all_unchanged([number]):
            assert read_phone(number) == Phone(number, number)


def test_numbers_that_need_no_change_are_told_together() -> None:
    reader = PhoneReader()
    good = [f"+52550099{n:04}" for n in range(50)]
    reader.read(good)
    assert reader.all_unchanged(good)


@pytest.mark.parametrize(
    "other",
    [
        *(
            "+5255009988x7",
            "+5255009988",
            "525500998877",
            "+52550099 8877",
            "+525500998+77",
            "+52550099８８７７",
            "",
            None,
        ),
        *(525500998877, "+5215500998877", "+52550099887", "+5255009988777", "5255+00998877"),
    ],
)
def test_one_number_of_another_form_is_noticed_among_many(other: Value) -> None:
    reader = PhoneReader()
    good: list[Value] = [f"+52550099{n:04}" for n in range(50)]
    reader.read(good)
    assert not reader.all_unchanged([*good, other])
    assert not reader.all_unchanged([other, *good])


@pytest.mark.parametrize(
    "address, key",
    [
        ("rcs:+525500998877", "+525500998877"),
        ("rcs:+5215500998877", "+525500998877"),
        ("whatsapp:+5215500998877", "+525500998877"),
        ("messenger:100200300", "messenger:100200300"),
        ("whatsapp:MX.13491208655302741918", "MX.13491208655302741918"),
        ("26262", "26262"),
    ],
)
def test_a_contact_is_known_by_its_number_over_every_channel_and_what_is_no_number_stays_itself(
    address: str, key: str
) -> None:
    assert canonical_key(address) == key
