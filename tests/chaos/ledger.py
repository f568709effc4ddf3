"""Twilio as a ledger: what it accepted, each with the promises looked at in the moment it was accepted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Literal

from smartchat.domain.sending.delivery import (
    Accepted,
    ListedOutbound,
    NotReached,
    Outgoing,
    Refused,
    Result,
    Unknown,
)

Outcome = Literal["ok", "refused", "taken and broken", "broken", "not reached", "busy"]


@dataclass
class Entry:
    """A message that Twilio accepted; `row` is ours. `status` is Twilio's, `told` what we have heard of it."""

    sid: str
    row: int
    sender: str
    to: str
    body: str
    at: datetime
    validity: int | None
    status: str = "queued"
    told: list[str] = field(default_factory=list)


class Ledger:
    """The channel. `outcomes` are those of the next calls, in order; after them all goes well."""

    def __init__(self, now: Callable[[], datetime], judge: Callable[[Outgoing], None]) -> None:
        self._now = now
        self._judge = judge
        self._numbers = count(1)
        self.entries: list[Entry] = []
        self.outcomes: list[Outcome] = []

    def send(self, message: Outgoing) -> Result:
        outcome = self.outcomes.pop(0) if self.outcomes else "ok"
        match outcome:
            case "refused":
                return Refused(21211, 400, "not a valid phone number")
            case "busy":
                return Refused(20429, 429, "Too Many Requests")
            case "not reached":
                return NotReached("refused")
            case "broken":
                return Unknown("ReadTimeout")
        self._judge(message)
        entry = Entry(
            f"SM{next(self._numbers):032x}",
            message.id,
            message.sender,
            message.to,
            message.body,
            self._now(),
            message.validity,
        )
        self.entries.append(entry)
        return Unknown("ReadTimeout") if outcome == "taken and broken" else Accepted(entry.sid, "queued")

    def find(self, message: Outgoing) -> list[ListedOutbound] | None:
        alike = [entry for entry in reversed(self.entries) if entry.to == message.to]
        return [ListedOutbound(entry.sid, entry.status, entry.body, entry.at) for entry in alike]

    def log(self, written: list[dict[str, Any]]) -> dict[str, Any]:
        """As the auditor reads it."""
        messages = [
            {
                "sid": entry.sid,
                "direction": "outbound-api",
                "From": entry.sender,
                "To": entry.to,
                "Body": entry.body,
                "ValidityPeriod": entry.validity,
                "StatusCallback": f"http://here/twilio/status?message={entry.row}",
                "status": entry.status,
                "error_code": None,
                "created": entry.at.isoformat(),
                "history": [["queued", entry.at.isoformat()]],
            }
            for entry in self.entries
        ]
        inbound = [{**message, "direction": "inbound"} for message in written]
        hooks = [
            {
                "sid": message["sid"],
                "kind": "inbound",
                "at": message["created"],
                "milliseconds": 0,
                "status": 200,
            }
            for message in written
        ]
        return {"messages": [*messages, *inbound], "webhooks": hooks}
