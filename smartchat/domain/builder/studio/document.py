"""A Twilio Studio flow definition, read with patience: whatever is not as it should be is not there."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

MOST_STATES = 1000  # what Studio itself allows
_LONGEST_NAME = 200
_FAILURES = frozenset(
    {"failed", "fail", "failure", "timeout", "deliveryFailure", "callFailure", "failedToEnqueue", "hangup"}
)
# How a flow starts that does not wait for a call; a campaign is a request to write to somebody.
_STARTS = ("incomingRequest", "incomingMessage", "incomingConversationMessage", "incomingParent")
_GOES_ON = {
    "send-message": ("sent",),
    "send-and-wait-for-reply": ("incomingMessage",),
    "set-variables": ("next",),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a branch of a split asks of its input: a predicate such as `equal_to`, and its value."""

    predicate: str
    value: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A way out of a split; without conditions it is `noMatch`. `next` is None where the flow ends."""

    conditions: tuple[Condition, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Widget:
    """A state. `next` is where it goes when all goes well, None at the end; a split goes by its branches."""

    name: str
    type: str
    properties: Mapping[str, Any]
    next: str | None = None
    branches: tuple[Branch, ...] = ()
    otherwise: str | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """The names of all widgets that may come next, each once."""
        targets = (self.next, *(branch.next for branch in self.branches), self.otherwise)
        return tuple(dict.fromkeys(target for target in targets if target is not None))

    def text(self, key: str) -> str:
        """A property that is a text; "" where it is none."""
        return text_of(self.properties.get(key))


@dataclass(frozen=True, slots=True)
class StudioFlow:
    """A flow by the names of its widgets, in the order of the document; `first` comes after the trigger."""

    name: str
    widgets: Mapping[str, Widget]
    trigger: str | None
    first: str | None
    repeated: tuple[tuple[str, str], ...]  # name and type of states whose name came before


def is_flow(document: object) -> bool:
    """Whether parsed JSON looks like a Studio flow: its definition, or what Studio's API answers around it."""
    found = _definition(document)
    return found is not None and "steps" not in found


def read_flow(document: object) -> StudioFlow | Literal["malformed", "too_large"]:
    """The flow of a document, or why there is none. Never raises."""
    definition = _definition(document)
    if definition is None or not isinstance(document, Mapping):
        return "malformed"
    states = definition["states"]
    if len(states) > MOST_STATES:
        return "too_large"
    named = [(name_of(state, number), state) for number, state in enumerate(states, 1)]
    known = {name for name, _ in named}
    widgets: dict[str, Widget] = {}
    repeated = []
    for name, state in named:
        if name in widgets:
            repeated.append((name, text_of(_get(state, "type"))))
        else:
            widgets[name] = _widget(name, state, known)
    initial = text_of(definition.get("initial_state"))
    start = widgets.get(initial) or next((w for w in widgets.values() if w.type == "trigger"), None)
    title = text_of(document.get("friendly_name")) or text_of(definition.get("description"))
    if start is None:
        return "malformed"
    trigger = start.name if start.type == "trigger" else None
    return StudioFlow(
        name=" ".join(title.split())[:_LONGEST_NAME].strip() or "Twilio Studio",
        widgets=widgets,
        trigger=trigger,
        first=start.next if trigger else start.name,
        repeated=tuple(repeated),
    )


def name_of(state: object, number: int) -> str:
    """The name of a state; one that has none is called by its number, from 1."""
    return text_of(_get(state, "name")).strip() or f"#{number}"


def text_of(value: object) -> str:
    """A text that can be stored and sent: NFC, without control characters and half characters; "" for no text."""
    if not isinstance(value, str):
        return ""
    kept = "".join(c for c in value if c in "\n\t" or not (ord(c) < 32 or "\ud800" <= c <= "\udfff"))
    return unicodedata.normalize("NFC", kept)


def _definition(document: object) -> Mapping[str, Any] | None:
    """The definition: the document itself, or the one inside an API answer."""
    for candidate in (document, _get(document, "definition")):
        if isinstance(candidate, Mapping) and isinstance(candidate.get("states"), list):
            return candidate
    return None


def _widget(name: str, state: object, known: set[str]) -> Widget:
    type_ = text_of(_get(state, "type")).strip()
    found = _get(state, "properties")
    properties = found if isinstance(found, Mapping) else {}
    transitions = [(event, target, given) for event, target, given in _transitions(state, known)]
    if type_ == "split-based-on":
        return Widget(
            name,
            type_,
            properties,
            branches=tuple(Branch(given, target) for event, target, given in transitions if event == "match"),
            otherwise=next((target for event, target, _ in transitions if event == "noMatch"), None),
        )
    ways = {event: target for event, target, _ in reversed(transitions) if target is not None}
    wanted: tuple[str, ...] | None = _STARTS if type_ == "trigger" else _GOES_ON.get(type_)
    if wanted is None:  # of a widget that is not known, the first way that is no failure
        wanted = tuple(event for event, _, _ in transitions if event not in _FAILURES)
    return Widget(
        name, type_, properties, next=next((ways[event] for event in wanted if event in ways), None)
    )


def _transitions(state: object, known: set[str]) -> Iterator[tuple[str, str | None, tuple[Condition, ...]]]:
    found = _get(state, "transitions")
    for transition in found if isinstance(found, list) else []:
        target = text_of(_get(transition, "next")).strip()
        given = _get(transition, "conditions")
        conditions = tuple(
            Condition(text_of(_get(one, "type")), _written(_get(one, "value")))
            for one in (given if isinstance(given, list) else [])
        )
        yield text_of(_get(transition, "event")), target if target in known else None, conditions


def _written(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return text_of(value).strip()
    return str(value)


def _get(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, Mapping) else None
