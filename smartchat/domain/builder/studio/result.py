"""What became of a Studio flow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from smartchat.domain.builder.wording_studio import reason_sentence
from smartchat.domain.script.steps import Language
from smartchat.domain.script_file.problem import ScriptProblem


@dataclass(frozen=True, slots=True)
class LeftOutWidget:
    """A widget that did not come along, or not whole: its name and type as Studio has them, and why."""

    name: str
    type: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def reason(self, language: Language) -> str:
        """One or two sentences: why, and what to do where something can be done."""
        return reason_sentence(self.code, self.params, language)

    def to_json(self, language: Language) -> dict[str, str]:
        """{"name", "type", "code", "reason"}"""
        return {"name": self.name, "type": self.type, "code": self.code, "reason": self.reason(language)}


@dataclass(frozen=True, slots=True)
class StudioImport:
    """A script file made of a flow, None where there is nothing to make one of.

    `carried` are the names of widgets that are in the script, `left_out` those that are not, or not whole: every
    widget is in one of them at least. `problems` are those of the script, or the one that kept it from being made.
    """

    script_json: dict[str, Any] | None
    carried: tuple[str, ...] = ()
    left_out: tuple[LeftOutWidget, ...] = ()
    problems: tuple[ScriptProblem, ...] = ()
