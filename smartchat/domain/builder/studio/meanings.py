"""What the names of a flow mean here: its replies are questions, its data are columns, its variables are texts."""

import re
from dataclasses import dataclass, field

from smartchat.domain.builder.studio.asking import ORDERS, QuestionFields
from smartchat.domain.builder.studio.document import StudioFlow, Widget
from smartchat.domain.builder.studio.liquid import Names, last_part, replied_to, variable_named
from smartchat.domain.builder.studio.naming import Ids
from smartchat.domain.builder.studio.retries import Retry, retries_of
from smartchat.domain.builder.studio.testing import Subject
from smartchat.domain.script.steps import Language

_SAME_AS_DATA = ("trigger.request.", "trigger.parent.parameters.")
_PHONES = frozenset({"contact.channel.address", "trigger.message.From", "trigger.call.From"})
_INBOUND = "trigger.message.Body"  # what made the flow start: a campaign starts by itself
_VARIABLES_DEEP = 5


@dataclass
class Meanings:
    """Grows while a flow is told: `columns` are IDs by Studio's path, `asked` ID and question by widget."""

    flow: StudioFlow
    language: Language
    columns: dict[str, str] = field(default_factory=dict)
    asked: dict[str, tuple[str, QuestionFields]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = Ids()
        self.variables, self.changing = _variables(self.flow)
        self.names = Names(self._question, self.column, self.variables)
        self.splits: dict[str, Widget] = {}  # by the question whose answer they look at
        self._numbers: set[str] = set()
        for widget in self.flow.widgets.values():
            if widget.type == "split-based-on":
                self._look_at(widget)
        self.retries: dict[str, Retry] = retries_of(self.flow, self.splits)

    def word(self, spanish: str, english: str) -> str:
        """The one of the chatbot's language."""
        return english if self.language == "en" else spanish

    def column(self, path: str) -> str:
        """The ID of the column that holds what a path of Studio's stands for; makes it where there is none."""
        for prefix in _SAME_AS_DATA:
            if path.startswith(prefix):
                path = "flow.data." + path.removeprefix(prefix)
        path = "contact.channel.address" if path in _PHONES else path
        if path not in self.columns:
            name = self.word("TELEFONO", "PHONE") if path in _PHONES else last_part(path)
            self.columns[path] = self.ids.give(name, self.word("DATO", "DATA"))
        return self.columns[path]

    def data_steps(self) -> list[dict[str, str]]:
        """The Custom Data steps of all columns so far."""
        return [
            {"id": id_, "type": "custom_data", "data_type": "NUMBER" if id_ in self._numbers else "TEXT"}
            for id_ in self.columns.values()
        ]

    def plain(self, text: str) -> str | None:
        """A text of Studio's with our references; None where it cannot be said."""
        converted = self.names.convert(text)
        return None if converted is None else converted.text

    def asker(self, text: str) -> str | None:
        """The name of the question whose reply a text is."""
        return replied_to(self._resolved(text))

    def subject(self, text: str) -> Subject | None:
        """What a split with this input looks at; None where that is neither an answer nor a column."""
        text = self._resolved(text)
        asked = self.asked.get(replied_to(text) or "")
        if asked is not None:
            return Subject(asked[0], asked[1].is_number, asked[1])
        path = _path(text)
        if replied_to(text) or path is None or path == _INBOUND:
            return None
        id_ = self.column(path)
        return Subject(id_, id_ in self._numbers)

    def _question(self, name: str) -> str | None:
        """The ID of a question; the message of a retry that waits for a reply is the question itself."""
        asks = {retry.message: retry.question for retry in self.retries.values()}
        known = self.asked.get(asks.get(name, name))
        return known[0] if known else None

    def _resolved(self, text: str) -> str:
        """The text that a variable stands for, where the text is just that variable."""
        for _ in range(_VARIABLES_DEEP):
            key = variable_named(text)
            if key is None or key not in self.variables:
                break
            text = self.variables[key]
        return text

    def _look_at(self, split: Widget) -> None:
        """Before anything is told: which question a split is about, or which column it takes for a number."""
        text = self._resolved(split.text("input"))
        asker = replied_to(text)
        if asker is not None:
            self.splits.setdefault(asker, split)
            return
        path = _path(text)
        predicates = {condition.predicate for branch in split.branches for condition in branch.conditions}
        if path is not None and path != _INBOUND and predicates & ORDERS:
            self._numbers.add(self.column(path))


def variables_of(widget: Widget) -> list[tuple[str, str]]:
    """Key and value of each variable that a widget sets."""
    found = widget.properties.get("variables")
    pairs = (
        [(one.get("key"), one.get("value")) for one in found or () if isinstance(one, dict)]
        if (isinstance(found, list))
        else []
    )
    return [
        (key, value if isinstance(value, str) else "" if value is None else str(value))
        for key, value in pairs
        if isinstance(key, str) and key
    ]


def _variables(flow: StudioFlow) -> tuple[dict[str, str], set[str]]:
    """The variables that always hold the same, with their texts; and those that change on the way."""
    values: dict[str, set[str]] = {}
    for widget in flow.widgets.values():
        if widget.type == "set-variables":
            for key, value in variables_of(widget):
                values.setdefault(key, set()).add(value)
    always = {key: next(iter(found)) for key, found in values.items() if len(found) == 1}
    return always, values.keys() - always.keys()


def _path(text: str) -> str | None:
    match = re.fullmatch(r"\{\{\s*([^\W\d][\w.-]*)\s*(?:\|[^{}]*)?\}\}", text.strip())
    return match[1] if match else None
