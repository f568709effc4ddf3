"""Runs an XML parser over a stream of bytes, and stops it before a hostile file costs time or memory."""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NoReturn
from xml.parsers import expat

from smartchat.adapters.spreadsheets.kinds import bom_of
from smartchat.adapters.spreadsheets.limits import MEGABYTE, too_large, unreadable

CHUNK_BYTES = 64 * 1024
LONGEST_TEXT = MEGABYTE
# A parser that lags behind what it was given is collecting one huge token; before expat 2.6 in quadratic time.
_LONGEST_TOKEN = 4 * MEGABYTE


def make_parser() -> expat.XMLParserType:
    """A parser that refuses document type declarations, and with them every trick with entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = CHUNK_BYTES
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: Any) -> NoReturn:
    raise unreadable("unsafe")


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """A file of XML from its start, without the blanks before its declaration: reports have them, XML forbids them."""
    file.seek(0)
    chunk = file.read(CHUNK_BYTES)
    length, encoding = bom_of(chunk) or (0, "utf-8")
    mark = b"" if encoding == "utf-8" else chunk[:length]
    text = chunk[length:]
    blanks = [blank.encode(encoding) for blank in " \t\r\n"]
    width = len(blanks[0])
    start = 0
    while text[start : start + width] in blanks:
        start += width
    yield mark + text[start:]
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def feed(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> Iterator[None]:
    """Parse chunk by chunk; yields after each, so that what was read of it can be passed on. Raises Unreadable."""
    given = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            given += len(chunk)
            if given - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise too_large("line")
            yield
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise unreadable("damaged") from None
    yield


def parse(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> None:
    """Parse all of it."""
    for _ in feed(parser, chunks):
        pass


class CharacterData:
    """Collects the characters between two tags, up to a limit."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0

    def add(self, characters: str) -> None:
        """Take some more. Raises Unreadable beyond LONGEST_TEXT."""
        self._parts.append(characters)
        self._length += len(characters)
        if self._length > LONGEST_TEXT:
            raise too_large("line")

    def take(self) -> str:
        """What was collected; begins anew."""
        text = "".join(self._parts)
        self._parts.clear()
        self._length = 0
        return text


def local(name: str) -> str:
    """A tag or attribute name without its namespace prefix."""
    return name.rpartition(":")[2]
