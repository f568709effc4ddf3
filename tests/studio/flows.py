"""Studio flows for tests: files of this folder, and small ones made here."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return document


def state(name: str, type_: str, transitions: list[dict[str, Any]], **properties: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, "transitions": transitions, "properties": properties}


def to(event: str, following: str | None = None) -> dict[str, Any]:
    return {"event": event} if following is None else {"event": event, "next": following}


def send(name: str, body: str, following: str | None = None, **properties: Any) -> dict[str, Any]:
    return state(name, "send-message", [to("sent", following), to("failed")], body=body, **properties)


def ask(name: str, body: str, following: str | None = None) -> dict[str, Any]:
    transitions = [to("incomingMessage", following), to("timeout"), to("deliveryFailure")]
    return state(name, "send-and-wait-for-reply", transitions, body=body, timeout="3600")


def split(
    name: str, tested: str, otherwise: str | None, *branches: tuple[str, str, str | None]
) -> dict[str, Any]:
    """`branches`: predicate, value, and where it leads."""
    matches = [
        {**to("match", following), "conditions": [{"arguments": [tested], "type": type_, "value": value}]}
        for type_, value, following in branches
    ]
    return state(name, "split-based-on", [to("noMatch", otherwise), *matches], input=tested)


def reply_to(name: str) -> str:
    return f"{{{{widgets.{name}.inbound.Body}}}}"


def flow(*states: dict[str, Any]) -> dict[str, Any]:
    """A flow that begins with the first of the states."""
    trigger = state("Trigger", "trigger", [to("incomingMessage"), to("incomingRequest", states[0]["name"])])
    return {"description": "A flow", "states": [trigger, *states], "initial_state": "Trigger"}
