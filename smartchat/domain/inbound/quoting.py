"""Quoted messages: which question a quote, or a tap on a template, is about."""

from collections.abc import Iterator, Sequence

from smartchat.domain.inbound.buttons import buttons_of
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import Button, Message, Question


def templates_of(script: Script, question_id: str) -> dict[str, tuple[Button, ...]]:
    """The buttons of each template that asks a question or leads to it: its own, and those of messages before it.

    By the ID of the step; empty where no template does.
    """
    position = script.positions.get(question_id, -1)
    found: dict[str, tuple[Button, ...]] = {}
    for step in script.all_steps[position::-1] if position >= 0 else ():
        if isinstance(step, Question) and step.id != question_id:
            break
        if isinstance(step, Message | Question) and step.template is not None:
            found[step.id] = buttons_of(step.template, step.text)
    return found


def passed(said_since: Sequence[str], waiting: str | None, script: Script) -> bool:
    """Whether what is quoted is not what waits for an answer. `said_since`: the steps of the messages from the quoted
    one on; a question other than the waiting one among them has been passed.
    """
    return any(id_ != waiting for id_ in _questions(said_since, script))


def _questions(step_ids: Sequence[str], script: Script) -> Iterator[str]:
    for id_ in step_ids:
        position = script.positions.get(id_)
        if position is not None and isinstance(script.all_steps[position], Question):
            yield id_
