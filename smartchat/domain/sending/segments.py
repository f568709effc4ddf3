"""SMS segments: how many parts of a text a carrier sends, and bills."""

import re
from dataclasses import dataclass
from typing import Literal

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"
_COST = {**dict.fromkeys(_BASIC, 1), **dict.fromkeys(_EXTENDED, 2)}
_NOT_ONE_UNIT = re.compile(f"[^{re.escape(_BASIC)}]")
_LACKING = re.compile(f"[^{re.escape(_BASIC + _EXTENDED)}]")
_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")

GSM_SINGLE, GSM_PART = 160, 153
UCS_SINGLE, UCS_PART = 70, 67


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets in GSM-7 and UTF-16 units in UCS-2; `count` is 0 for an empty text.

    `costly` holds the characters that GSM-7 lacks, each once, in order: what makes the text UCS-2.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    count: int
    costly: str


def segments(text: str) -> Segments:
    """Counts as GSM 03.38 and 03.40 say: 160 or 153 a part in GSM-7 (^ { } \\ [ ] ~ | € take two), else 70 or 67.

    What takes two units is never torn apart between two parts.
    """
    # Millions of texts are counted before a launch: the common ones, whose units are all alike, by their length.
    if not _NOT_ONE_UNIT.search(text):
        return Segments("GSM-7", len(text), _even_parts(len(text), GSM_SINGLE, GSM_PART), "")
    costly = "".join(dict.fromkeys(_LACKING.findall(text)))
    if costly and not _TWO_UNITS.search(text):
        return Segments("UCS-2", len(text), _even_parts(len(text), UCS_SINGLE, UCS_PART), costly)
    if costly:
        sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
        return Segments("UCS-2", sum(sizes), _parts(sizes, UCS_SINGLE, UCS_PART), costly)
    sizes = [_COST[char] for char in text]
    return Segments("GSM-7", sum(sizes), _parts(sizes, GSM_SINGLE, GSM_PART), "")


def in_gsm(char: str) -> bool:
    """Whether GSM-7 has the character."""
    return char in _COST


def _even_parts(units: int, single: int, part: int) -> int:
    return -(-units // part) if units > single else min(units, 1)


def _parts(sizes: list[int], single: int, part: int) -> int:
    if sum(sizes) <= single:
        return 1 if sizes else 0
    count, used = 1, 0
    for size in sizes:
        if used + size > part:
            count, used = count + 1, 0
        used += size
    return count
