"""A text without what makes an SMS dear: the characters that GSM-7 lacks, written with those that it has."""

import re
import unicodedata
from functools import lru_cache

from smartchat.domain.sending.segments import in_gsm

# What no decomposition of Unicode gives. A sign that stands for nothing in letters is left out ("").
_WRITTEN = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•·●", "*"),
    **dict.fromkeys("\t\x0b\u2028\u2029", " "),
    "…": "...",
    "×": "x",
    "÷": "/",
    "Œ": "OE",
    "œ": "oe",
    "ð": "d",
    "ł": "l",
    "Ł": "L",
    "‹": "<",
    "›": ">",
}
_ASCII_AND_GSM = "".join(char for char in map(chr, range(0x400)) if in_gsm(char)) + "€"
_LACKING = re.compile(f"[^{re.escape(_ASCII_AND_GSM)}]")


def in_plain_letters(text: str) -> str:
    """The text with á as a, “ as ", — as -, and without emoji; ñ é ü ¿ ¡ and all else that GSM-7 has stay.

    Only what GSM-7 lacks is touched. What would lose its meaning stays: a letter of another alphabet, ½ and ². Then
    the text stays as dear as it was.
    """
    if not _LACKING.search(text):
        return text
    # First composed: an ñ that was written as n and ~ is an ñ, and GSM-7 has it.
    return _LACKING.sub(_plain, unicodedata.normalize("NFC", text))


def _plain(found: re.Match[str]) -> str:
    return _plain_form(found[0])


@lru_cache(maxsize=4096)
def _plain_form(char: str) -> str:
    if in_gsm(char):
        return char
    if char in _WRITTEN:
        return _WRITTEN[char]
    if unicodedata.category(char)[0] == "N":
        return char
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if in_gsm(part))
    return plain or (char if unicodedata.category(char)[0] == "L" else "")
