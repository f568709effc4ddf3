"""Files that contacts sent: fetched from Twilio when somebody looks at them, and kept on this machine for a while."""

import hashlib
import logging
import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from smartchat.adapters.media_fetcher import fetch
from smartchat.db import db
from smartchat.domain.inbound.attachments import Attachment, NotFetched, attachments_of
from smartchat.models import InboundMessage

log = logging.getLogger(__name__)

MOST_BYTES = 300_000_000
"""Of all files kept on a machine; those that nobody has looked at for longest go first."""
# Of the threads of a web process, so that slow files leave some for pages.
AT_ONCE = threading.BoundedSemaphore(3)
PATIENCE = 10.0  # seconds


@dataclass(frozen=True)
class File:
    """What a contact sent, and what it is."""

    path: Path
    attachment: Attachment


def file_of(message_id: int, index: int) -> File | None:
    """The file of a message, from here or from Twilio; None where the message has none. Raises NotFetched."""
    message = db.session.get(InboundMessage, message_id)
    attachments = attachments_of(message.params) if message is not None else ()
    wanted = next((attachment for attachment in attachments if attachment.index == index), None)
    db.session.rollback()  # nothing is held while Twilio is asked
    if message is None or wanted is None:
        return None
    path = _folder() / hashlib.sha256(f"{message_id} {wanted.url}".encode()).hexdigest()
    try:
        os.utime(path)  # it was looked at
    except FileNotFoundError:
        _keep(path, _fetched(wanted))
    return File(path, wanted)


def _fetched(wanted: Attachment) -> bytes:
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise NotFetched("busy")
    try:
        return fetch(wanted.url, current_app.config)
    except NotFetched as error:
        log.warning("a file of a contact could not be fetched: %s", error)
        raise
    finally:
        AT_ONCE.release()


def _keep(path: Path, content: bytes) -> None:
    """Whole or not at all: another request may be reading."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix="new-", delete=False) as file:
        file.write(content)
    os.replace(file.name, path)
    _make_room(path)


def _make_room(newest: Path) -> None:
    kept = []
    for path in newest.parent.iterdir():
        try:
            found = path.stat()
        except FileNotFoundError:
            continue  # another process has just made room
        kept.append((path == newest, found.st_mtime, found.st_size, path))
    total = sum(size for _, _, size, _ in kept)
    for is_newest, _, size, path in sorted(kept):
        if total <= MOST_BYTES or is_newest:
            return
        path.unlink(missing_ok=True)
        total -= size


def _folder() -> Path:
    folder = Path(current_app.config["INSTANCE"]) / "media"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
