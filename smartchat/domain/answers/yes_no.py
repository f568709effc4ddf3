"""Yes and no as people write them in Mexico and in English."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from smartchat.domain.answers.mentions import doubtful
from smartchat.domain.answers.phrases import Phrases, listed
from smartchat.domain.answers.result import Answer, NotUnderstood, Understood
from smartchat.domain.answers.words import NO_SIGNS, SIGNS, YES_SIGNS, Clause, Word, clauses
from smartchat.domain.steps import Language

YesNo = Literal["yes", "no"]

# Whatever else the clause says, these decide it. Phrases with a "no" inside that means yes stand here too.
_YES = Phrases(
    """x supuesto | ya lo creo | sip | sipi | sep | sipo | sipirili | sisi | ci | zi | simon | simona
    claro que si | claro que sip | claro que | i can make it | i can pay | i can do it | i can attend
    i can come | i will be there | i will attend | i will pay | i will come | por supuesto
    por supuesto que si | desde luego | desde luego que si | obvio que si | obviamente | obviamente si
    efectivamente | afirmativo | afirmativa | asi es | asi sera | correcto | es correcto | exacto
    exactamente | cierto | es cierto | de acuerdo | estoy de acuerdo | sin duda | sin duda alguna
    sin problema | sin problemas | no hay problema | no hay ningun problema | no hay bronca | no hay pedo
    no tengo problema | no tengo ningun problema | ningun problema | no tengo inconveniente
    ningun inconveniente | no hay inconveniente | cuente conmigo | cuenten conmigo | cuenta conmigo
    cuente con ello | cuente con eso | cuenta con ello | ahi estare | ahi estaremos | ahi nos vemos
    alla nos vemos | alli estare | alla estare | me apunto | confirmo | confirmado | confirmada
    confirmadisimo | acepto | aceptado | aceptada | con gusto | con mucho gusto | con placer | me parece bien
    me parece perfecto | me late | a huevo | a webo | a guevo | a fuerzas | simon que si | ya vas | ya rugiste
    ya estas | va que va | sale y vale | sale pues | va pues | orale pues | arre | jalo | le entro
    yo le entro | positivo | sin lugar a dudas | no lo dude | no lo dudes | hagamoslo | siempre si""",
    """yes | yess | yep | yup | yeah | yea | ye | yas | yah | yessir | yes sir | aye | sure | sure thing
    for sure | that works | works for me | of course | absolutely | definitely | certainly | indeed
    affirmative | correct | that's right | thats right | that's correct | that is correct | exactly | right on
    i agree | agreed | sounds good | sounds great | count me in | i'm in | im in | i'll be there
    ill be there | will do | i'd love to | i would love to | with pleasure | no problem | no worries
    not a problem | you bet | totally | i think so | i guess so | i suppose so | i believe so | confirmed
    i confirm | i accept | go ahead | by all means | without a doubt | no doubt | can't wait""",
)
_NO = Phrases(
    """nel | nell | nel pastel | nop | nope | nopi | nones | nonono | nono | negativo | negativa | nanai
    nanay
    naranjas | nah | naa | para nada | por supuesto que no | claro que no | desde luego que no | obvio no
    obvio que no | obviamente no | de ninguna manera | de ningun modo | ni loco | ni loca | ni de chiste
    ni de broma | ni hablar | ni madres | ni maiz | ni al caso | ni en suenos | ni pensarlo | jamas | nunca
    tampoco | imposible | me es imposible | es imposible | creo que no | yo creo que no | supongo que no
    pienso que no | no creo | ya no | mejor no | siempre no | todavia no | aun no | ahorita no | por ahora no
    por el momento no | que no | digo que no | falso | incorrecto | es incorrecto | es falso | rechazo
    rechazado | paso por esta vez | no gracias | nadita | nunca jamas""",
    """nope | nah | nay | no way | not at all | not really | not now | not yet | not today | not this time
    never | negative | i don't think so | i dont think so | don't think so | i guess not | i think not
    i hope not | i'd rather not | rather not | of course not | absolutely not | definitely not | certainly not
    hell no | no thanks | no thank you | no sir | impossible | i refuse | count me out | i'm out | i'm not
    im not | i am not | i do not | i will not | i can not | i'm afraid not | unfortunately not | incorrect
    that's wrong""",
)
# They mean yes where nothing else is said: "va" does, "va mi hermano" does not.
_WEAK_YES = Phrases(
    """va | vale | sale | dale | bueno | buena | bien | muy bien | listo | lista | listos | claro | seguro
    segura | perfecto | perfecta | excelente | genial | orale | andale | obvio | eso | aja | aha | ajam | mju
    s | si dios quiere | okey | oki | okis | oka | okas | ok | okay | k | va va | ya quedo | quedo | enterado
    enterada | entendido | puedo | podre | podria | podemos | quiero | voy | vamos | ire | iremos | asisto
    asistire | asistiremos | pago | pagare | lo hare | lo haremos | lo pago | lo pagare | listisimo | sobres
    fierro | jalo | con todo | quiero ir | me apunto | lo quiero | la quiero | interesado | interesada
    see | cincho | chi | sincho | camara | ya estuvo | ya esta | jalo | pos si | eso mero | ey | fuga
    va que va
    oki doki | okidoki | 100 | al 100 | cien por ciento | al cien | ai estare | aqui estare | a la orden
    a darle
    claramente | evidentemente | naturalmente | ya dijo | ya dijiste | sin falta | me interesa
    me encantaria | me gustaria | esta bien | estaria bien | adelante | eso es
    eso mismo""",
    """ok | okay | okey | okie | okie dokie | k | kk | alright | all right | fine | good | great | cool
    perfect
    right | true | deal | done | got it | interested | gladly | please do | sounds fine | mhm | uh huh
    100 | 100 percent | hundred percent | a hundred percent | okey dokey | okie doke | roger | roger that
    copy
    copy that | very well | why yes | that's fine | thats fine | that is fine | that'll work | that will work
    fine by me | fine with me | good with me | i'm down | im down | down | i'm good | see you then
    see you there
    see ya there | see you tomorrow | see ya then | see you | i will | i can | i do | i am | i would""",
)
_ENGLISH_SLANG = Phrases(
    """ya | def | deff | ofc | fs | bet | word | aight | ight | ye | yee | fosho | fo sho | yuh | yezzir
    say less | fa sho | yessirski""",
)
_WEAK_NO = Phrases(
    "n",
)
# What may stand beside a weak word without taking its meaning.
_NEUTRAL = listed(
    """gracias muchas mil por favor porfa porfavor porfis hola buenos buenas dias tardes noches dia pues mmm
    eh
    ah oh amigo amiga joven senor senora senorita srta sr sra jefe jefa patron carnal wey guey bro compa muy
    super y que el la los las a de con lo le les mi me yo nosotros todo toda todos bien entonces este esta ese
    eso jaja jajaja jeje haha lol thanks thank you so much sir madam mr mrs please hi hello hey well then dear
    good day morning afternoon evening that's it is i i'm am asi saludos bonito excelente oiga oye mande ahi
    alla nomas tranquilo ahorita hoy manana ya"""
)
# "Sí, no se preocupe" and "claro, no le fallo" say yes: these clauses say nothing of their own.
_EMPTY = Phrases(
    """no se preocupe | no se preocupen | no te preocupes | no falto | no fallo | no le fallo | no te fallo
    no les fallo | no importa | no pasa nada | no hay de que | no lo olvido | no se me olvida | no me olvido
    don't worry | dont worry | no need to worry | no mas | nada mas | nomas | no manches | no inventes
    no bueno""",
)
_NEGATORS = listed("no not don't dont can't cant cannot won't wont isn't didn't doesn't wouldn't couldn't")
# Before a "si" without accent these make it a yes; after any other word it means "if".
_BEFORE_YES = listed(
    """pues que yo ahora mmm hola bueno ok okay claro este esta mi nosotros tambien gracias dias tardes noches
    ahi creo eso ay ah eh oh obvio siempre porque simon entonces aqui jaja jajaja y e a hoy manana no ella el
    senor senora senorita joven amigo amiga buenas buenos favor digo vez verdad pos nos me le lo la ya bien
    nel todo todos"""
)
_IF = Phrases(
    """si me alcanza | si dios quiere | si es que | si acaso | si llego | si consigo | si me da tiempo
    si tengo tiempo | si tengo dinero | si tengo chance | si me pagan | si me depositan | si hay | si alcanzo
    si me dejan | si cobro | solo si | siempre y cuando | a menos que | a ver si | en caso de que | if
    only if | unless | as long as | si puedo voy | si puedo ire | si puedo asisto | si puedo paso
    si puedo pago
    si puedo llego | si podemos vamos | si puedo confirmo | if i can | if possible""",
)
# Words that take back what was said, where a plain yes or no follows: "no, perdón, sí", "yes, I mean no".
_CORRECTIONS = Phrases(
    """perdon | perdone | disculpe | disculpa | corrijo | quise decir | me equivoque | no espera | no espere
    espera | espere | no perdon | ay no perdon | no wait | wait no | wait | i mean | i meant | meant | sorry
    oops
    my bad | correction""",
)

# Clauses that begin so take back what was said: "sí... mejor no".
_TURNS = frozenset({"mejor", "digo", "bueno", "pues", "siempre"})
# Questions only by their form.
_RHETORICAL = Phrases(
    "como no | por que no | why not",
)
# "No sí voy" says yes even without its accent; before other words "no si" may be a "not if".
_AFTER_NO_YES = listed(
    """voy puedo quiero asisto claro pago ire confirmo me acepto va vamos podre podremos podemos gracias asistire"""
)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a clause says, and whether it says it in one word ("no") or in a sentence ("sí voy")."""

    value: YesNo
    bare: bool


def read_yes_no(text: str, language: Language) -> Answer:
    """ "yes" or "no". "No, sí voy" is yes: a sentence outweighs the bare word before it. "Sí y no" is neither."""
    parts = clauses(text)
    if doubtful(parts):
        return NotUnderstood("unsure")
    said: list[_Said] = []
    asked = corrected = False
    for clause in parts:
        if clause.question and not _RHETORICAL.only(clause.plain):
            asked = True
            continue
        start = _CORRECTIONS.at(clause.plain, 0)
        corrected = corrected or start > 0
        if start == len(clause.words):
            continue
        readings = _read(replace(clause, words=clause.words[start:]), language)
        if readings is None:
            return NotUnderstood("unsure")
        cut = _corrected_within(clause, readings)
        if cut or (corrected and len(readings) == 1 and readings[0].bare):
            said, readings, corrected = [], readings[-1:], False
        if readings and len(clause.words) > 1 and clause.words[0].plain in _TURNS:
            said = []
        said += readings
    values = {reading.value for reading in said}
    if len(values) > 1:
        values = _outweighed(said)
    if len(values) == 1:
        return Understood(values.pop(), "meaning")
    return NotUnderstood("several" if values else "question" if asked else "nothing")


def _corrected_within(clause: Clause, readings: Sequence[_Said]) -> bool:
    """ "Yes I mean no": a bare answer at the end of a clause, after words that take back what stands before them."""
    if len(readings) < 2 or not all(reading.bare for reading in readings):
        return False
    return any(
        span.start > 0 and span.end == len(clause.words) - 1 for span in _CORRECTIONS.find(clause.plain)
    )


def _outweighed(said: Sequence[_Said]) -> set[YesNo]:
    """A bare no first and sentences of yes after it: the sentences count ("no, sí voy"); else both stand."""
    first, later = said[0], said[1:]
    if first == _Said("no", True) and all(reading == _Said("yes", False) for reading in later):
        return {"yes"}
    return {"yes", "no"}


def _read(clause: Clause, language: Language) -> list[_Said] | None:
    """What a clause says, in order; None: it leaves it open."""
    words = clause.plain
    if _RHETORICAL.only(words):
        return [_Said("yes", True)]
    if _EMPTY.only(words):
        return []
    if _IF.among(words) or _conditional(clause.words):
        return None
    signs = [
        _Said("yes" if word in YES_SIGNS else "no", True) for word in words if word in YES_SIGNS | NO_SIGNS
    ]
    spoken = [word for word in clause.words if word.plain not in SIGNS]
    readings = _strong(spoken) or _weak([word.plain for word in spoken], language)
    return None if _if_not(spoken) else readings + signs


def _conditional(words: Sequence[Word]) -> bool:
    """ "Voy si puedo": an "if", where neither an accent nor the word before it makes it a yes."""
    return any(
        word.plain == "si" and word.written == "si" and 0 < index < len(words) - 1
        and words[index - 1].plain not in _BEFORE_YES
        for index, word in enumerate(words)
    )  # fmt: skip


def _if_not(words: Sequence[Word]) -> bool:
    """ "Si no puedo" without a comma may be an "if not" as well as a yes and a no, "no si puedo" a "not if"."""
    plain = [word.plain for word in words]
    for index in range(len(plain) - 1):
        pair, rest = plain[index : index + 2], plain[index + 2 :]
        if pair == ["si", "no"] and not (_YES.at(plain, index + 1) or _EMPTY.at(plain, index + 1)):
            return True
        if (
            pair == ["no", "si"]
            and rest
            and words[index + 1].written == "si"
            and rest[0] not in _AFTER_NO_YES
        ):
            return True
    return False


def _strong(words: Sequence[Word]) -> list[_Said]:
    """The words and phrases of a clause that say yes or no whatever stands beside them."""
    plain = [word.plain for word in words]
    found: list[tuple[YesNo, int]] = []
    index, denied = 0, False
    while index < len(plain):
        yes, no = _YES.at(plain, index), _NO.at(plain, index)
        length = max(yes, no, _EMPTY.at(plain, index))
        if plain[index] == "si":
            if found and found[-1] == ("no", 1) and plain[index - 1] == "no" and index + 1 < len(plain):
                found.pop()  # "no sí voy": the no only leads in
            found.append(("yes", 1))
            denied = False
        elif length and not (denied and yes == length):
            found += [("yes", length)] if yes == length else [("no", length)] if no == length else []
        elif plain[index] in _NEGATORS and not denied:
            found.append(("no", 1))
            denied = True
        index += max(length, 1)
    rest = len(plain) - sum(length for _, length in found)
    neutral = sum(word in _NEUTRAL for word in plain)
    return [_Said(value, bare=length == 1 and rest <= neutral) for value, length in found]


def _weak(words: Sequence[str], language: Language) -> list[_Said]:
    """Words that say yes or no only where nothing else is said."""
    if language == "en" and (list(words) in (["y"], ["ya"]) or (words and _ENGLISH_SLANG.only(words))):
        return [_Said("yes", True)]
    found: set[YesNo] = set()
    index = 0
    while index < len(words):
        yes, no = _WEAK_YES.at(words, index), _WEAK_NO.at(words, index)
        if yes or no:
            found.add("yes" if yes else "no")
        elif words[index] not in _NEUTRAL:
            return []
        index += max(yes, no, 1)
    return [_Said(value, True) for value in sorted(found)]
