"""Which of the values that an answer mentions it means: denials, doubts, questions back, corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from smartchat.domain.answers.phrases import Phrases, Span, listed
from smartchat.domain.answers.result import NotUnderstood
from smartchat.domain.answers.words import Clause

V = TypeVar("V")

DOUBTS = Phrases(
    """no lo se | no la se | no sabria | no seguro | no segura | no sabemos | no se sabe | no estoy segur
    no estoy seguro
    no estoy segura | no estamos seguros | no recuerdo | no me acuerdo | ni idea | no tengo idea | quien sabe
    sepa | sepa dios | tal vez | talvez | quiza | quizas | a lo mejor | puede ser | puede que | puede que si
    puede que no | depende | posiblemente | probablemente | es probable | lo pensare | lo voy a pensar
    dejeme pensar | dejame pensar | deja veo | deja ver | dejeme ver | dejame ver | luego veo | a ver
    chance y | chance si | chance que
    ya veremos | veremos | lo checo | lo reviso | cualquiera | el que sea | la que sea | lo que sea | cual sea
    me da igual | da igual | me da lo mismo | es igual | no decido | no he decidido | aun no decido
    todavia no decido | indeciso | indecisa | luego le confirmo | luego te confirmo | luego confirmo
    despues le confirmo | despues confirmo | mas tarde le confirmo | al rato le confirmo | manana le confirmo
    le confirmo luego | le confirmo despues | le confirmo mas tarde | le confirmo manana | le confirmo al rato
    te confirmo luego | te confirmo despues | deje le confirmo | luego le aviso | luego aviso
    yo le aviso luego | igual y | espero que | espero poder | ojala | hare lo posible | no entiendo
    no entendi | no comprendo | mas o menos si | mitad y mitad | ni si ni no | entre si y no""",
    """i don't know | i dont know | don't know | dont know | dunno | idk | not sure | not certain | unsure
    no idea | no clue | maybe | perhaps | possibly | probably | might | it depends | depends | whatever
    either | any of them | i hope so | i hope | hopefully | i'll try | will try | let me think | let me check
    let me see | i'll think about it | i'll see | we'll see | undecided | i don't understand
    don't understand | i forgot | can't remember | don't remember | can't say | hard to say""",
)

# "No sé" is doubt, "no se puede" and "no se preocupe" are not: what follows decides where the accent is missing.
_AFTER_NO_SE = listed(
    """si cuando cuanto cuantos cuantas cual como donde que quien bien aun todavia la exactamente a creo cuales"""
)
_NOT_DENIALS = Phrases(
    """no mas | nada mas | nada menos | mas o menos | no hay problema | no hay ningun problema | no hay pedo
    no hay bronca
    no pues | no bueno | no wait | no sorry | sorry no | no scratch that | no esperate | no esperame
    wait no | no perdon | perdon no | no espera | espera no | no espere | ay no
    ah no | uy no | oh no | no importa | no se preocupe | no se preocupen | no te preocupes | no problem
    no worries | why not
    not only | no solo | no hay de otra | no manches | no inventes | no obstante""",
)
_DENIALS = listed(
    """no not nunca jamas tampoco ni nel nop never menos salvo don't dont can't cant cannot won't wont isn't
    doesn't didn't wasn't excepto except neither nor"""
)
_JOINS = frozenset({"y", "e", "and"})

# "2, mejor 3": what was said before counts no more.
_CORRECTIONS = Phrases(
    """mejor | digo | quise decir | mas bien | corrijo | en realidad | perdon | perdone | disculpe
    disculpa | me equivoque
    no espera | no espere | no esperate | esperate | ya somos | ahora somos | ya quedamos en
    quedamos en | al final somos | espera no | ay no | ah no | uy no""",
    """i mean | i meant | meant | rather | make it | make that | sorry | no wait | wait no | wait
    scratch that | no sorry | no scratch that
    correction | oops | my bad | oh no""",
)


@dataclass(frozen=True, slots=True)
class Mention(Generic[V]):
    """A value at some words of a clause."""

    value: V
    clause: int
    span: Span


@dataclass(frozen=True, slots=True)
class Meant(Generic[V]):
    """What stands: mentions neither denied, asked about nor corrected; `denied` are those that were denied."""

    mentions: tuple[Mention[V], ...]
    denied: tuple[Mention[V], ...]

    @property
    def values(self) -> tuple[V, ...]:
        """The distinct values, in the order of their first mention."""
        return tuple(dict.fromkeys(mention.value for mention in self.mentions))


def doubtful(parts: Sequence[Clause]) -> bool:
    """Whether the answer leaves open what it says ("no sé", "tal vez", "depende", "I don't know")."""
    return any(DOUBTS.among(clause.plain) or _does_not_know(clause) for clause in parts)


def _does_not_know(clause: Clause) -> bool:
    words = clause.words
    if "se" not in clause.plain:
        return False
    for index in range(len(words) - 1):
        if words[index].plain == "no" and words[index + 1].plain == "se":
            after = words[index + 2].plain if index + 2 < len(words) else None
            if words[index + 1].written == "sé" or after is None or after in _AFTER_NO_SE:
                return True
    return False


def settle(parts: Sequence[Clause], mentions: Sequence[Mention[V]]) -> Meant[V] | NotUnderstood:
    """Sorts out mentions. Not understood: where a denial may mean either of its neighbours ("lunes no jueves")."""
    standing: list[Mention[V]] = []
    denied: list[Mention[V]] = []
    asked = corrected = False
    for index, clause in enumerate(parts):
        here = [mention for mention in mentions if mention.clause == index]
        if clause.question:
            asked = asked or bool(here)
            continue
        if not here:
            corrected = _CORRECTIONS.among(clause.plain)
            continue
        cut = _correction(clause, here)
        if cut is not None or corrected:
            standing = []
        corrected = False
        if cut is not None:
            here = [mention for mention in here if mention.span.start >= cut] or here
        parted = _parted(clause, here)
        if parted is None:
            return NotUnderstood("several")
        standing += parted[0]
        denied += parted[1]
    if not standing and asked:
        return NotUnderstood("question")
    return Meant(tuple(standing), tuple(denied))


def denials(clause: Clause, spared: Sequence[Span] = ()) -> list[int]:
    """The places of words that deny, but for those in phrases that do not, and in the spared spans."""
    words = clause.plain
    spans = [*_NOT_DENIALS.find(words), *spared]
    return [
        index
        for index, word in enumerate(words)
        if (word in _DENIALS or (word == "but" and index > 0) or (word == "nada" and index == 0))
        and not any(span.start <= index < span.end for span in spans)
    ]


def _parted(clause: Clause, here: list[Mention[V]]) -> tuple[list[Mention[V]], list[Mention[V]]] | None:
    """(standing, denied) of one clause: a denial means what follows it, else what stands before it."""
    places = denials(clause, [mention.span for mention in here])
    if not places:
        return here, []
    first = places[0]
    before = [mention for mention in here if mention.span.start < first]
    after = [mention for mention in here if mention.span.start >= first]
    if not after:
        return [], before
    if not before:
        return [], after
    if clause.words[first - 1].plain in _JOINS:
        return before, after
    return None


def _correction(clause: Clause, here: list[Mention[V]]) -> int | None:
    """Where what follows replaces what came before, if a mention follows."""
    last = max(mention.span.start for mention in here)
    ends = [span.end for span in _CORRECTIONS.find(clause.plain) if span.start < last]
    return ends[-1] if ends else None
