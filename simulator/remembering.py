"""What a simulator that is started again knows from its log: messages, statuses, opt-outs and webhooks.

Twilio forgets nothing when a process of ours, or one of its own, is killed.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from .creating import outcome_of
from .messages import FINAL, Message
from .store import Store, Webhook


def remember(path: Path, store: Store) -> list[Message]:
    """Puts into ``store`` what the log tells; the outbound messages that were still on their way."""
    for line in _lines(path):
        match line.pop("event"):
            case "message":
                store.recall(_message(line, store))
            case "status":
                message = store.get(line["sid"])
                if message is not None:
                    message.become(line["status"], _time(line["at"]), line["error_code"])
            case "opt_out":
                store.recall_opt(line["contact"], line["sender"], True)
            case "opt_in":
                store.recall_opt(line["contact"], line["sender"], False)
            case "webhook":
                store.webhooks.append(Webhook(**{**line, "at": _time(line["at"])}))
    return [message for message in store.everything() if message.outbound and message.status not in FINAL]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for text in file:
            try:
                line = json.loads(text)
            except ValueError:
                continue  # the last one of a process that was killed
            if isinstance(line, dict) and "event" in line:
                yield line


def _message(line: dict[str, Any], store: Store) -> Message:
    message = Message(
        sid=line["sid"],
        account_sid=line["account_sid"],
        direction=line["direction"],
        from_=line["From"],
        to=line["To"],
        body=line["Body"],
        status=line["status"],
        date_created=_time(line["created"]),
        media=tuple(line["MediaUrl"]),
        messaging_service_sid=line["MessagingServiceSid"],
        status_callback=line["StatusCallback"],
        validity_period=line["ValidityPeriod"],
        content_sid=line["ContentSid"],
        content_variables=line["ContentVariables"],
    )
    if message.outbound:
        message.outcome = outcome_of(message, store, message.date_created)
    else:
        message.date_sent = message.date_created
    return message


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
