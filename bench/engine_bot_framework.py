"""The survey on Bot Framework's dialogs, in a Python that has `botbuilder-dialogs`: it pins a Babel of 2021, which
keeps it out of ours. `python -m bench.engine_bot_framework same` prints events a second.

A waterfall of text prompts, which take any answer; the state of the conversation goes through a Storage into the same
table as everybody's. Coroutines are driven by hand, without the cost of an event loop.
"""

import sqlite3
import sys
from collections.abc import Coroutine
from typing import Any

import jsonpickle
from botbuilder.core import BotAdapter, ConversationState, MessageFactory, Storage, TurnContext
from botbuilder.dialogs import DialogSet, DialogTurnStatus, WaterfallDialog, WaterfallStepContext
from botbuilder.dialogs.prompts import PromptOptions, TextPrompt
from botbuilder.schema import Activity, ConversationAccount, ResourceResponse

from bench.engine_survey import WORDS, Turn, measure, table


class Rows(Storage):
    """States as JSON in the table of conversations, inside the transaction of the turn."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self.connection = connection

    async def read(self, keys: list[str]) -> dict[str, Any]:
        marks = ",".join("?" * len(keys))
        rows = self.connection.execute(f"SELECT id, state FROM conversations WHERE id IN ({marks})", keys)
        return {str(key): jsonpickle.decode(state) for key, state in rows}

    async def write(self, changes: dict[str, Any]) -> None:
        rows = [(key, jsonpickle.encode(state)) for key, state in changes.items()]
        self.connection.executemany("REPLACE INTO conversations VALUES (?, ?)", rows)

    async def delete(self, keys: list[str]) -> None:
        self.connection.executemany("DELETE FROM conversations WHERE id = ?", [(key,) for key in keys])


class OneConversationEach(ConversationState):
    """The contact's number is the key of a state, as in the tables of the others."""

    def get_storage_key(self, turn_context: TurnContext) -> str:
        return str(turn_context.activity.conversation.id)


class Collected(BotAdapter):
    """Keeps what is said for the caller."""

    said = ""

    async def send_activities(
        self,
        context: TurnContext,  # noqa: ARG002 - the parent's signature
        activities: list[Activity],
    ) -> list[ResourceResponse]:
        self.said = " ".join(activity.text for activity in activities)
        return [ResourceResponse(id="1") for _ in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        raise NotImplementedError

    async def delete_activity(self, context: TurnContext, reference: object) -> None:
        raise NotImplementedError


async def _accepts(step: WaterfallStepContext) -> Any:
    return await step.prompt("text", PromptOptions(MessageFactory.text("¿Nos ayuda con tres preguntas?")))


async def _name(step: WaterfallStepContext) -> Any:
    step.values["acepta"] = step.result
    return await step.prompt("text", PromptOptions(MessageFactory.text("¿Su nombre?")))


async def _age(step: WaterfallStepContext) -> Any:
    step.values["nombre"] = step.result
    return await step.prompt("text", PromptOptions(MessageFactory.text(f"¿Su edad, {step.result}?")))


async def _place(step: WaterfallStepContext) -> Any:
    step.values["edad"] = step.result
    return await step.prompt("text", PromptOptions(MessageFactory.text("¿Dónde compra?")))


async def _thanks(step: WaterfallStepContext) -> Any:
    step.values["lugar"] = step.result
    await step.context.send_activity(MessageFactory.text(f"¡Gracias, {step.values['nombre']}!"))
    return await step.end_dialog(step.values)


def at_once(coroutine: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine that never waits for anything."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("a turn waited for something")


def bot_framework(connection: sqlite3.Connection) -> Turn:
    adapter = Collected()
    state = OneConversationEach(Rows(connection))
    dialogs = DialogSet(state.create_property("dialogs"))
    dialogs.add(TextPrompt("text"))
    dialogs.add(WaterfallDialog("survey", [_accepts, _name, _age, _place, _thanks]))

    async def turn(contact: int, answer: str | None) -> None:
        activity = Activity(
            type="message",
            text=answer or "inicio",
            channel_id="sms",
            conversation=ConversationAccount(id=str(contact)),
        )
        context = TurnContext(adapter, activity)
        dialog = await dialogs.create_context(context)
        result = await dialog.continue_dialog()
        if result.status == DialogTurnStatus.Empty:
            await dialog.begin_dialog("survey")
        await state.save_changes(context)

    def run(contact: int, answer: str | None) -> str:
        connection.execute("BEGIN IMMEDIATE")
        at_once(turn(contact, answer))
        connection.execute("COMMIT")
        return adapter.said

    return run


if __name__ == "__main__":
    with table() as connection:
        print(measure(bot_framework(connection), WORDS[sys.argv[1]], "Gracias, Ana María"))
