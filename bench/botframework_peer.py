"""The survey through Bot Framework's dialogs, with their state in SQLite: a program for an environment of its own.

Its packages want older versions of what the product uses, so `bench.engine` runs it as a process and reads the one
number that it prints: events a second. Every answer is taken for an answer (text prompts); state is kept as the
storages of the framework keep it.
"""

import asyncio
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonpickle
from botbuilder.core import BotAdapter, ConversationState, MessageFactory, Storage, TurnContext
from botbuilder.dialogs import DialogSet, DialogTurnStatus, WaterfallDialog
from botbuilder.dialogs.prompts import PromptOptions, TextPrompt
from botbuilder.schema import Activity, ActivityTypes, ChannelAccount, ConversationAccount, ResourceResponse

CONTACTS = int(os.environ.get("BENCH_CONTACTS", "1500"))
QUESTIONS = ("¿Nos ayuda con tres preguntas?", "¿Su nombre?", "¿Su edad?", "¿Dónde compra?")


class SqliteStorage(Storage):
    """A document for each key, committed at once."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE documents (key TEXT PRIMARY KEY, document TEXT NOT NULL)"
        )

    async def read(self, keys: Iterable[str]) -> dict[str, Any]:
        found = {}
        for key in keys:
            row = self._connection.execute("SELECT document FROM documents WHERE key = ?", (key,)).fetchone()
            if row:
                found[key] = jsonpickle.decode(row[0])
        return found

    async def write(self, changes: dict[str, Any]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for key, document in changes.items():
            self._connection.execute(
                "REPLACE INTO documents VALUES (?, ?)", (key, jsonpickle.encode(document))
            )
        self._connection.execute("COMMIT")

    async def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._connection.execute("DELETE FROM documents WHERE key = ?", (key,))


class Adapter(BotAdapter):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    async def send_activities(
        self, context: TurnContext, activities: list[Activity]
    ) -> list[ResourceResponse]:
        self.said += [activity.text for activity in activities if activity.text]
        return [ResourceResponse(id="1") for _ in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> None: ...

    async def delete_activity(self, context: TurnContext, reference: Any) -> None: ...


class Survey:
    """Four prompts in a waterfall."""

    def __init__(self, storage: Storage) -> None:
        self._state = ConversationState(storage)
        self._dialogs = DialogSet(self._state.create_property("dialogs"))
        self._dialogs.add(TextPrompt("text"))
        self._dialogs.add(
            WaterfallDialog("survey", [*(self._asking(text) for text in QUESTIONS), self._thanks])
        )
        self._adapter = Adapter()

    @staticmethod
    def _asking(text: str) -> Any:
        async def ask(step: Any) -> Any:
            step.values[text] = step.result
            return await step.prompt("text", PromptOptions(prompt=MessageFactory.text(text)))

        return ask

    @staticmethod
    async def _thanks(step: Any) -> Any:
        await step.context.send_activity(f"¡Gracias, {step.values[QUESTIONS[2]]}!")
        return await step.end_dialog()

    async def turn(self, contact: int, text: str) -> str:
        activity = Activity(
            type=ActivityTypes.message, text=text, channel_id="sms", service_url="sms", id="1",
            conversation=ConversationAccount(id=str(contact)),
            from_property=ChannelAccount(id=str(contact)), recipient=ChannelAccount(id="bot"),
        )  # fmt: skip
        self._adapter.said.clear()
        context = TurnContext(self._adapter, activity)
        await self._adapter.run_pipeline(context, self._run)
        return " ".join(self._adapter.said)

    async def _run(self, context: TurnContext) -> None:
        dialogs = await self._dialogs.create_context(context)
        result = await dialogs.continue_dialog()
        if result.status == DialogTurnStatus.Empty:
            await dialogs.begin_dialog("survey")
        await self._state.save_changes(context)


async def measure(answers: list[str]) -> float:
    """Events a second: the opening and the answers of every contact."""
    with tempfile.TemporaryDirectory(prefix="smartchat-bench-") as folder:
        survey = Survey(SqliteStorage(Path(folder) / "state.db"))
        began = time.perf_counter()
        for number, answer in enumerate(["inicio", *answers]):
            for contact in range(CONTACTS):
                said = await survey.turn(contact, answer)
                if number == len(answers) and "Gracias" not in said:
                    raise SystemExit(f"the survey does not end as it should: {said!r}")
        return CONTACTS * (1 + len(answers)) / (time.perf_counter() - began)


if __name__ == "__main__":
    print(asyncio.run(measure(json.loads(sys.argv[1]))))
