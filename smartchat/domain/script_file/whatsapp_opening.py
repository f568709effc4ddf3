"""Whether the first message of a script may be sent over WhatsApp."""

from collections.abc import Iterator, Sequence

from smartchat.domain.addresses import WHATSAPP
from smartchat.domain.script.steps import End, Flow, Message, Question


def opens_without_template(steps: Sequence[object], sender: str) -> str | None:
    """The ID of a step that may be sent first, on WhatsApp, and is no template; None where there is none."""
    if not sender.startswith(WHATSAPP):
        return None
    return next(
        (step.id for step in _first_sent(steps) if isinstance(step, End) or not step.template),
        None,
    )


def _first_sent(steps: Sequence[object]) -> Iterator[Message | Question | End]:
    """Every step that may be the first to send something: what is inside of a flow may be skipped."""
    for step in steps:
        match step:
            case Flow():
                yield from _first_sent(step.steps)
            case Message() | Question():
                yield step
                return
            case End():
                if step.text:
                    yield step
                return
            case _:
                pass
