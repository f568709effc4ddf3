"""What happens beside the messages of a conversation, for whoever tries a chatbot in a terminal."""

from collections.abc import Mapping
from string import Template

from smartchat.domain.conversation.events import CallExternal, HandedOver, MissingValue
from smartchat.domain.script.steps import Language

# why: (Spanish, English), each for one ID and for several
_GAPS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "missing": (
        ("no se calculó, porque $ids no tiene valor", "no se calculó, porque $ids no tienen valor"),
        ("not calculated, because $ids has no value", "not calculated, because $ids have no value"),
    ),
    "skipped": (
        ("se omitió, porque $ids no tiene valor", "se omitió, porque $ids no tienen valor"),
        ("skipped, because $ids has no value", "skipped, because $ids have no value"),
    ),
    "not_a_number": (
        ("sin valor, porque $ids no es un número", "sin valor, porque $ids no son números"),
        ("no value, because $ids is no number", "no value, because $ids are no numbers"),
    ),
    "absent": (
        ("$ids se queda sin valor, porque la respuesta no trae un valor en el campo $path",) * 2,
        ("$ids has no value, because the answer had no field $path with a single value",) * 2,
    ),
    "division_by_zero": (
        ("sin valor, porque divide entre cero",) * 2,
        ("no value, because it divides by zero",) * 2,
    ),
    "too_large": (
        ("sin valor, porque el número es demasiado grande",) * 2,
        ("no value, because the number is too large",) * 2,
    ),
}
_FAILED = (
    "sin valores, porque no se pudo consultar el otro sistema ($why)",
    "no values, because the other system could not be asked ($why)",
)
_CALLED = (
    "$method $url no se consulta desde aquí, así que no hay valores de ahí",
    "$method $url is not called from here, so there are no values from it",
)
_HANDED_OVER = ("desde aquí contesta un operador.", "an operator answers from here on.")
_AND = (" y ", " and ")

_TOO_LONG = (
    "Esto tarda demasiado en entenderse. En una campaña, el mensaje queda apartado para que lo lea una persona, y ahí"
    " se detiene el chatbot.",
    "This takes too long to be understood. In a campaign the message is put aside for a person to read, and the"
    " chatbot pauses there.",
)


def too_long(language: Language) -> str:
    """What happens to a turn that takes longer than it may."""
    return _TOO_LONG[0 if language == "es" else 1]


def aside(effect: CallExternal | MissingValue | HandedOver, language: Language) -> str:
    """One line that begins with the step's ID: "DOBLE: not calculated, because SALDO has no value"."""
    which = 0 if language == "es" else 1
    match effect:
        case CallExternal():
            sentence = Template(_CALLED[which]).substitute(method=effect.method, url=effect.url)
        case HandedOver():
            sentence = f"{_HANDED_OVER[which]} {effect.note or ''}".strip()
        case MissingValue():
            sentence = _gap(effect, which)
    return f"{effect.step_id}: {sentence}"


def _gap(effect: MissingValue, which: int) -> str:
    if effect.why not in _GAPS:
        return Template(_FAILED[which]).substitute(why=effect.why)
    one, several = _GAPS[effect.why][which]
    words = {"ids": _listed(effect.ids, _AND[which]), "path": effect.path}
    return Template(several if len(effect.ids) > 1 else one).substitute(words)


def _listed(ids: tuple[str, ...], and_: str) -> str:
    """A, B and C."""
    return and_.join(filter(None, (", ".join(ids[:-1]), *ids[-1:])))
