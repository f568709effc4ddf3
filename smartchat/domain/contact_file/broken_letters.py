"""Texts that were broken before they came: UTF-8 that was read as Windows-1252, and the entities of web pages."""

import html
import re

# How each begins: a letter that UTF-8 makes of an accent, with one of the signs that can follow it; or an entity.
MISREAD = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,32}[0-9]{0,2});"
_BROKEN = re.compile(f"{MISREAD.pattern}|{_ENTITY}")
_LONGEST = 2_000


def mended_letters(text: str) -> str:
    """The text as it was meant; the same where it is not broken, or longer than any name or address."""
    if len(text) > _LONGEST or not _BROKEN.search(text):
        return text
    from ftfy import fix_encoding  # a start without it is a sixteenth of a second sooner

    return fix_encoding(html.unescape(text))
