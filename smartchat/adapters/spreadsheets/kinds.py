"""What a file is, told from how it begins. Its name is not asked: reports called .xls are anything."""

import codecs
import re
from typing import Literal

from smartchat.adapters.spreadsheets.limits import unreadable

Kind = Literal["text", "zip", "biff", "html", "mhtml", "xml", "fods"]

HEAD_BYTES = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The first record (BOF) of workbooks from before OLE, and of streams without their container.
_BARE_BIFF = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
_OTHERS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"RIFF", "media"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"{\\rtf", "document"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"SQLite format 3\0", "database"),
    (b"ID;P", "sylk"),
)
_MHTML = re.compile(rb"(MIME-Version:|From: <Saved by )", re.IGNORECASE)
# Short signatures are also the beginnings of words ("BM", "MZ"): then what follows is text.
_SHORT = 3
_HTML = re.compile(
    r"<(!doctype\s+html|html|head|meta|title|style|body|table|thead|tbody|tr|div|center|font|p|h[1-6])\b"
)
# NUL pads, U+001A ends files of DOS, others separate cells or keep their zeros.
_TEXT_CONTROLS = frozenset(b"\t\n\r\x02\x03\x0b\x0c\x1a\x1b\x1c\x1d\x1e\x1f\0")
_MOSTLY_TEXT = 0.02
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def kind_of(head: bytes) -> Kind:
    """What to read a file as, from its first HEAD_BYTES. Raises Unreadable for what cannot hold contacts."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith((_OLE, *_BARE_BIFF)):
        return "biff"
    if _MHTML.match(head):
        return "mhtml"
    looks_like_text = _is_mostly_text(head)
    for signature, kind in _OTHERS:
        if head.startswith(signature) and not (len(signature) < _SHORT and looks_like_text):
            raise unreadable("kind", kind=kind)
    markup = _beginning(head)
    if markup.startswith("<"):
        return _kind_of_markup(markup)
    if not looks_like_text:
        raise unreadable("binary")
    return "text"


def bom_of(head: bytes) -> tuple[int, str] | None:
    """The length of a byte order mark and the encoding that it announces."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return len(bom), encoding
    return None


def utf16_without_bom(head: bytes) -> str | None:
    """UTF-16 shows in Western text by every other byte being NUL."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if pairs and odd > 0.6 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if pairs and even > 0.6 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return None


def _beginning(head: bytes) -> str:
    bom = bom_of(head)
    encoding = bom[1] if bom else utf16_without_bom(head) or "latin-1"
    return head[bom[0] if bom else 0 :].decode(encoding, "replace").lstrip("\ufeff \t\r\n\0").lower()


def _kind_of_markup(markup: str) -> Kind:
    if (
        "urn:schemas-microsoft-com:office:spreadsheet" in markup
        and "<table" not in markup.split("<workbook")[0]
    ):
        return "xml"
    if "urn:oasis:names:tc:opendocument" in markup:
        return "fods"
    if _HTML.search(markup):
        return "html"
    return "xml" if markup.startswith(("<?xml", "<!doctype", "<!--", "<workbook")) else "text"


def _is_mostly_text(head: bytes) -> bool:
    if not head or bom_of(head) or utf16_without_bom(head):
        return True
    controls = sum(count for byte in range(32) if byte not in _TEXT_CONTROLS and (count := head.count(byte)))
    return controls <= _MOSTLY_TEXT * len(head)
