"""How an SMS is cut into segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.segments import GSM_7, GSM_7_EXTENSION, count


@pytest.mark.parametrize(
    "text, segments",
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("¿Ñandú? ¡à!".replace("ú", "u") + "a" * 149, 1),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("🙏" * 35, 1),
        ("🙏" * 36, 2),
        ("🙏" * 66, 2),
        ("🙏" * 67, 3),
    ],
)
def test_segments_are_counted_as_twilio_does(text: str, segments: int) -> None:
    assert count(text) == segments


@given(st.text(max_size=400), st.text(max_size=50))
def test_a_longer_text_never_has_fewer_segments(text: str, more: str) -> None:
    assert 1 <= count(text) <= count(text + more)


@given(st.text(alphabet=sorted(GSM_7), min_size=161, max_size=1600))
def test_plain_gsm_7_takes_153_a_segment(text: str) -> None:
    assert count(text) == -(-len(text) // 153)


def test_the_alphabet_has_all_128_places() -> None:
    # The escape to the extension table takes the 128th.
    assert (len(GSM_7), len(GSM_7_EXTENSION), GSM_7 & GSM_7_EXTENSION) == (127, 10, frozenset())
