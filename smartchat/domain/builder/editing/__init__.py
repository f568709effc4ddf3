"""Changing a chatbot's script, on the JSON of its file: every function gives a new document, none changes its own."""

from smartchat.domain.builder.editing.complexity import Complexity, complexity
from smartchat.domain.builder.editing.defaults import ALWAYS, new_step
from smartchat.domain.builder.editing.differences import FieldChange, ScriptChange, difference
from smartchat.domain.builder.editing.document import (
    Document,
    IdTaken,
    NoSuchStep,
    StepJson,
    ValueNamedLikeStep,
    all_steps,
    earlier_values,
    find,
    taken_ids,
)
from smartchat.domain.builder.editing.edits import Place, add, change, copy, delete, move
from smartchat.domain.builder.editing.ids import follows_its_text, proposed_id
from smartchat.domain.builder.editing.renaming import rename
from smartchat.domain.builder.editing.saving import Checked, checked

__all__ = [
    "ALWAYS",
    "Checked",
    "Complexity",
    "Document",
    "FieldChange",
    "IdTaken",
    "NoSuchStep",
    "Place",
    "ScriptChange",
    "StepJson",
    "ValueNamedLikeStep",
    "add",
    "all_steps",
    "change",
    "checked",
    "complexity",
    "copy",
    "delete",
    "difference",
    "earlier_values",
    "find",
    "follows_its_text",
    "move",
    "new_step",
    "proposed_id",
    "rename",
    "taken_ids",
]
