"""Whom the messages do not reach: "no soy Carlos", "este ya no es su número". The person who answers is another one.

A name is a common one, or one from the contact's own data; its capital alone is enough where nothing else could stand
("no conozco a …"). Who answers for the contact ("soy su esposa") is no stranger.
"""

import re
from collections.abc import Iterable, Set

from .by_ear import by_ear
from .first_names import FIRST_NAMES, NAMES_WITH_A_CAPITAL
from .search import search_form
from .word_patterns import WordPattern

_NO_WORD = re.compile(r"[^\w\s]")
_BREAK = re.compile(r"[.,;:!?¡¿\n\r…()\"“”]+")
_WRITTEN = re.compile(r"[^\W\d_]+")
_LONGEST, _SHORT = 5000, 25
_NAME, _CAPITAL = "_name", "_capital"
"""Stand for every word that is a name, or may be one by its capital, in texts and patterns."""
_N = f"((el|la)? (senor|senora|senorita|sr|sra|don|dona)? {_NAME} ({_NAME}|{_CAPITAL})*)"
_M = f"((el|la)? (senor|senora|senorita|sr|sra|don|dona)? ({_NAME}|{_CAPITAL})+)"
_WHO = (
    f"((ese|esa|esta|este|la|el) (persona|senor|senora|senorita|muchacho|joven)|{_M}|(el|ella|"
    "otra persona|alguien mas|otro senor|otra senora))"
)
_PHONE = "(numero|num|telefono|tel|cel|celular|linea|chip|whatsapp)"
_THIS = f"((este|ese|esta) (es)? (un)? {_PHONE}?)"
_SINCE = (
    "(desde|hace) (ayer|antier|hoy|poco|apenas|hace|_) _? _? _?|(es nuevo|es mio|es mia|"
    "lo acabo de (comprar|adquirir|sacar))|"
    "lo tengo (desde|hace|apenas) _ _? _? _?"
)
_WRONG = "|".join(
    (
        f"(yo|ya)? no soy (el|la)? ({_N}|(esa|la) persona (que (busca|buscan|buscas|dice|dicen))?)",
        f"(yo)? no soy (el|ella|quien (busca|buscan|buscas)|a quien (busca|buscan|buscas)) {_N}?",
        f"(yo)? no me yamo {_N}|{_N} no es mi nombre",
        f"yo? no conosco a (ningun|ninguna|algun|alguna) ({_M}|persona (con ese nombre|asi)?)",
        f"yo? no conosco a ({_M}|(esa|ese|dicha) (persona|senor|senora|muchacho|individuo))",
        "no (conosco|hay|existe|vive)  (a)? (nadie|alguien) (aqui)? (con|de) (ese|tal) nombre (aqui)?",
        "(aqui|en este numero|en esta casa) no (vive|hay|trabaja|se encuentra|existe|esta) (ningun|"
        f"ninguna)? ({_M}|esa persona)",
        f"no (hay|vive|trabaja) (ningun|ninguna) {_M} (aqui)?",
        # this number
        f"{_THIS}? ya? no es (su|mi|el) {_PHONE} (de {_WHO})?",
        f"{_THIS}? ya? no es (de|{_PHONE} de) {_WHO}",
        f"{_THIS} es de (otra persona|alguien mas|otro senor|otra senora)",
        f"{_THIS} ya? no (le|les)? (pertenece|corresponde) (a)? {_WHO}",
        f"({_WHO} ya? no (tiene|usa|ocupa|es duen[a]? de) {_THIS})",
        f"({_WHO})? ya? (cambio|perdio|vendio|dejo) (de|el|su|este) {_PHONE}",
        "(me|nos)? (acaban de dar|acabo de (comprar|adquirir|sacar|contratar)|acaban de asignar|dieron|"
        f"asignaron) {_THIS}"
        " (ayer|hace _ _?|apenas)?",
        f"(yo)? (tengo|adquiri|compre) {_THIS} ({_SINCE}|ayer|apenas)",
        f"{_THIS} ({_SINCE}|lo tengo yo)",
        # wrong
        "(es|esta|este|este es|tiene|tienes|tienen|marco|creo que|que|_ que)* (un|el|"
        f"al)? {_PHONE} (es)? (el)? ekibokado",
        "(esta|estan|estas|creo que esta|creo que estan) ekibokad[oa] de (numero|persona|telefono)".replace(
            "[oa]", "o"
        ),
        "(creo que|que)? (se|te) (ekiboko|ekibokaron|ekiboca|ekibocan|ekibokaste|ekiboka|ekibokan|konfundio|"
        "konfundieron|"
        "konfundiste) (de (numero|persona|telefono))?",
        "(creo que)? (tiene|tienen|tienes|le dieron|les dieron|te dieron|anoto|apunto) mal (el|mi|"
        "su)? (numero|telefono)",
        f"kien es {_M} no (lo|la) konosco|(no )?(aki no es|esta ekibokado|ekibokado)".replace(
            "(no )?", "no "
        ),
        "persona ekibokada|numero incorrecto|numero erroneo|es otro numero",
        # English
        "(i think|sorry|i believe)* (you|u|this is|you ve|its|it s|that s)* (have|got|texted)? (the|a)? wrong"
        " (number|person|phone|guy|girl|lady)",
        f"(i m|im|i am|this is|this isn t|this isnt|it s)? not {_N}|this (isn t|isnt) {_N}|(my name is|"
        f"my name s) not {_N}",
        f"(this is|it s|that s) (no longer|not) ({_N}|his|her|their|my) s? (number|phone|cell) (anymore|any more)?",
        f"i (don t|dont|do not) know (any|a|any one named|anyone named|anybody named|who is)? ({_N}|"
        "that person|this person)",
        f"(there is|there s) (no|nobody named|no one named) {_M} (here|at this number)?|no {_M} here",
        f"this (number|phone) (no longer belongs|does not belong|doesn t belong|is not|isn t) (to)? ({_M}|him|"
        "her|them)",
        f"({_M}|he|she) (no longer has|doesn t have|does not have|changed|lost) (this|his|her|their)? (number|"
        "phone)"
        " (anymore|any more|now)?",
        "i (just|recently)? (got|have) (this|a new) (number|phone) (yesterday|recently|last _|_ _ ago|today)?",
    )
)
_AROUND = (
    "(no|hola|buenas|buenos|buen|dia|dias|tardes|tarde|noches|disculpe|disculpa|disculpen|perdon|perdone|"
    "lo siento|oiga|oye|mire|"
    "senor|senora|senorita|joven|amigo|amiga|por favor|gracias|muchas|saludos|pero|es que|creo|creo que|"
    "la verdad|fijese que|y|ya|"
    f"yo soy {_M}|soy {_M}|lo tengo (desde|hace) _ _? _?|ke tenga buen dia|bonito dia|hi|hello|hey|sorry|"
    "please|thanks|thank you|"
    "good (morning|afternoon|evening)|i m|"
    "no se (kien|quien) es|no lo konosco|no la konosco|ke (este|esten) bien|no por favor)"
)


def _by_ear(pattern: str) -> WordPattern:
    return WordPattern(re.sub(r"(?<![_a-z])[a-z]+", lambda found: by_ear(found[0]), pattern))


_PATTERN = _by_ear(f"{_AROUND}* ({_WRONG}) ({_AROUND}|{_WRONG})*")
# Who answers in the contact's place, or gives the right number, is reached all the same.
_FOR_THE_CONTACT = frozenset(
    by_ear(word)
    for word in re.findall(
        "[a-z]+",
        "esposa esposo mama papa madre padre hijo hija hermano hermana tia tio abuela abuelo novia novio pareja"
        " asistente secretaria secretario nuera yerno suegra suegro cunada cunado sobrina sobrino nieta nieto prima"
        " primo mujer marido wife husband mom mother dad father son daughter sister brother assistant girlfriend"
        " boyfriend partner",
    )
)


def is_wrong_number(text: str, names: Iterable[str] = ()) -> bool:
    ""
    """Whether somebody says that the messages reach another person. `names`: the contact's own data, as it is known."""
    if len(text) > _LONGEST:
        return False
    known = FIRST_NAMES | {
        by_ear(word) for name in names for word in search_form(name).split() if len(word) > 2
    }
    shouted = text.isupper()
    clauses = [_words(clause, known, shouted) for clause in _BREAK.split(text)]
    words = [word for clause in clauses for word in clause]
    if len(words) > _SHORT or answers_for_another(text):
        return False
    if any(len(word) > 4 and word.isdecimal() for word in words):  # "es otro: 5512345678"
        return False
    return _PATTERN.fullmatch(words) or any(map(_PATTERN.fullmatch, clauses))


def answers_for_another(text: str) -> bool:
    """Whether somebody close to the contact answers: "soy su esposa"."""
    return not _FOR_THE_CONTACT.isdisjoint(
        map(by_ear, _NO_WORD.sub(" ", search_form(text[:_LONGEST])).split())
    )


def _words(clause: str, known: Set[str], shouted: bool) -> list[str]:
    """The words by ear, with `_NAME` for what is a name and `_CAPITAL` for what may be one."""
    found = []
    for written in _NO_WORD.sub(" ", clause).split():
        word = by_ear(search_form(written))
        capital = written[:1].isupper() and not shouted
        if word in known or (capital and word in NAMES_WITH_A_CAPITAL):
            found.append(_NAME)
        elif capital and word not in _PATTERN.words:
            found.append(_CAPITAL)
        else:
            found.append(word)
    return found
