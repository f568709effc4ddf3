"""The stream of an old workbook (.xls) without what nobody needs of it, and what stops a strict reader in it."""

import io
import struct

import olefile

from smartchat.adapters.spreadsheets.limits import MEGABYTE

_STREAMS = ("Workbook", "Book")
_RECORD = struct.Struct("<HH")
# Defined names, comments, drawings and their texts: no value of a cell stands in them.
_ASIDE = frozenset({0x0018, 0x0218, 0x001C, 0x005D, 0x01B6, 0x00EB, 0x00EC, 0x00ED})
_UNKNOWN = 0x0FFE
_LARGEST = 200 * MEGABYTE


def cells_alone(content: bytes) -> bytes:
    """The stream of the workbook with all records of names, comments and drawings as unknown ones, in their places.

    The container is read leniently: sizes that are too small, and sectors that two streams share, do not matter.
    Raises what olefile raises (OSError and its kin) where there is no such stream.
    """
    stream = bytearray(_stream(content))
    at = 0
    while at + _RECORD.size <= len(stream):
        kind, length = _RECORD.unpack_from(stream, at)
        if kind in _ASIDE:
            struct.pack_into("<H", stream, at, _UNKNOWN)
        at += _RECORD.size + length
    return bytes(stream)


def _stream(content: bytes) -> bytes:
    if not content.startswith(olefile.MAGIC):
        return content
    with olefile.OleFileIO(io.BytesIO(content)) as container:
        for name in _STREAMS:
            if container.exists(name):
                return bytes(container.openstream(name).read(_LARGEST))
    raise OSError("no workbook in the container")
