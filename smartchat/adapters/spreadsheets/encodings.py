"""In which encoding a text file is: its mark, else UTF-8 if it is that, else the old code page that reads best."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from smartchat.adapters.spreadsheets.kinds import HEAD_BYTES, bom_of, utf16_without_bom
from smartchat.adapters.spreadsheets.limits import MEGABYTE, too_large
from smartchat.domain.contact_file.problems import Problem
from smartchat.domain.contact_file.table import Unreadable

_CODE_PAGES = ("cp1252", "mac_roman", "cp850")
_NOT_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_UTF8_LETTERS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ")
_AT_HOME = frozenset("¿¡ºª°«»“”‘’–—…€çÇàèìòùâêîôûãõäëïö´·•™®©\u00a0")
_LONGEST_LINE = 8 * MEGABYTE
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_LINE = 400
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to read a text file."""

    name: str
    start: int = 0
    """Where the text begins, after a byte order mark."""
    has_nul: bool = False
    guessed_sample: str | None = None
    """A line with accents, where the encoding is a guess."""


def encoding_of(stream: BinaryIO) -> Encoding:
    """Read a stream through and tell its encoding. Raises Unreadable: bad_encoding, or too_large (endless line)."""
    head = _at_start(stream).read(HEAD_BYTES)
    bom = bom_of(head)
    if bom or (wide := utf16_without_bom(head)):
        start, name = bom or (0, wide or "")
        has_nul, broken_at = _decode_all(stream, start, name)
        if broken_at is not None:
            raise _bad_encoding(stream, broken_at)
        return Encoding(name, start, has_nul, None if bom else _sample_of_wide(head, name))
    has_nul, broken_at = _decode_all(stream, 0, "utf-8")
    if broken_at is None:
        return Encoding("utf-8", 0, has_nul)
    lines = _lines_with_accents(stream)
    if _is_broken_utf8(lines):
        raise _bad_encoding(stream, broken_at)
    name = max(_CODE_PAGES, key=lambda page: _score(lines, page))
    if name == "cp1252" and (undefined := _find(stream, _NOT_IN_1252)) is not None:
        raise _bad_encoding(stream, undefined)
    return Encoding(name, 0, has_nul, _sample(lines, name))


def _at_start(stream: BinaryIO, at: int = 0) -> BinaryIO:
    stream.seek(at)
    return stream


def _chunks(stream: BinaryIO, start: int = 0) -> Iterator[bytes]:
    _at_start(stream, start)
    while chunk := stream.read(MEGABYTE):
        yield chunk


def _decode_all(stream: BinaryIO, start: int, name: str) -> tuple[bool, int | None]:
    """(whether there are NUL characters, the place of the first byte that cannot be read)."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    at, line, has_nul, whole = start, 0, False, True
    for chunk in _chunks(stream, start):
        line = _line_after(chunk, line)
        if name == "utf-8" and whole and chunk.isascii():
            has_nul = has_nul or b"\0" in chunk
        else:
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return has_nul, at - pending + error.start
            has_nul = has_nul or "\0" in text
            whole = not decoder.getstate()[0]
        at += len(chunk)
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        return has_nul, at - len(decoder.getstate()[0]) + error.start
    return has_nul, None


def _line_after(chunk: bytes, line: int) -> int:
    """The length of the line that is open at the end of a chunk."""
    end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
    line = line + len(chunk) if end < 0 else len(chunk) - end
    if line > _LONGEST_LINE:
        raise too_large("line")
    return line


def _lines_with_accents(stream: BinaryIO) -> list[bytes]:
    """Some of the lines that are not plain ASCII, cut to a reasonable length around their letters."""
    lines: list[bytes] = []
    for chunk in _chunks(stream):
        at, found = 0, None if chunk.isascii() else _HIGH.search(chunk)
        while found and sum(map(len, lines)) < _SAMPLE_BYTES:
            start = max(chunk.rfind(b"\n", 0, found.start()), chunk.rfind(b"\r", 0, found.start())) + 1
            ends = [
                end for end in (chunk.find(b"\n", found.end()), chunk.find(b"\r", found.end())) if end >= 0
            ]
            at = min(ends, default=len(chunk))
            lines.append(
                chunk[max(start, found.start() - _SAMPLE_LINE) : min(at, found.end() + _SAMPLE_LINE)]
            )
            found = _HIGH.search(chunk, at)
        if sum(map(len, lines)) >= _SAMPLE_BYTES:
            break
    return lines


def _is_broken_utf8(lines: list[bytes]) -> bool:
    """Whether a file is UTF-8 with some damage, or of two encodings glued together. In a code page, bytes that make
    letters of UTF-8 hardly ever follow each other."""
    letters = strays = 0
    for line in lines:
        rest, found = _UTF8_LETTERS.subn(b"", line)
        letters += found
        strays += sum(map(len, _HIGH.findall(rest)))
    return letters > 0 and letters * 4 >= strays


def _score(lines: list[bytes], page: str) -> int:
    """How much the lines look like Spanish when they are read in a code page."""
    total = 0
    for line in lines:
        text = line.decode(page, "replace")
        for at, mark in enumerate(text):
            if mark.isascii():
                continue
            total += _fitness(mark, text[at - 1 : at], text[at + 1 : at + 2], text[at + 2 : at + 3])
    return total


def _fitness(mark: str, before: str, after: str, next_but_one: str) -> int:
    """How well a character goes with its neighbours: a capital in mid-word, or a sign between letters, does not."""
    if mark.isalpha():
        if mark.isupper() and (before.islower() or (before.isalpha() and after.islower())):
            return -3
        if mark.islower() and after.isupper() and next_but_one.islower():
            return -3
        if mark in _SPANISH:
            return 3 if before.isalpha() or after.isalpha() else 1
        return 1 if mark in _AT_HOME else -1
    if mark not in _AT_HOME:
        return -3
    if before.isalpha() and after.isalpha():
        return -1 if mark == "’" else -2
    return 1


def _sample(lines: list[bytes], name: str) -> str:
    found = max(lines, key=lambda line: _score([line], name)).decode(name, "replace")
    at = next(index for index, mark in enumerate(found) if not mark.isascii())
    return " ".join(found[max(0, at - _SHOWN // 2) : at + _SHOWN // 2].split())


def _sample_of_wide(head: bytes, name: str) -> str:
    text = head[: 8 * _SHOWN].decode(name, "replace")
    return " ".join(text[:_SHOWN].split())


def _find(stream: BinaryIO, pattern: re.Pattern[bytes]) -> int | None:
    at = 0
    for chunk in _chunks(stream):
        if found := pattern.search(chunk):
            return at + found.start()
        at += len(chunk)
    return None


def _bad_encoding(stream: BinaryIO, at: int) -> Unreadable:
    """The problem at a place of the file: its row, and what stands around it."""
    lines = returns = left = 0
    for chunk in _chunks(stream):
        before = chunk[: at - left]
        lines, returns, left = lines + before.count(b"\n"), returns + before.count(b"\r"), left + len(before)
        if left >= at:
            break
    around = _at_start(stream, max(0, at - 20)).read(40)
    value = (
        re.split(rb"[\r\n]", around[:20][: at or None])[-1] + re.split(rb"[\r\n]", around[min(20, at) :])[0]
    )
    shown = value.decode("ascii", "replace").replace("\0", "")
    return Unreadable(Problem("bad_encoding", row=(lines or returns) + 1, value=shown))
