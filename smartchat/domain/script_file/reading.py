"""A script file read, checked and written; what a schema cannot say is in check."""

import unicodedata
from typing import Any

from smartchat.domain.script.script import Script
from smartchat.domain.script_file.check import check_hours, check_steps, check_wrong_number_text
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.schema import check_schema
from smartchat.domain.script_file.step_json import step_from_json, step_json


def read_script(data: object) -> tuple[Script | None, tuple[ScriptProblem, ...]]:
    """Reads the parsed JSON of a script file.

    Problems of form (schema) leave no script: None. With problems of sense (an unknown {{ID}}, a range turned
    round) the script is there, to be shown and repaired, but it must not be launched. No problem of severity
    "error": it can be. Never raises, whatever the data.
    """
    problems = check_schema(data)
    if problems or not isinstance(data, dict):
        return None, problems
    hours, problems = check_hours(data.get("active_hours") or {})
    if hours is None:
        return None, problems
    plain = _composed(data)
    script = Script(
        name=plain["name"].strip(),
        language=plain["language"],
        sender=plain.get("sender"),
        active_hours=hours,
        steps=tuple(step_from_json(step) for step in plain["steps"]),
        wrong_number_text=(plain.get("wrong_number_text") or "").strip() or None,
    )
    problems = check_wrong_number_text(script.wrong_number_text or "")
    return script, (*problems, *check_steps(script.name, script.steps, script.sender or ""))


def script_json(script: Script) -> dict[str, Any]:
    """The script as its file holds it; `read_script` of it gives the same script."""
    data: dict[str, Any] = {"name": script.name, "language": script.language}
    if script.sender is not None:
        data["sender"] = script.sender
    data["active_hours"] = script.active_hours.to_json()
    if script.wrong_number_text is not None:
        data["wrong_number_text"] = script.wrong_number_text
    data["steps"] = [step_json(step) for step in script.steps]
    return data


def _composed(data: Any) -> Any:
    """All texts in NFC: an ID then equals its header in a contact file, and ñ costs one SMS character, not two."""
    match data:
        case str():
            return unicodedata.normalize("NFC", data)
        case dict():
            return {_composed(key): _composed(value) for key, value in data.items()}
        case list():
            return [_composed(value) for value in data]
        case _:
            return data
