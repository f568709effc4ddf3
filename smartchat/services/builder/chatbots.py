"""Chatbots: saved as versions of a script, each version for good."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from smartchat.adapters import contact_templates
from smartchat.db import db
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.script import Script
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.reading import read_script, script_json
from smartchat.domain.text_forms import search_form
from smartchat.models import Chatbot, ChatbotVersion

LONGEST_SEARCHED = 200
"""Plain letters of a name: one sign may become a whole sentence of them."""


@dataclass(frozen=True)
class ImportedChatbot:
    """What became of a script: its id, or None with the problems that kept it out."""

    id: int | None
    name: str
    problems: tuple[ScriptProblem, ...]


@dataclass(frozen=True)
class ChatbotRow:
    id: int
    name: str
    sender: str
    custom_data: tuple[DataColumn, ...]


def import_script(data: object, author_id: int | None, now: datetime) -> ImportedChatbot:
    """Saves a script file's content as a new chatbot; refuses one that has errors, with all of them."""
    script, problems = read_script(data)
    if script is None or any(problem.severity == "error" for problem in problems):
        name = str(data.get("name", "")) if isinstance(data, Mapping) else ""
        return ImportedChatbot(None, name, problems)
    chatbot = Chatbot(name=script.name, search_name="", sender="", language="", created_at=now)
    db.session.add(chatbot)
    save_version(chatbot, script, author_id, now)
    db.session.commit()
    return ImportedChatbot(chatbot.id, chatbot.name, problems)


def newest_version(chatbot_id: int) -> ChatbotVersion | None:
    """The version that a new campaign would run."""
    query = (
        select(ChatbotVersion)
        .where(ChatbotVersion.chatbot_id == chatbot_id)
        .order_by(ChatbotVersion.number.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def script_of_version(version: ChatbotVersion) -> Script:
    """The script of a saved version, read once by each process (versions never change)."""
    known: dict[int, Script] = current_app.extensions.setdefault("smartchat_scripts", {})
    script = known.get(version.id)
    if script is None:
        script, problems = read_script(version.script)
        if script is None:
            codes = ", ".join(problem.code for problem in problems)
            raise ValueError(f"version {version.id} of chatbot {version.chatbot_id} cannot be read: {codes}")
        known[version.id] = script
    return script


def script_of_version_id(version_id: int) -> Script:
    """The same by its id: a script that this process has read before costs no query."""
    known: dict[int, Script] = current_app.extensions.setdefault("smartchat_scripts", {})
    script = known.get(version_id)
    return script if script is not None else script_of_version(db.session.get_one(ChatbotVersion, version_id))


def script_of(chatbot_id: int) -> Script | None:
    """The newest script of a chatbot; None where there is no such chatbot."""
    version = newest_version(chatbot_id)
    return None if version is None else script_of_version(version)


def export(chatbot_id: int) -> dict[str, Any] | None:
    """The script file's content; importing it gives the same chatbot."""
    script = script_of(chatbot_id)
    return None if script is None else script_json(script)


def list_chatbots() -> list[ChatbotRow]:
    """All chatbots by name, with the columns that their contact files need."""
    newest = (
        select(ChatbotVersion.chatbot_id, func.max(ChatbotVersion.id).label("id"))
        .group_by(ChatbotVersion.chatbot_id)
        .subquery()
    )
    query = (
        select(Chatbot, ChatbotVersion)
        .join(newest, newest.c.chatbot_id == Chatbot.id)
        .join(ChatbotVersion, ChatbotVersion.id == newest.c.id)
        .order_by(Chatbot.name, Chatbot.id)
    )
    return [
        ChatbotRow(chatbot.id, chatbot.name, chatbot.sender, script_of_version(version).custom_data)
        for chatbot, version in db.session.execute(query)
    ]


def contact_template(chatbot_id: int, file_format: str) -> bytes | None:
    """The empty contact file of a chatbot (`xlsx` or `tsv`); None where there is no such chatbot."""
    script = script_of(chatbot_id)
    if script is None:
        return None
    write = contact_templates.xlsx if file_format == "xlsx" else contact_templates.tsv
    return write(script.custom_data, script.language)


def sender_of(script: Script) -> str:
    """The address a chatbot talks from: its own, or the installation's (DEFAULT_SENDER); empty where neither is set."""
    return script.sender or str(current_app.config["DEFAULT_SENDER"])


def save_version(chatbot: Chatbot, script: Script, author_id: int | None, now: datetime) -> ChatbotVersion:
    """Adds the next version of a chatbot (no commit)."""
    chatbot.name = script.name
    chatbot.search_name = search_form(script.name)[:LONGEST_SEARCHED]
    chatbot.sender = sender_of(script)
    chatbot.language = script.language
    numbers = select(func.max(ChatbotVersion.number)).where(ChatbotVersion.chatbot_id == chatbot.id)
    number = 1 + (db.session.scalar(numbers) or 0)
    # Through JSON and back: what is stored is exactly what an export would hold.
    stored = json.loads(json.dumps(script_json(script)))
    version = ChatbotVersion(
        chatbot=chatbot, number=number, script=stored, author_id=author_id, created_at=now
    )
    db.session.add(version)
    return version
