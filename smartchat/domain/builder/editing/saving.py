"""When a document can be kept: each edit needs a readable script, a version needs texts that name what they may."""

from dataclasses import dataclass

from smartchat.domain.builder.editing.document import Document
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.reading import read_script, script_json


@dataclass(frozen=True)
class Checked:
    """A document in the one form in which it is kept; None with the problems that leave no script."""

    document: Document | None
    problems: tuple[ScriptProblem, ...]

    @property
    def blocking(self) -> tuple[ScriptProblem, ...]:
        """The problems with which no version can be saved; all others only keep a campaign from its launch."""
        if self.document is None:
            return self.problems
        return tuple(problem for problem in self.problems if _names_what_it_may_not(problem))


def checked(document: Document) -> Checked:
    """The document as it is kept, with defaults written out, and all its problems."""
    script, problems = read_script(document)
    return Checked(None if script is None else script_json(script), problems)


def _names_what_it_may_not(problem: ScriptProblem) -> bool:
    """A text with an ID that does not exist, comes later, or has no value; or with a {{ that names nothing."""
    return "reference" in problem.code
