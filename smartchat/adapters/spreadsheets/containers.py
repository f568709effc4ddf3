"""Zip containers told apart into their kinds, and read by the reader of each."""

from typing import BinaryIO

from smartchat.adapters.spreadsheets.archive import _DOCUMENT_FOLDERS, _OTHER_FOLDERS, Archive
from smartchat.adapters.spreadsheets.limits import Limits, unreadable
from smartchat.adapters.spreadsheets.sheet import Sheet


def read_archive(file: BinaryIO, limits: Limits) -> "Sheet":
    """A workbook in a zip container."""
    archive = Archive(file, limits)
    if "content.xml" in archive:
        from smartchat.adapters.spreadsheets.ods import read_ods

        return read_ods(archive)
    if any(name.startswith(_OTHER_FOLDERS) or name.endswith(".iwa") for name in archive.names()):
        raise unreadable("kind", kind=_other_kind(archive))
    from smartchat.adapters.spreadsheets.xlsx import book_part, read_xlsx

    part = book_part(archive)
    if part is None:
        raise unreadable("kind", kind="archive")
    if part.lower().endswith(".bin"):
        from smartchat.adapters.spreadsheets.second_reader import read_xlsb

        return read_xlsb(file)
    return read_xlsx(archive, part)


def _other_kind(archive: Archive) -> str:
    documents = any(name.startswith(_DOCUMENT_FOLDERS) for name in archive.names())
    return "document" if documents else "numbers"
