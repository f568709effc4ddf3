"""Studio's texts: `{{flow.data.X}}` and its kin become `{{ID}}`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LONGEST_TEXT = 1600
_DEEPEST = 5  # variables that are made of variables
_TAG = re.compile(r"\{%")
_OUTPUT = re.compile(r"\{\{([^{}]*)\}\}")
_PATH = re.compile(r"[^\W\d][\w-]*(?:\.[\w-]+|\[\s*(?:\"[^\"\]]*\"|'[^'\]]*'|\d+)\s*\])*\Z")
_REPLY = re.compile(r"widgets\.([\w-]+)\.inbound(?:\.Body|_message\.body)\Z", re.IGNORECASE)
_VARIABLE = re.compile(r"flow\.variables\.([\w-]+)\Z")


@dataclass(frozen=True, slots=True)
class Converted:
    """A text of ours. `filters` were dropped (`| upcase`); `columns` are the IDs of contact data that it names."""

    text: str
    filters: tuple[str, ...] = ()


@dataclass
class Names:
    """What Studio's names mean here. `question` gives the ID of a widget that asks; `column` the ID of a column
    of the contact file for a path, and makes it where there is none yet."""

    question: Callable[[str], str | None]
    column: Callable[[str], str]
    variables: Mapping[str, str] = field(default_factory=dict)  # those set once: their texts, in Liquid

    def convert(self, text: str, depth: int = 0) -> Converted | None:
        """The text with our references; None where it cannot be said here: Liquid's tags, or far too long."""
        if _TAG.search(text):
            return None
        filters: list[str] = []
        parts: list[str] = []
        end = 0
        for match in _OUTPUT.finditer(text):
            parts.append(text[end : match.start()])
            end = match.end()
            path, *dropped = (part.strip() for part in match[1].split("|"))
            filters += [one for one in dropped if one]
            meant = self._meant(path, depth)
            if meant is None:
                return None
            parts.append(meant)
            if sum(map(len, parts)) > LONGEST_TEXT:
                return None
        parts.append(text[end:])
        whole = "".join(parts)
        ours = re.sub(r"\{\{\w+\}\}", "", whole)
        return None if "{{" in ours or len(whole) > LONGEST_TEXT else Converted(whole, tuple(filters))

    def single(self, text: str) -> str | None:
        """The ID that a text stands for, where it is one reference and nothing else."""
        converted = self.convert(text.strip())
        match = converted and re.fullmatch(r"\{\{(\w+)\}\}", converted.text)
        return match[1] if match else None

    def _meant(self, path: str, depth: int) -> str | None:
        """What a path stands for in a text; "" for an empty one."""
        if not path:
            return ""
        literal = re.fullmatch(r"\"([^\"{}]*)\"|'([^'{}]*)'", path)
        if literal:
            return literal[1] or literal[2] or ""
        if not _PATH.match(path):
            return None
        variable = _VARIABLE.match(path)
        if variable and variable[1] in self.variables:
            inner = self.convert(self.variables[variable[1]], depth + 1) if depth < _DEEPEST else None
            return None if inner is None else inner.text
        asked = replied_to(f"{{{{{path}}}}}")
        id_ = (self.question(asked) if asked else None) or self.column(path)
        return f"{{{{{id_}}}}}"


def replied_to(text: str) -> str | None:
    """The name of the widget whose reply a text is: `{{widgets.NAME.inbound.Body}}`, filters aside."""
    match = _OUTPUT.fullmatch(text.strip())
    reply = match and _REPLY.match(match[1].split("|")[0].strip())
    return reply[1] if reply else None


def variable_named(text: str) -> str | None:
    """The flow variable that a text is, and nothing else: `{{flow.variables.NAME}}`."""
    match = _OUTPUT.fullmatch(text.strip())
    variable = match and _VARIABLE.match(match[1].split("|")[0].strip())
    return variable[1] if variable else None


def last_part(path: str) -> str:
    """The word of a path that names its value: `flow.data.first_name` → `first_name`."""
    parts = [part for part in re.split(r"[\W]+", path) if part]
    words = [part for part in parts if not part.isdecimal()]
    return words[-1] if words else "data"
