"""How many parts an SMS is sent and paid in (3GPP TS 23.038)."""

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("^{}\\[]~|€\f")


def count(text: str) -> int:
    """The number of segments of ``text``: 160 GSM-7 septets or 70 UTF-16 units in one, 153 or 67 in each of
    several. A character that takes two places is never cut by the border of a part."""
    if all(letter in GSM_7 or letter in GSM_7_EXTENSION for letter in text):
        return _parts([2 if letter in GSM_7_EXTENSION else 1 for letter in text], 160, 153)
    return _parts([2 if ord(letter) > 0xFFFF else 1 for letter in text], 70, 67)


def _parts(widths: list[int], single: int, multiple: int) -> int:
    if sum(widths) <= single:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > multiple:
            parts, used = parts + 1, 0
        used += width
    return parts
