"""The way Studio asks again: from "no match" back to the question, often over a message. Ours is a retry."""

from collections.abc import Mapping
from dataclasses import dataclass

from smartchat.domain.builder.studio.document import StudioFlow, Widget


@dataclass(frozen=True, slots=True)
class Retry:
    """A split's "no match" that asks `question` again; `message` is the widget that says something before."""

    question: str
    message: str | None


def retries_of(flow: StudioFlow, splits: Mapping[str, Widget]) -> dict[str, Retry]:
    """The retries by the name of the split. `splits`: for each question the split that looks at its answer."""
    found = {}
    for question, split in splits.items():
        asks = flow.widgets.get(question)
        if asks is None or asks.next != split.name or split.otherwise is None:
            continue
        message = flow.widgets[split.otherwise]
        if message.name == question:
            found[split.name] = Retry(question, None)
        elif (message.type, message.next) in (
            ("send-message", question),
            ("send-and-wait-for-reply", split.name),
        ):
            found[split.name] = Retry(question, message.name)
    return found
