"""SMS parts, as GSM 03.38 counts them."""

from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.sending.segments import segments

GSM = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCÄÖÑÜ§¿abcäöñüà\n\r"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 134, "UCS-2", 134, 2),
        ("á" * 135, "UCS-2", 135, 3),
        ("👍" * 35, "UCS-2", 70, 1),
        ("👍" * 36, "UCS-2", 72, 2),
    ],
)
def test_a_text_takes_as_many_segments_as_its_units_fill(
    text: str, encoding: str, units: int, count: int
) -> None:
    found = segments(text)
    assert (found.encoding, found.units, found.count) == (encoding, units, count)


def test_an_escape_is_not_torn_from_its_character() -> None:
    # 152 and 2 units do not fit into the first part of 153: one unit of it stays empty.
    text = "a" * 152 + "€" + "a" * 151 + "b"
    assert segments(text).units == 306
    assert segments(text).count == 3


def test_an_emoji_is_not_torn_apart() -> None:
    text = "á" * 66 + "👍" + "á" * 66
    assert segments(text).units == 134
    assert segments(text).count == 3


def test_the_characters_that_cost_are_named_once_each() -> None:
    assert segments("¿Cuándo podrá pagar? Sí, mañana.").costly == "áí"


def test_spanish_letters_of_gsm_do_not_cost() -> None:
    assert segments("¡Señor Ñuñez, ¿qué é à ü?").encoding == "GSM-7"


@given(st.text(st.sampled_from(GSM), min_size=1, max_size=1000))
def test_plain_text_takes_160_alone_and_153_a_part(text: str) -> None:
    found = segments(text)
    assert found.encoding == "GSM-7"
    assert found.count == (1 if len(text) <= 160 else -(-len(text) // 153))


@given(st.text(max_size=500), st.text(max_size=50))
def test_more_text_never_takes_fewer_segments(text: str, more: str) -> None:
    assert segments(text + more).count >= segments(text).count


@given(st.text(max_size=500))
def test_ucs2_units_are_those_of_utf16(text: str) -> None:
    found = segments(text)
    if found.encoding == "UCS-2":
        assert found.units == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(st.one_of(st.sampled_from("aéá€{👍ñ\n"), st.characters()), max_size=400))
def test_the_count_is_that_of_laying_unit_after_unit(text: str) -> None:
    lacking = [char for char in text if char not in GSM + ascii_letters + "\f^{}\\[~]|€"]
    sizes = [(1 if ord(c) < 0x10000 else 2) if lacking else (2 if c in "\f^{}\\[~]|€" else 1) for c in text]
    single, part = (70, 67) if lacking else (160, 153)
    found, used, count = segments(text), 0, 1 if text else 0
    for size in sizes:
        if sum(sizes) > single and used + size > part:
            count, used = count + 1, 0
        used += size
    assert (found.units, found.count) == (sum(sizes), count)
    assert found.costly == "".join(dict.fromkeys(lacking))
