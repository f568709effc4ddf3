"""upload → check → draft: a contact file becomes a campaign, or a list of what is wrong with it; never half of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from sqlalchemy import insert

from smartchat.adapters import spreadsheets
from smartchat.db import db
from smartchat.domain.contact_file import Contact as FileContact
from smartchat.domain.contact_file import ContactFileCheck, Problem, Unreadable
from smartchat.domain.custom_data import DataColumn
from smartchat.models import Campaign, Contact

from . import chatbots

CHUNK = 5_000


@dataclass(frozen=True)
class FileCheck:
    """The answer to a chosen file: `rows` with something in them, `contacts` that are good, all the problems."""

    ok: bool
    rows: int
    contacts: int
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Created:
    """The draft's id, or None and the reasons in `check`."""

    campaign_id: int | None
    check: FileCheck


class NoSuchChatbot(LookupError):
    """There is no chatbot with this id."""


def check_file(chatbot_id: int, stream: BinaryIO, file_name: str) -> FileCheck:
    """Checks a contact file for a chatbot and stores nothing; raises NoSuchChatbot."""
    script = chatbots.script_of(chatbot_id)
    if script is None:
        raise NoSuchChatbot(chatbot_id)
    return check_stream(stream, file_name, script.custom_data)


def check_stream(stream: BinaryIO, file_name: str, columns: tuple[DataColumn, ...]) -> FileCheck:
    """Checks a contact file against columns, without a database."""
    return _read(stream, file_name, columns, _count_only)[0]


def create_campaign(
    name: str, chatbot_id: int, stream: BinaryIO, file_name: str, user_id: int | None, now: datetime
) -> Created:
    """Makes the draft and its contacts in one transaction, or nothing; raises NoSuchChatbot."""
    version = chatbots.newest_version(chatbot_id)
    if version is None:
        raise NoSuchChatbot(chatbot_id)
    script = chatbots.script_of_version(version)
    campaign = Campaign(
        name=name,
        chatbot_id=chatbot_id,
        version_id=version.id,
        sender=chatbots.sender_of(script),
        file_name=file_name[-255:],
        created_at=now,
        created_by=user_id,
    )
    db.session.add(campaign)
    db.session.flush()

    def store(contacts: Iterator[FileContact]) -> None:
        for chunk in _chunks(contacts, CHUNK):
            db.session.execute(insert(Contact), [_row(campaign.id, contact) for contact in chunk])

    check, extra_columns = _read(stream, file_name, script.custom_data, store)
    if not check.ok:
        db.session.rollback()
        return Created(None, check)
    campaign.contacts_count = check.contacts
    campaign.extra_columns = extra_columns
    db.session.commit()
    return Created(campaign.id, check)


def _read(
    stream: BinaryIO,
    file_name: str,
    columns: tuple[DataColumn, ...],
    store: Callable[[Iterator[FileContact]], None],
) -> tuple[FileCheck, list[str]]:
    """One pass over the file: good contacts go to `store` while they are read. Also gives the extra columns."""
    extra_columns: list[str] = []

    def watched(contacts: Iterable[FileContact]) -> Iterator[FileContact]:
        for contact in contacts:
            if not extra_columns:
                extra_columns.extend(contact.extra)
            yield contact

    try:
        with spreadsheets.open_table(stream, file_name) as table:
            checking = ContactFileCheck(table, columns)
            store(watched(checking))
    except Unreadable as unreadable:
        return FileCheck(False, 0, 0, [unreadable.problem]), []
    check = FileCheck(checking.ok, checking.row_count, checking.contact_count, checking.problems)
    return check, extra_columns


def _count_only(contacts: Iterator[FileContact]) -> None:
    for _ in contacts:
        pass


def _chunks(contacts: Iterator[FileContact], size: int) -> Iterator[list[FileContact]]:
    while chunk := list(islice(contacts, size)):
        yield chunk


def _row(campaign_id: int, contact: FileContact) -> dict[str, object]:
    return {
        "campaign_id": campaign_id,
        "row": contact.row,
        "phone": contact.phone,
        "contact_key": contact.contact_key,
        "custom_data": dict(contact.values),
        "extra": dict(contact.extra),
    }
