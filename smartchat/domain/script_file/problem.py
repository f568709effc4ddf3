"""What is wrong with a script: where, what, and (in words, by language) what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from smartchat.domain.script.steps import Language
from smartchat.domain.script_file.wording_scripts import problem_sentence


@dataclass(frozen=True, slots=True)
class ScriptProblem:
    """One problem.

    `step` is the Unique ID of the step, None where the script as a whole is meant or the step has no ID.
    `place` is a JSON pointer into the file ("/steps/3/text"), "" for the whole. `params` fill the sentence;
    `position`, where given, counts characters from 0 inside the text at `place`.
    """

    code: str
    step: str | None = None
    severity: Literal["error", "warning"] = "error"
    place: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def message(self, language: Language) -> str:
        """One sentence that says where, what, and what to do."""
        return problem_sentence(self.code, self.step, self.place, self.params, language)

    def to_json(self, language: Language) -> dict[str, Any]:
        """{"code", "severity", "step", "place", "message"} and, where known, "position", "line", "column"."""
        data = {"code": self.code, "severity": self.severity, "step": self.step, "place": self.place}
        data |= {name: self.params[name] for name in ("position", "line", "column") if name in self.params}
        return data | {"message": self.message(language)}
