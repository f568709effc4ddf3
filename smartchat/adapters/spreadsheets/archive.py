"""Zip containers: opened only as far as their sizes allow, and told apart into xlsx and ods."""

import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from smartchat.adapters.spreadsheets.limits import MEGABYTE, Limits, encrypted, too_large, unreadable
from smartchat.adapters.spreadsheets.xml_feed import CHUNK_BYTES

if TYPE_CHECKING:
    pass

_MOST_PARTS = 10_000
_ENCRYPTED_FLAG = 1
_DOCUMENT_FOLDERS = ("word/", "ppt/")
_OTHER_FOLDERS = (*_DOCUMENT_FOLDERS, "index/")


class Archive:
    """The parts of a container by name, case ignored. Raises Unreadable for what is damaged, locked or too large."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError):
            raise unreadable("damaged") from None
        parts = self._zip.infolist()
        self._limit = self._left = limits.inflated_bytes
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > self._limit:
            raise self._bomb()
        if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
            raise encrypted()
        self._parts = {part.filename.replace("\\", "/").lstrip("/").lower(): part for part in parts}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def names(self) -> list[str]:
        """The names of all parts, in lower case."""
        return list(self._parts)

    def size(self, name: str) -> int:
        """The size that a part says it has, in bytes."""
        return self._parts[name.lower()].file_size

    def chunks(self, name: str) -> Iterator[bytes]:
        """Inflate a part bit by bit. What all parts together inflate to is counted: headers may lie."""
        if name not in self:
            raise unreadable("damaged")
        try:
            with self._zip.open(self._parts[name.lower()]) as part:
                while chunk := part.read(CHUNK_BYTES):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise self._bomb()
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
            raise unreadable("damaged") from None

    def read(self, name: str) -> bytes:
        """A whole small part."""
        return b"".join(self.chunks(name))

    def _bomb(self) -> Exception:
        return too_large("inflated", limit=self._limit // MEGABYTE)
