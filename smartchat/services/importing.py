"""upload → check → draft: a contact file becomes a campaign, or a list of what is wrong with it; never half of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO

from sqlalchemy import delete, select, update

from smartchat.adapters import spreadsheets
from smartchat.db import db
from smartchat.domain.campaign import CampaignStatus
from smartchat.domain.contact_file import Contact as FileContact
from smartchat.domain.contact_file import ContactFileCheck, Problem, Unreadable
from smartchat.domain.custom_data import DataColumn
from smartchat.domain.table import Row
from smartchat.domain.wrong_rows import WrongRows
from smartchat.models import Campaign, Contact

from . import chatbots
from .contact_rows import insert_contacts

CHUNK = 10_000
LONGEST_IMPORT = timedelta(hours=1)


@dataclass(frozen=True)
class FileCheck:
    """The answer to a chosen file: `rows` with something in them, `contacts` that are good, all the problems.

    `header` and `wrong_rows` show them in their places; `completed` numbers have had the country code put before them.
    """

    ok: bool
    rows: int
    contacts: int
    problems: Sequence[Problem]
    header: Row | None = None
    wrong_rows: WrongRows = field(default_factory=WrongRows)
    completed: int = 0


@dataclass(frozen=True)
class Created:
    """The draft's id, or None and the reasons in `check`."""

    campaign_id: int | None
    check: FileCheck


class NoSuchChatbot(LookupError):
    """There is no chatbot with this id."""


def check_file(chatbot_id: int, stream: BinaryIO, file_name: str, country_code: str = "") -> FileCheck:
    """Checks a contact file for a chatbot and stores nothing; raises NoSuchChatbot.

    `country_code` ("52") is put before numbers that were written without one.
    """
    script = chatbots.script_of(chatbot_id)
    if script is None:
        raise NoSuchChatbot(chatbot_id)
    return check_stream(stream, file_name, script.custom_data, country_code)


def check_stream(
    stream: BinaryIO, file_name: str, columns: tuple[DataColumn, ...], country_code: str = ""
) -> FileCheck:
    """Checks a contact file against columns, without a database."""
    return _read(stream, file_name, columns, country_code, _count_only)


def create_campaign(
    name: str,
    chatbot_id: int,
    stream: BinaryIO,
    file_name: str,
    user_id: int | None,
    now: datetime,
    country_code: str = "",
) -> Created:
    """Makes the draft and its contacts, or nothing; raises NoSuchChatbot.

    Contacts are written in chunks, each a short transaction, so that webhooks never wait for a file to be read. Until
    the last one the campaign is `importing`: shown nowhere, launched by nobody.
    """
    version = chatbots.newest_version(chatbot_id)
    if version is None:
        raise NoSuchChatbot(chatbot_id)
    script = chatbots.script_of_version(version)
    campaign = Campaign(
        name=name,
        chatbot_id=chatbot_id,
        version_id=version.id,
        status=CampaignStatus.IMPORTING,
        sender=chatbots.sender_of(script),
        file_name=file_name[-255:],
        created_at=now,
        created_by=user_id,
    )
    db.session.add(campaign)
    db.session.commit()
    campaign_id = campaign.id

    extra_columns: list[str] = []

    def store(contacts: Iterator[FileContact]) -> None:
        for chunk in _chunks(contacts, CHUNK):
            extra_columns[:] = chunk[0].extra
            insert_contacts(campaign_id, chunk)
            db.session.commit()

    try:
        check = _read(stream, file_name, script.custom_data, country_code, store)
    except BaseException:
        _discard(campaign_id)
        raise
    if not check.ok:
        _discard(campaign_id)
        return Created(None, check)
    db.session.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.status == CampaignStatus.IMPORTING)
        .values(status=CampaignStatus.DRAFT, contacts_count=check.contacts, extra_columns=extra_columns)
    )
    db.session.commit()
    return Created(campaign_id, check)


def discard_abandoned(now: datetime) -> int:
    """Takes away what a killed process had begun to import; how many campaigns that were."""
    begun = select(Campaign.id).where(
        Campaign.status == CampaignStatus.IMPORTING, Campaign.created_at < now - LONGEST_IMPORT
    )
    ids = list(db.session.scalars(begun))
    for campaign_id in ids:
        _discard(campaign_id)
    return len(ids)


def _discard(campaign_id: int) -> None:
    db.session.rollback()
    db.session.execute(delete(Contact).where(Contact.campaign_id == campaign_id))
    db.session.execute(
        delete(Campaign).where(Campaign.id == campaign_id, Campaign.status == CampaignStatus.IMPORTING)
    )
    db.session.commit()


def _read(
    stream: BinaryIO,
    file_name: str,
    columns: tuple[DataColumn, ...],
    country_code: str,
    store: Callable[[Iterator[FileContact]], None],
) -> FileCheck:
    """One pass over the file: good contacts go to `store` while they are read."""
    try:
        with spreadsheets.open_table(stream, file_name) as table:
            checking = ContactFileCheck(table, columns, country_code)
            store(iter(checking))
    except Unreadable as unreadable:
        return FileCheck(False, 0, 0, [unreadable.problem])
    return FileCheck(
        checking.ok,
        checking.row_count,
        checking.contact_count,
        checking.problems,
        checking.header,
        checking.wrong_rows,
        checking.completed,
    )


def _count_only(contacts: Iterator[FileContact]) -> None:
    for _ in contacts:
        pass


def _chunks(contacts: Iterator[FileContact], size: int) -> Iterator[list[FileContact]]:
    while chunk := list(islice(contacts, size)):
        yield chunk
