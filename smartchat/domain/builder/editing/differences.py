"""What changed between two documents, step by step."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from smartchat.domain.builder.editing.document import Document, StepJson, all_steps
from smartchat.domain.builder.editing.renaming import rename

SETTINGS = ("name", "language", "sender", "active_hours", "wrong_number_text")


@dataclass(frozen=True)
class FieldChange:
    """A field's value in the old and the new document; None: it was not given."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class ScriptChange:
    """One change. `step` is the step's ID (the new one where it was renamed), None for the settings."""

    kind: Literal["added", "removed", "renamed", "moved", "changed", "settings"]
    step: str | None
    type: str | None = None
    text: str = ""
    fields: tuple[FieldChange, ...] = ()
    old_id: str | None = None


def difference(old: Document, new: Document) -> list[ScriptChange]:
    """The changes that lead from one document to the other: settings first, then in the order of the new steps.

    A step that only got another ID is renamed, and the texts that followed the new ID are no changes. No changes: [].
    """
    renames = _renames(old, new)
    old = rename(old, renames)
    former, current = _by_id(old), _by_id(new)
    moved = _moved(old, new)
    changes = _settings(old, new)
    back = {name: former_id for former_id, name in renames.items()}
    for step_id, step in current.items():
        if step_id not in former:
            changes.append(_told("added", step))
            continue
        if step_id in back:
            changes.append(_told("renamed", step, old_id=back[step_id]))
        if step_id in moved:
            changes.append(_told("moved", step))
        if fields := _fields(former[step_id], step):
            changes.append(_told("changed", step, fields=fields))
    changes += [_told("removed", step) for step_id, step in former.items() if step_id not in current]
    return changes


def _told(
    kind: Literal["added", "removed", "renamed", "moved", "changed"], step: StepJson, **more: Any
) -> ScriptChange:
    text = step.get("text") or step.get("description") or step.get("note") or ""
    return ScriptChange(kind, step["id"], step["type"], text, **more)


def _by_id(document: Document) -> dict[str, StepJson]:
    return {step["id"]: step for step in all_steps(document["steps"])}


def _settings(old: Document, new: Document) -> list[ScriptChange]:
    fields = _changed(old, new, SETTINGS)
    return [ScriptChange("settings", None, fields=fields)] if fields else []


def _fields(old: StepJson, new: StepJson) -> tuple[FieldChange, ...]:
    keys = [key for key in {**old, **new} if key not in ("id", "steps")]
    return _changed(old, new, keys)


def _changed(old: Mapping[str, Any], new: Mapping[str, Any], keys: Sequence[str]) -> tuple[FieldChange, ...]:
    pairs = ((key, old.get(key), new.get(key)) for key in keys)
    return tuple(FieldChange(key, before, after) for key, before, after in pairs if before != after)


def _moved(old: Document, new: Document) -> set[str]:
    """Steps that both have, in another flow, or out of the old order among those that stayed in theirs."""
    before, after = _homes(old["steps"]), _homes(new["steps"])
    moved = {step_id for step_id in after if step_id in before and before[step_id] != after[step_id]}
    for home in {after[step_id] for step_id in after if step_id in before}:
        was = [step_id for step_id in before if before[step_id] == home == after.get(step_id, ...)]
        now = [step_id for step_id in after if after[step_id] == home == before.get(step_id, ...)]
        blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
        moved |= set(now) - {now[block.b + i] for block in blocks for i in range(block.size)}
    return moved


def _homes(steps: Sequence[StepJson], flow: str | None = None) -> dict[str, str | None]:
    """The flow around each step by its ID, None at the top."""
    homes: dict[str, str | None] = {}
    for step in steps:
        homes |= {step["id"]: flow, **_homes(step.get("steps", ()), step["id"])}
    return homes


def _renames(old: Document, new: Document) -> dict[str, str]:
    """Steps that are gone, and come back under another ID with the same content: old ID → new ID."""
    former, current = _by_id(old), _by_id(new)
    appeared = {_content(step): step_id for step_id, step in current.items() if step_id not in former}
    gone = {step_id: _content(step) for step_id, step in former.items() if step_id not in current}
    pairs = {step_id: appeared.pop(content) for step_id, content in gone.items() if content in appeared}
    if not pairs:
        return {}
    return pairs | _renames(rename(old, pairs), new)  # what named them may have been renamed too


def _content(step: StepJson) -> str:
    content = {key: value for key, value in step.items() if key not in ("id", "steps")}
    return json.dumps(content, sort_keys=True, ensure_ascii=False)
