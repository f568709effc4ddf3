"""upload → check → draft: a contact file becomes a campaign, or a list of what is wrong with it; never half of it.

What is imported stands under a campaign that is `importing` until the last row: shown nowhere, launched by nobody.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO

from sqlalchemy import delete, exists, func, select, update

from smartchat.adapters import spreadsheets
from smartchat.db import db
from smartchat.domain.campaign.preparation import Phase
from smartchat.domain.contact_file.check import ContactFileCheck, GoodRows, Unreadable
from smartchat.domain.contact_file.check import FileContact as FileContact
from smartchat.domain.contact_file.mending import NOTHING, UNSEEN, Mending
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.statuses import CampaignStatus
from smartchat.models import Campaign, Contact, LeftOutRow, Preparation
from smartchat.services.builder import chatbots
from smartchat.services.contact_file.watch import Stopped, Watch

from . import file_checks, stored_files
from .contact_rows import ContactWriter
from .file_checks import FileCheck
from .left_out import LeftOutWriter

LONGEST_IMPORT = timedelta(hours=1)
# So few that taking away a million contacts never keeps a webhook waiting.
_DISCARDED_AT_ONCE = 10_000
WEB_LIMITS = spreadsheets.Limits(cpu_seconds=30, waiting_seconds=45.0)
"""What a file may ask of a web request, which somebody waits for; a job may take the readers' own limits."""


@dataclass(frozen=True)
class Created:
    """The draft's id, or None and the reasons in `check`."""

    campaign_id: int | None
    check: FileCheck


class NoSuchChatbot(LookupError):
    """There is no chatbot with this id."""


def check_file(  # noqa: PLR0913 - what the form asks for, each by its name
    chatbot_id: int,
    stream: BinaryIO,
    file_name: str,
    country_code: str = "",
    first_rows: int | None = None,
    limits: spreadsheets.Limits = WEB_LIMITS,
    *,
    mending: Mending = NOTHING,
) -> FileCheck:
    """Checks a contact file for a chatbot, or only its headers and first rows; stores nothing. Raises NoSuchChatbot.

    `country_code` ("52") is put before numbers that were written without one; `mending` is what else was chosen.
    """
    script = chatbots.script_of(chatbot_id)
    if script is None:
        raise NoSuchChatbot(chatbot_id)
    db.session.rollback()  # a file may take long to read, and SQLite's write lock must not be held meanwhile
    return check_stream(
        stream, file_name, script.custom_data, first_rows, limits, country_code, mending=mending
    )


def check_stream(  # noqa: PLR0913 - as check_file
    stream: BinaryIO,
    file_name: str,
    columns: tuple[DataColumn, ...],
    first_rows: int | None = None,
    limits: spreadsheets.Limits = spreadsheets.DEFAULT_LIMITS,
    country_code: str = "",
    *,
    mending: Mending = NOTHING,
    first_contacts: int = 0,
) -> FileCheck:
    """Checks a contact file against columns, without a database; the answer has the `first_contacts`."""
    seen = UNSEEN
    while True:
        try:
            with spreadsheets.open_table(stream, file_name, limits) as table:
                rows = table.rows
                if first_rows is not None:
                    table.rows = islice(rows, first_rows + 1)
                checking = ContactFileCheck(table, columns, country_code, mending=mending, seen=seen)
                first: list[FileContact] = []
                for batch in checking.batches():
                    if len(first) < first_contacts:
                        contacts = batch.contacts() if isinstance(batch, GoodRows) else batch
                        first += islice(contacts, first_contacts - len(first))
                more = first_rows is not None and next(rows, None) is not None
        except Unreadable as unreadable:
            return file_checks.unreadable(unreadable.problem)
        if checking.seen == seen:
            return replace(file_checks.of(checking, first_rows if more else None), first_contacts=first)
        seen = checking.seen


def create_campaign(  # noqa: PLR0913 - what the form asks for, each by its name
    name: str,
    chatbot_id: int,
    stream: BinaryIO,
    file_name: str,
    user_id: int | None,
    now: datetime,
    *,
    limits: spreadsheets.Limits = spreadsheets.DEFAULT_LIMITS,
    country_code: str = "",
    leave_out_wrong: bool = False,
    mending: Mending = NOTHING,
) -> Created:
    """Makes the draft and its contacts, or nothing; raises NoSuchChatbot.

    `leave_out_wrong`: where nothing but cells is wrong, the good rows become contacts, and the others are kept apart.
    """
    campaign_id = begin(name, chatbot_id, file_name, user_id, now)
    db.session.commit()
    try:
        created = fill(
            campaign_id,
            stream,
            file_name,
            Watch(),
            limits=limits,
            country_code=country_code,
            leave_out_wrong=leave_out_wrong,
            mending=mending,
        )
    except BaseException:
        discard(campaign_id)
        raise
    if created.campaign_id is None:
        discard(campaign_id)
    return created


def begin(name: str, chatbot_id: int, file_name: str, user_id: int | None, now: datetime) -> int:
    """The campaign that contacts may be written for (no commit); raises NoSuchChatbot."""
    version = chatbots.newest_version(chatbot_id)
    if version is None:
        raise NoSuchChatbot(chatbot_id)
    campaign = Campaign(
        name=name,
        chatbot_id=chatbot_id,
        version_id=version.id,
        status=CampaignStatus.IMPORTING,
        sender=chatbots.sender_of(chatbots.script_of_version(version)),
        file_name=file_name[-255:],
        created_at=now,
        created_by=user_id,
    )
    db.session.add(campaign)
    db.session.flush()
    return campaign.id


def fill(  # noqa: PLR0913 - as create_campaign
    campaign_id: int,
    stream: BinaryIO,
    file_name: str,
    watch: Watch,
    *,
    limits: spreadsheets.Limits = spreadsheets.DEFAULT_LIMITS,
    country_code: str = "",
    leave_out_wrong: bool = False,
    mending: Mending = NOTHING,
) -> Created:
    """Reads the file into a campaign that was begun and makes it a draft; one that is wrong leaves no contacts.

    Raises Stopped when the watch is stopped; what was written by then is for the caller to take away. Writes in short
    transactions of its own.
    """
    version = db.session.get_one(Campaign, campaign_id).version
    columns = chatbots.script_of_version(version).custom_data
    db.session.commit()
    extra_columns: list[str] = []
    seen = now_seen = UNSEEN
    while True:
        try:
            with spreadsheets.open_table(stream, file_name, limits) as table:
                left_out = LeftOutWriter(campaign_id) if leave_out_wrong or mending.first else None
                tell = left_out.add if left_out else None
                checking = ContactFileCheck(table, columns, country_code, tell, mending=mending, seen=seen)
                _write(campaign_id, checking, watch, left_out, leave_out_wrong)
                check, extra_columns = file_checks.of(checking), checking.extra_columns
                now_seen = checking.seen
        except Unreadable as unreadable:
            check, now_seen = file_checks.unreadable(unreadable.problem), seen
        if now_seen == seen:
            break
        seen = now_seen
        discard_contacts(campaign_id)
        watch.phase = ""
    if not (check.ok or (leave_out_wrong and check.good_rows_usable)):
        discard_contacts(campaign_id, watch)
        return Created(None, check)
    db.session.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.status == CampaignStatus.IMPORTING)
        .values(
            status=CampaignStatus.DRAFT,
            contacts_count=check.contacts,
            extra_columns=extra_columns,
            left_out_count=check.wrong_rows.count() + check.left_out,
        )
    )
    db.session.commit()
    return Created(campaign_id, check)


def _write(
    campaign_id: int,
    checking: ContactFileCheck,
    watch: Watch,
    left_out: LeftOutWriter | None,
    leave_out_wrong: bool,
) -> None:
    """One pass over the file. Good contacts are written while it is read, as long as they may be wanted."""
    with ContactWriter(campaign_id) as writer:
        for contacts in checking.batches():
            if watch.stop.is_set():
                raise Stopped
            watch.rows, watch.share = checking.row_count, checking.table.progress()
            if checking.ok or leave_out_wrong:
                writer.add(contacts)
    if left_out and checking.header:
        left_out.close(checking.header)


def discard_abandoned(now: datetime) -> int:
    """Takes away what a killed web process had begun to import; how many campaigns that were."""
    begun = select(Campaign.id).where(
        Campaign.status == CampaignStatus.IMPORTING,
        Campaign.created_at < now - LONGEST_IMPORT,
        ~exists().where(Preparation.campaign_id == Campaign.id),
    )
    ids = list(db.session.scalars(begun))
    db.session.rollback()
    for campaign_id in ids:
        discard(campaign_id)
    return len(ids)


def discard(campaign_id: int) -> None:
    """Takes a campaign away that is being imported, and all that is kept for it, in short transactions."""
    db.session.rollback()
    discard_contacts(campaign_id)
    stored_files.discard(campaign_id)
    db.session.execute(delete(Preparation).where(Preparation.campaign_id == campaign_id))
    db.session.execute(
        delete(Campaign).where(Campaign.id == campaign_id, Campaign.status == CampaignStatus.IMPORTING)
    )
    db.session.commit()


def discard_contacts(campaign_id: int, watch: Watch | None = None) -> None:
    """Takes away what was read in of a campaign that is being imported, in portions; the watch hears how far it is."""
    if watch:
        watch.phase, watch.share = Phase.UNDOING, 0.0
    for table in (LeftOutRow, Contact):
        first, last = db.session.execute(
            select(func.min(table.id), func.max(table.id)).where(table.campaign_id == campaign_id)
        ).one()
        db.session.commit()
        # By id, as they were written: in another order every page of the table is touched again and again.
        for start in range(first or 0, (last or -1) + 1, _DISCARDED_AT_ONCE):
            if watch and last:
                watch.share = (start - first) / (last - first + 1)
            importing = select(Campaign.id).where(
                Campaign.id == campaign_id, Campaign.status == CampaignStatus.IMPORTING
            )
            db.session.execute(
                delete(table).where(
                    table.id >= start,
                    table.id < start + _DISCARDED_AT_ONCE,
                    table.campaign_id == importing.scalar_subquery(),
                )
            )
            db.session.commit()
