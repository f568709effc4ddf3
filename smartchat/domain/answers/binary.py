"""Answers to binary questions, by meaning: yes/no, gender, good/bad."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import assert_never

from smartchat.domain.answers.greetings import GREETINGS
from smartchat.domain.answers.mentions import Mention, doubtful, settle
from smartchat.domain.answers.phrases import Phrases, Span, listed
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood
from smartchat.domain.answers.spelling import distance, sound
from smartchat.domain.answers.words import GLAD_SIGNS, NO_SIGNS, SAD_SIGNS, YES_SIGNS, Clause, clauses
from smartchat.domain.answers.yes_no import read_yes_no
from smartchat.domain.script.steps import BinaryKind, Language

_SPANISH_WOMAN = Phrases(
    """mujer | femenino | femenina | femenil | fem | dama | senora | senorita | srta | sra | chica | muchacha
    female | woman | soy abuela | soy abuelita | soy mama | soy madre | nina | mama | madre | mami | feme
    mujercita | f | ella | hembra | morra
    muchachita | femina | mujeres | vieja | sra""",
)
_SPANISH_MAN = Phrases(
    """hombre | masculino | masculina | masc | varon | caballero | senor | sr | chico | muchacho | nino
    papa | padre
    macho
    male | man | soy abuelo | soy abuelito | soy papa | soy padre | h | el hombre | morro | bato | vato
    wey | guey""",
)
_ENGLISH_WOMAN = Phrases(
    """woman | female | lady | mom | mother | ma'am | maam | mrs | girl | f | she | feminine | gal
    femail | chick | fem | mujer | femenino
    senora
    dama | soy mujer | i'm a grandma | i'm a mom | i'm a mother | i'm a wife | im a mom | im a grandma""",
)
_ENGLISH_MAN = Phrases(
    """man | male | guy | dad | father | mr | sir | boy | gentleman | m | he | masculine | dude | bro
    fella | hombre | masculino | varon
    senor | i'm a dad | i'm a father | i'm a grandpa | i'm a husband | im a dad | im a grandpa""",
)

_NEITHER_NOR = Phrases(
    """mas o menos | regular | normal | ni bien ni mal | ni bueno ni malo | asi asi | masomenos | x | meh
    so so
    okay | ok | average | neutral | neither good nor bad | not good not bad | fair | promedio | pasable
    podria ser mejor | podria mejorar | could be better | ahi la llevo | ahi dos tres | dos que tres
    algo bien | mixed | i guess | i suppose | mediocre | not the best | not the worst | meh | nothing special
    ni tan bien ni tan mal | ni tan bueno ni tan malo | ni muy bien ni muy mal | ni fu ni fa | equis
    pudo ser mejor | pudo estar mejor | podria estar mejor | pudo haber sido mejor
    could have been better | could've been better | alright | decent | passable | aceptable | dos tres""",
)
_GOOD = Phrases(
    """super | bien | bueno | buen | recomendado | recomendada | vale la pena | buena | buenos | buenas
    muy bien | super bien | excelente | excelentes
    excelentemente | genial | perfecto | perfecta | magnifico | magnifica | estupendo | estupenda | increible
    maravilloso | maravillosa | fantastico | fantastica | agradable | chido | chida | padre | padrisimo
    padrisima | de lujo | de diez | de 10 | satisfecho | satisfecha | contento | contenta | encantado
    encantada | me encanto | me gusto | me gusta | buenisimo | buenisima | de maravilla | a toda madre
    con madre | poca madre | rico | rica | amable | nada mal | no tengo queja | no tengo quejas
    ninguna queja | no estuvo mal | no estuvo tan mal | no esta mal | sin quejas | sin problema | todo bien
    de poca | satisfactorio | satisfactoria | sin problemas | muy amables | amables | eficiente | a gusto
    al 100
    al cien | bien hecho | recomendable | los recomiendo | lo recomiendo | impecable | fregon | fregona
    suave | agusto | con madre | machin | de primera | de pelos | de perlas | me fascino | feliz | felices
    nada de que quejarme | rapido | rapida | excepcional | fenomenal | bonito | bonita | cool | bello
    a todo dar | muy atentos | atentos | atento | atenta | chingon | chingona | chilo | chila
    lo mejor | la mejor | positivo | positiva | optimo | optima | 10 de 10""",
    """good | very good | great | excellent | perfect | awesome | amazing | fine | well | nice | wonderful
    top notch | on point | exceptional | stellar | impressed | impressive | flawless | phenomenal | terrific
    five stars | 5 stars | ten out of ten | 10 out of 10 | 10 10 | a plus | would recommend | highly recommend
    enjoyed it | super | solid | helpful | friendly | professional | can't complain | no issues
    couldn't be better | could not be better | couldn't have been better | exceeded my expectations
    delighted
    pleased | splendid | marvelous | fire | dope | lit | smooth | bomb | fantastic | superb | lovely | happy
    satisfied | loved every | loved the | loved it | love it | liked it | i like it | not bad
    not too bad | no complaints | the best | best | brilliant | outstanding | positive | pleasant""",
)
_BAD = Phrases(
    """super mal | mal | malo | mala | malos | malas | muy mal | pesimo | pesima | pesimos | pesimas
    terrible
    horrible | fatal | deficiente | malisimo | malisima | feo | fea | no me gusto | no me gusta
    no me encanto | decepcionado | decepcionada | insatisfecho | insatisfecha | molesto | molesta | enojado
    enojada | inconforme | lento | lenta | grosero | grosera | de la chingada | de la fregada | una porqueria
    porqueria | asco | un asco | lo peor | la peor | peor | desastre | nada bien | nada bueno | nada buena
    una verguenza | verguenza | gacho | gacha | nefasto | nefasta | patetico | patetica | tardado | tardada
    mediocre servicio
    de quinta
    del asco | un fiasco | fiasco | una basura | basura | decepcionante | pesadilla | de lo peor | majaderos
    inaceptable | insatisfactorio | insatisfactoria | no lo recomiendo | no los recomiendo | groseros
    groseras
    no vale la pena | llego roto | llego rota | llego tarde | no vuelvo | nunca vuelvo | nunca mas vuelvo
    chafa | chafas
    no regreso | no volveria | tardaron mucho | tardaron demasiado | tardan mucho | tardo mucho
    nunca llegaron | nunca llego
    no fue lo que esperaba | no era lo que esperaba | no cumplieron | nada que ver | no me convencio
    quedaron mal | quedo mal
    negativo | negativa | para nada bien | dejo mucho que desear""",
    """bad | very bad | poor | terrible | awful | horrible | worst | the worst | disappointing | disappointed
    unhappy | dissatisfied | unsatisfied | hated it | hate it | sucks | sucked | not good | not great
    trash | garbage | lousy | crappy | crap | pathetic | atrocious | dreadful | appalling | unacceptable
    unprofessional | unhelpful | subpar | could not be worse | couldn't be worse | waste of time | a joke
    never again | wouldn't recommend | would not recommend | mad | angry | upset | frustrating | frustrated
    never coming back | not coming back | won't come back | wouldn't go back | wouldnt go back
    not what i expected | took forever | takes forever | took too long | never showed up
    shitty | wack | one star | 1 star | zero stars | 0 stars | not happy | not satisfied | didn't like it
    don't like it | negative | unpleasant | rude | slow
    disaster""",
)
_SHORTEST_MISSPELLED = 4
_INTENSE = {("bien",), ("super",)}  # right before another verdict they only stress it
_NEVER_MISSPELLED = listed(
    "other another please pleasure thanks gracias favor porfavor nombre satisfy lesson service"
)
_SUPERLATIVE = re.compile(r"isim[oa]s?\Z")


def read_binary(kind: BinaryKind, text: str, language: Language) -> Answer:
    """The meaning of an answer: "yes"/"no", "female"/"male" or "good"/"bad"."""
    match kind:
        case "yes_no":
            return read_yes_no(text, language)
        case "gender":
            return _read_gender(clauses(text), language)
        case "good_bad":
            return _read_verdict(clauses(text))
        case _:
            assert_never(kind)


def _read_gender(parts: Sequence[Clause], language: Language) -> Answer:
    if doubtful(parts):
        return NotUnderstood("unsure")
    woman, man = (_SPANISH_WOMAN, _SPANISH_MAN) if language == "es" else (_ENGLISH_WOMAN, _ENGLISH_MAN)
    meant = settle(parts, _mentions(parts, {"female": woman, "male": man}))
    if isinstance(meant, NotUnderstood):
        return meant
    return _single(meant.values, meant.denied)


def _read_verdict(parts: Sequence[Clause]) -> Answer:
    if doubtful(parts) or any(_NEITHER_NOR.among(clause.plain) for clause in parts):
        return NotUnderstood("unsure")
    signs = {"good": YES_SIGNS | GLAD_SIGNS, "bad": NO_SIGNS | SAD_SIGNS}
    meant = settle(parts, _mentions(parts, {"good": _GOOD, "bad": _BAD}, signs))
    if isinstance(meant, NotUnderstood):
        return meant
    denied = {mention.value for mention in meant.denied}
    if denied == {"good", "bad"} or ("bad" in denied and "bad" in meant.values):
        return NotUnderstood("unsure")
    # "No estuvo bien" is bad; "no fue malo" is not yet good.
    unpraised = ["bad" for mention in meant.denied if mention.value == "good"]
    return _single((*meant.values, *unpraised), meant.denied)


def _single(values: Sequence[str], denied: Sequence[Mention[str]]) -> Answer:
    distinct = set(values)
    if len(distinct) == 1:
        return Understood(distinct.pop(), "meaning")
    return NotUnderstood("several" if distinct else "denied" if denied else "nothing")


def _mentions(
    parts: Sequence[Clause], tables: dict[str, Phrases], signs: dict[str, frozenset[str]] | None = None
) -> list[Mention[str]]:
    """Where the phrases and signs of each value stand, greetings left out; longer phrases hide those inside."""
    found: list[Mention[str]] = []
    vocabularies = tuple(table.single_words for table in tables.values())
    for index, clause in enumerate(parts):
        words = tuple(_mended(word, vocabularies) for word in clause.plain)
        here = [Mention(value, index, span) for value, table in tables.items() for span in table.find(words)]
        here += [
            Mention(value, index, Span(at, at + 1))
            for value, listed in (signs or {}).items()
            for at, word in enumerate(words)
            if word in listed
        ]
        greetings = [Mention("", index, span) for span in GREETINGS.find(words) if span.end - span.start > 1]
        starts = {mention.span.start for mention in here if words[mention.span.start] != "mal"}
        found += [
            mention
            for mention in here
            if not (words[mention.span.start : mention.span.end] in _INTENSE and mention.span.end in starts)
            and not any(_hides(other.span, mention.span) for other in [*here, *greetings])
        ]
    return found


@lru_cache(maxsize=2048)
def _mended(word: str, vocabularies: tuple[frozenset[str], ...]) -> str:
    """A misspelled word as one that it sounds or looks like, if all of those mean the same; any other as it is."""
    vocabulary, by_sound, long_words = _indexed(vocabularies)
    if word in vocabulary or word in _NEVER_MISSPELLED or len(word) < _SHORTEST_MISSPELLED:
        return word
    root = _SUPERLATIVE.sub("", word)
    if root != word and (plain := {root + "o", root + "a", root + "e"} & vocabulary):
        return max(plain)
    alike = by_sound.get(sound(word), set())
    if not alike and len(word) > _SHORTEST_MISSPELLED:
        alike = {
            right
            for right, letters, slips in long_words
            if -slips <= len(right) - len(word) <= slips
            and len(letters.symmetric_difference(word)) <= 2 * slips
            and distance(word, right, slips) <= slips
        }
    one_meaning = any(alike <= words for words in vocabularies)
    return min(alike) if alike and one_meaning else word


@lru_cache(maxsize=4)
def _indexed(
    vocabularies: tuple[frozenset[str], ...],
) -> tuple[frozenset[str], dict[str, set[str]], list[tuple[str, frozenset[str], int]]]:
    """All words, the words by their sound, and the long ones: their letters, and how many slips they may hold."""
    vocabulary: frozenset[str] = frozenset().union(*vocabularies)
    by_sound: dict[str, set[str]] = {}
    for right in vocabulary:
        by_sound.setdefault(sound(right), set()).add(right)
    long_words = [
        (right, frozenset(right), 1 if len(right) < 9 else 2)
        for right in vocabulary
        if len(right) > _SHORTEST_MISSPELLED + 1
    ]
    return vocabulary, by_sound, long_words


def _hides(outer: Span, inner: Span) -> bool:
    return outer != inner and outer.start <= inner.start and inner.end <= outer.end
