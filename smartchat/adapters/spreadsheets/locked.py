"""Workbooks under Excel's standard password, which Excel opens without a question."""

import io

import msoffcrypto

from smartchat.adapters.spreadsheets.limits import encrypted

_STANDARD_PASSWORD = "VelvetSweatshop"  # noqa: S105 - everybody knows it


def unlocked(content: bytes) -> bytes:
    """The workbook without its encryption. Raises Unreadable (encrypted_file) where it has a password of its own."""
    out = io.BytesIO()
    try:
        locked = msoffcrypto.OfficeFile(io.BytesIO(content))
        locked.load_key(password=_STANDARD_PASSWORD)
        locked.decrypt(out)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - another password, or damage in what says how it is locked
        raise encrypted() from None
    return out.getvalue()
