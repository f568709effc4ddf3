"""What the page of a draft reads while its contacts are walked through. Nothing here writes."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from smartchat.db import db
from smartchat.models import Campaign, Contact

FARTHEST_ROW = 10**9


@dataclass(frozen=True)
class Walk:
    """A contact, and the rows to go on to; `previous` and `next` are None at the ends of the file."""

    contact: Contact
    first: int
    previous: int | None
    next: int | None
    last: int


def walk(campaign: Campaign, row: int | None = None) -> Walk | None:
    """The contact of a row, or of the nearest one that has a contact (the first without `row`); None without any.

    `row` is that of the sheet, any number.
    """
    of_campaign = Contact.campaign_id == campaign.id
    wanted = min(max(row or 0, 0), FARTHEST_ROW)
    before = _end(func.max(Contact.row), of_campaign, Contact.row < wanted)
    after = _end(func.min(Contact.row), of_campaign, Contact.row >= wanted)
    found = [near for near in (before, after) if near is not None]
    if not found:
        return None
    here = min(found, key=lambda near: abs(near - wanted))
    contact = db.session.scalars(select(Contact).where(of_campaign, Contact.row == here).limit(1)).one()
    return Walk(
        contact,
        first=_end(func.min(Contact.row), of_campaign) or here,
        previous=_end(func.max(Contact.row), of_campaign, Contact.row < here),
        next=_end(func.min(Contact.row), of_campaign, Contact.row > here),
        last=_end(func.max(Contact.row), of_campaign) or here,
    )


def _end(row: ColumnElement[int], *where: ColumnElement[bool]) -> int | None:
    return db.session.scalar(select(row).where(*where))
