"""The list of who must not be written to, kept by hand: add, undo, import, export. Every change leaves a trace."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select

from smartchat.adapters import exports, spreadsheets
from smartchat.db import db, read_only
from smartchat.domain.addresses import canonical_key
from smartchat.domain.contact_file.check import ContactFileCheck, Problem
from smartchat.domain.contact_file.table import Unreadable
from smartchat.domain.inbound.opt_out import OptOutChange
from smartchat.domain.script.reserved import CONTACT
from smartchat.models import OptOut
from smartchat.services.contact_file.importing import WEB_LIMITS

from . import opting

PORTION = 500
MOST_SHOWN = 50
HEADERS = (CONTACT, "SENDER", "OPTED_OUT_AT", "REASON")


@dataclass(frozen=True)
class Imported:
    """What became of a file: `added` are new on the list, `known` were on it; `problems` of the rows left out."""

    added: int = 0
    known: int = 0
    problems: Sequence[Problem] = field(default_factory=tuple)
    wrong: int = 0


def add(senders: Sequence[str], number: str, reason: str, user_id: int | None, now: datetime) -> bool:
    """Puts a number on the list of these senders; False where it was on all of them already."""
    key = canonical_key(number)
    added = [opting.opt_out(sender, key, reason, now, OptOutChange.OUT, user_id) for sender in senders]
    db.session.commit()
    return any(added)


def undo(entry_id: int, reason: str, user_id: int | None, now: datetime) -> bool:
    """Takes an entry off the list, for a reason that somebody can read later; False where it is not on it any more."""
    entry = db.session.get(OptOut, entry_id)
    if entry is None or not reason.strip():
        return False
    done = opting.opt_in(entry.sender, entry.contact_key, reason.strip(), now, OptOutChange.UNDONE, user_id)
    db.session.commit()
    return done


def import_file(
    stream: BinaryIO,
    file_name: str,
    senders: Sequence[str],
    user_id: int | None,
    now: datetime,
    limits: spreadsheets.Limits = WEB_LIMITS,
) -> Imported:
    """Puts the numbers of a file (a column CONTACT, read as a contact file) on the list of these senders.

    Rows whose number is wrong are left out and told; the others are kept, in short transactions.
    """
    db.session.rollback()  # SQLite's write lock must not be held while the file is read
    added = known = 0
    try:
        with spreadsheets.open_table(stream, file_name, limits) as table:
            checking = ContactFileCheck(table, ())
            keys: list[str] = []
            for contact in checking:
                keys.append(contact.contact_key)
                if len(keys) == PORTION:
                    new = _keep(keys, senders, file_name, user_id, now)
                    added, known, keys = added + new, known + len(keys) - new, []
            new = _keep(keys, senders, file_name, user_id, now)
            added, known = added + new, known + len(keys) - new
    except Unreadable as unreadable:
        return Imported(added, known, (unreadable.problem,), 1)
    # A number that is there twice (the export has a row for each sender) is on the list all the same.
    errors = [p for p in checking.problems if p.severity == "error" and p.code != "duplicate_contact"]
    return Imported(added, known, tuple(errors[:MOST_SHOWN]), len(errors))


def _keep(
    keys: Sequence[str], senders: Sequence[str], file_name: str, user_id: int | None, now: datetime
) -> int:
    """How many of the contacts were not on the list of every sender."""
    if not keys:
        return 0
    new: set[str] = set()
    for sender in senders:
        new |= opting.opt_out_all(sender, keys, file_name, now, OptOutChange.IMPORTED, user_id)
    db.session.commit()
    return len(new)


def export(file_format: str, stream: BinaryIO) -> None:
    """Writes who is on the list, as `tsv` or `xlsx`, so that `import_file` takes it. ValueError for another format."""
    if file_format not in ("tsv", "xlsx"):
        raise ValueError(f"no such format: {file_format}")
    db.session.rollback()
    with read_only():
        if file_format == "tsv":
            exports.tsv(HEADERS, _rows(), stream)
        else:
            exports.xlsx([(CONTACT, _with_headers())], stream)


def _with_headers() -> Iterator[Sequence[exports.Cell]]:
    yield HEADERS
    yield from _rows()


def _rows() -> Iterator[Sequence[exports.Cell]]:
    """In the order in which they were entered, a portion at a time."""
    last = 0
    while True:
        query = select(OptOut).where(OptOut.id > last, OptOut.opted_in_at.is_(None)).order_by(OptOut.id)
        found = db.session.scalars(query.limit(1000)).all()
        if not found:
            return
        for entry in found:
            yield entry.contact_key, entry.sender, entry.opted_out_at.isoformat(" ", "seconds"), entry.reason
        last = found[-1].id
        db.session.expunge_all()
