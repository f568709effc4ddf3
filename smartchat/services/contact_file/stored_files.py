"""Contact files in the database while a worker needs them: in parts, so that no transaction is long."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Literal

from flask import current_app
from sqlalchemy import delete, select

from smartchat.db import changed_rows, db
from smartchat.models import FilePart

Kind = Literal["original", "repaired"]
PART_BYTES = 1024 * 1024
_DISCARDED_AT_ONCE = 16


def store(campaign_id: int, kind: Kind, stream: BinaryIO) -> None:
    """Keeps a file from its start, in short transactions."""
    stream.seek(0)
    number = 0
    while data := stream.read(PART_BYTES):
        db.session.add(FilePart(campaign_id=campaign_id, kind=kind, number=number, data=data))
        db.session.commit()
        number += 1


def parts(campaign_id: int, kind: Kind) -> Iterator[bytes]:
    """The file piece by piece; nothing where there is none."""
    number = 0
    while True:
        of_file = (FilePart.campaign_id == campaign_id, FilePart.kind == kind, FilePart.number == number)
        data = db.session.scalar(select(FilePart.data).where(*of_file))
        db.session.rollback()
        if data is None:
            return
        yield data
        number += 1


def temporary_file() -> Any:
    """A file that goes with its closing, on the disk of the instance: the system's own folder is often memory."""
    return tempfile.TemporaryFile(dir=current_app.config["INSTANCE"])


@contextmanager
def opened(campaign_id: int, kind: Kind) -> Iterator[BinaryIO]:
    """The file as a seekable stream, in a temporary file of this machine."""
    with temporary_file() as file:
        for data in parts(campaign_id, kind):
            file.write(data)
        file.seek(0)
        yield file


def discard(campaign_id: int, kind: Kind | None = None) -> None:
    """Takes the files of a campaign away, or one of them, some parts at a time."""
    some = select(FilePart.id).where(FilePart.campaign_id == campaign_id)
    if kind is not None:
        some = some.where(FilePart.kind == kind)
    gone = 1
    while gone:
        gone = changed_rows(delete(FilePart).where(FilePart.id.in_(some.limit(_DISCARDED_AT_ONCE))))
        db.session.commit()
