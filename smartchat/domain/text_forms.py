"""One form for names and for what is typed to find them: no case, no accents."""

import unicodedata


def search_form(text: str) -> str:
    """`Cobranza Á` → `cobranza a`: what both sides of a search are compared in."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
