"""Building a chatbot: every edit is kept at once in its draft, and a version is saved when its author says so."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from smartchat.db import changed_rows, db, insert_new
from smartchat.domain.builder.editing import Checked, Document, ScriptChange, checked, difference
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.reading import read_script
from smartchat.models import Chatbot, ChatbotDraft, ChatbotVersion

from . import chatbots

MOST_UNDONE = 50
MOST_KEPT = 2_000_000  # characters of scripts that undo and redo hold together


@dataclass(frozen=True)
class Draft:
    """A chatbot as its builder shows it: the newest version, or what was changed since."""

    chatbot: Chatbot
    document: Document
    problems: tuple[ScriptProblem, ...]
    blocking: tuple[ScriptProblem, ...]
    revision: int
    saved: ChatbotVersion
    unsaved: tuple[ScriptChange, ...]
    undoable: bool
    redoable: bool
    changed_by: str | None
    changed_at: datetime | None


@dataclass(frozen=True)
class Built:
    """What became of an edit or of a save. Refused: by `problems`, or by another edit meanwhile (`late`)."""

    done: bool
    problems: tuple[ScriptProblem, ...] = ()
    late: bool = False


LATE = Built(False, late=True)


def create(name: str, language: str, author_id: int | None, now: datetime) -> int:
    """A new chatbot without any step, as its first version; gives its id. `name` is not empty."""
    script, problems = read_script({"name": name, "language": language, "steps": []})
    if script is None:
        raise ValueError(f"a new chatbot cannot be read: {[problem.code for problem in problems]}")
    chatbot = Chatbot(name="", search_name="", sender="", language="", created_at=now)
    db.session.add(chatbot)
    chatbots.save_version(chatbot, script, author_id, now)
    db.session.commit()
    return chatbot.id


def draft_of(chatbot_id: int) -> Draft | None:
    """What the builder shows; None where there is no such chatbot."""
    version = chatbots.newest_version(chatbot_id)
    if version is None:
        return None
    saved = _kept(version.script)
    row = db.session.get(ChatbotDraft, chatbot_id, populate_existing=True)
    found = checked(row.script) if row else checked(saved)
    document = found.document or saved
    return Draft(
        chatbot=version.chatbot,
        document=document,
        problems=found.problems,
        blocking=found.blocking,
        revision=row.revision if row else 0,
        saved=version,
        unsaved=tuple(difference(saved, document)),
        undoable=bool(row and row.past),
        redoable=bool(row and row.future),
        changed_by=row.author.email if row and row.author else None,
        changed_at=row.updated_at if row else None,
    )


def edit(
    chatbot_id: int,
    revision: int,
    change: Callable[[Document], Document],
    author_id: int | None,
    now: datetime,
) -> Built:
    """Applies an edit to the draft as it was at `revision`, and keeps it at once.

    Refused without a trace where somebody else edited meanwhile, or where the result would be no script.
    Raises what `change` raises (domain.editing: NoSuchStep, IdTaken), and LookupError for no such chatbot.
    """
    row = _opened(chatbot_id, now)
    if row.revision != revision:
        return _nothing_kept()
    found = checked(change(row.script))
    if found.document is None:
        db.session.rollback()
        return Built(False, found.problems)
    if found.document == row.script:
        db.session.commit()
        return Built(True)
    past = _limited([*row.past, row.script])
    return _keep(row, found.document, past, [], author_id, now)


def undo(chatbot_id: int, revision: int, author_id: int | None, now: datetime) -> Built:
    """Takes the last edit back; nothing to take back is done, too."""
    row = _opened(chatbot_id, now)
    if row.revision != revision:
        return _nothing_kept()
    if not row.past:
        return Built(True)
    return _keep(row, row.past[-1], row.past[:-1], [*row.future, row.script], author_id, now)


def redo(chatbot_id: int, revision: int, author_id: int | None, now: datetime) -> Built:
    """Brings back what was undone last."""
    row = _opened(chatbot_id, now)
    if row.revision != revision:
        return _nothing_kept()
    if not row.future:
        return Built(True)
    return _keep(row, row.future[-1], [*row.past, row.script], row.future[:-1], author_id, now)


def discard(chatbot_id: int, revision: int, author_id: int | None, now: datetime) -> Built:
    """Back to the newest version; an edit like any other, so that it can be undone."""
    version = chatbots.newest_version(chatbot_id)
    if version is None:
        raise LookupError(chatbot_id)
    return edit(chatbot_id, revision, lambda _: _kept(version.script), author_id, now)


def save(chatbot_id: int, revision: int, author_id: int | None, now: datetime) -> Built:
    """Makes the draft the newest version, where anything changed. Refused with the problems that block saving."""
    row = _opened(chatbot_id, now)
    if row.revision != revision:
        return _nothing_kept()
    found: Checked = checked(row.script)
    if found.blocking:
        db.session.rollback()
        return Built(False, found.blocking)
    return _save(row, row.script, row.past, author_id, now)


def restore(chatbot_id: int, number: int, author_id: int | None, now: datetime) -> Built:
    """Makes an older version the newest once more. Unsaved edits give way, and undo brings them back."""
    row = _opened(chatbot_id, now)
    query = select(ChatbotVersion).where(
        ChatbotVersion.chatbot_id == chatbot_id, ChatbotVersion.number == number
    )
    chosen = db.session.scalar(query)
    if chosen is None:
        raise LookupError(number)
    past = _limited([*row.past, row.script])
    return _save(row, _kept(chosen.script), past, author_id, now)


def _save(
    row: ChatbotDraft, document: Document, past: list[Document], author_id: int | None, now: datetime
) -> Built:
    version = chatbots.newest_version(row.chatbot_id)
    script, _ = read_script(document)
    if script is None or version is None:
        raise ValueError(f"the draft of chatbot {row.chatbot_id} cannot be read")
    if _kept(version.script) != document:
        version = chatbots.save_version(version.chatbot, script, author_id, now)
        db.session.flush()
    return _keep(row, document, past, [], author_id, now, base_version_id=version.id)


def _opened(chatbot_id: int, now: datetime) -> ChatbotDraft:
    """The draft's row, made from the newest version where there is none yet; the transaction stays open."""
    row = db.session.get(ChatbotDraft, chatbot_id, populate_existing=True)
    if row is not None:
        return row
    version = chatbots.newest_version(chatbot_id)
    if version is None:
        raise LookupError(chatbot_id)
    values: dict[str, Any] = {"script": _kept(version.script), "revision": 0, "past": [], "future": []}
    values |= {"chatbot_id": chatbot_id, "base_version_id": version.id, "updated_at": now, "updated_by": None}
    db.session.execute(insert_new(ChatbotDraft).values(**values))
    return db.session.get_one(ChatbotDraft, chatbot_id, populate_existing=True)


def _keep(
    row: ChatbotDraft,
    document: Document,
    past: list[Document],
    future: list[Document],
    author_id: int | None,
    now: datetime,
    **more: Any,
) -> Built:
    """Writes the draft if nobody did meanwhile: by row count, on both databases."""
    here = (ChatbotDraft.chatbot_id == row.chatbot_id, ChatbotDraft.revision == row.revision)
    values = {"script": document, "past": past, "future": future, "revision": row.revision + 1, **more}
    written = changed_rows(
        update(ChatbotDraft)
        .where(*here)
        .values(**values, updated_at=now, updated_by=author_id)
        .execution_options(synchronize_session=False)
    )
    if written != 1:
        return _nothing_kept()
    db.session.commit()
    return Built(True)


def _nothing_kept() -> Built:
    db.session.rollback()
    return LATE


def _kept(script: Document) -> Document:
    """A saved script in the form in which drafts are kept, so that the two can be compared."""
    return checked(script).document or script


def _limited(past: list[Document]) -> list[Document]:
    """The newest of the earlier scripts, as many as undo keeps."""
    kept: list[Document] = []
    size = 0
    for document in reversed(past[-MOST_UNDONE:]):
        size += len(json.dumps(document))
        if size > MOST_KEPT and kept:
            break
        kept.insert(0, document)
    return kept
