"""One form for names and for what is typed to find them: no case, no accents."""

import re
import unicodedata
from functools import lru_cache


def search_form(text: str) -> str:
    """`Cobranza Á` → `cobranza a`: what both sides of a search are compared in."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


_DROPPED = frozenset({"Mn", "Me", "Cf"})


_WITHOUT_DROPPED = re.compile(r"[\x00-\xac\xae-\u02ff]*")  # Latin letters and signs, but for the soft hyphen


def fold(text: str) -> str:
    """Lower case, without accents, invisible characters and variants of form: "Sí" and "SI" are "si"."""
    if text.isascii():
        return text.casefold()
    return _without_marks(unicodedata.normalize("NFKD", text)).casefold()


def _without_marks(text: str) -> str:
    return text if _WITHOUT_DROPPED.fullmatch(text) else "".join(filter(_is_kept, text))


@lru_cache(maxsize=4096)
def _is_kept(char: str) -> bool:
    return unicodedata.category(char) not in _DROPPED
