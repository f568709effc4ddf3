"""A yes beside other words: who says it answers for the contact, and is neither a machine nor a stranger."""

import re

from smartchat.domain.text_forms import search_form
from smartchat.domain.word_patterns import WordPattern

_NO_WORD = re.compile(r"[^\w\s]")
_YES = WordPattern(
    "_* ((si|yo) (voy|vamos|ire|iremos|puedo|podemos|quiero|asisto|asistire|confirmo|acepto|estare|me interesa|llego)|"
    "confirmo|confirmamos|(ahi|alli|alla) (estare|estaremos|nos vemos)|claro que si|por supuesto|"
    "(yo)? (le|les|se lo) (aviso|digo|paso|comento|informo|avisare|dire)|"
    "(i ll|i will|we ll|we will) (be there|come|let (him|her|them) know|tell (him|her|them))|"
    "(i m|im|i am|we re|we are) (coming|going)|yes i (do|am|will|can)|i confirm|"
    "(i ll|i will) (pass|give) (him|her|them|it)) _*"
)


def says_yes(text: str) -> bool:
    """Whether somebody says that they come, can, want or pass it on. The time grows with the text."""
    return _YES.fullmatch(_NO_WORD.sub(" ", search_form(text)).split())
