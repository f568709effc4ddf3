"""All that the simulator knows, in memory: messages, phones, opt-outs, and the webhooks it sent."""

import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime

from . import addresses
from .journal import Journal
from .messages import Message, record


@dataclass
class Phone:
    """A contact's phone: its messages in the order they came, and the last one its owner has looked at."""

    address: str
    messages: list[Message] = field(default_factory=list)
    seen: int = 0

    @property
    def senders(self) -> list[str]:
        """Who it has messages with; the most recent first."""
        return list(dict.fromkeys(message.sender for message in reversed(self.messages)))

    @property
    def unread(self) -> int:
        """How many messages from the business came after the last look."""
        count = 0
        for message in reversed(self.messages):
            if message.number <= self.seen:
                break
            count += message.outbound
        return count

    def last_written(self, sender: str) -> datetime | None:
        """When its owner last wrote to this sender."""
        mine = (m.date_created for m in reversed(self.messages) if not m.outbound and m.sender == sender)
        return next(mine, None)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One attempt to reach the product: ``status`` is the HTTP status, or None and ``error`` says why."""

    sid: str
    kind: str
    reported: str
    url: str
    attempt: int
    at: datetime
    milliseconds: int
    status: int | None
    error: str | None


class Store:
    """Messages by SID and by phone. Whoever changes a message holds ``lock``."""

    def __init__(self, journal: Journal) -> None:
        self.lock = threading.RLock()
        self.version = 0
        self.webhooks: list[Webhook] = []
        self._journal = journal
        self._messages: list[Message] = []
        self._by_sid: dict[str, Message] = {}
        self._phones: dict[str, Phone] = {}
        self._services: dict[str, str] = {}
        self._opted_out: set[tuple[str, str]] = set()

    def add(self, message: Message) -> None:
        """A new message, last in its phone; the phone comes first in the list of phones."""
        with self.lock:
            self.recall(message)
            self._journal.write("message", record(message))

    def recall(self, message: Message) -> None:
        """As ``add``, of a message that the log has already."""
        with self.lock:
            self._messages.append(message)
            message.number = len(self._messages)
            self._by_sid[message.sid] = message
            phone = self._phones.pop(message.contact, None) or Phone(message.contact)
            self._phones[message.contact] = phone
            phone.messages.append(message)
            if not message.outbound:
                phone.seen = message.number
            self.version += 1

    def change(
        self, message: Message, status: str, now: datetime, code: int | None = None, text: str | None = None
    ) -> None:
        """The message's next status."""
        with self.lock:
            message.become(status, now, code, text)
            self.version += 1
            self._journal.write(
                "status", {"sid": message.sid, "status": status, "error_code": code, "at": now.isoformat()}
            )

    def touch(self) -> None:
        """Something that the page shows has changed."""
        with self.lock:
            self.version += 1

    def get(self, sid: str) -> Message | None:
        """The message with this SID, unless it was deleted."""
        message = self._by_sid.get(sid)
        return None if message is None or message.deleted else message

    def newest_first(self, to: str | None = None, from_: str | None = None) -> Iterator[Message]:
        """The messages that were not deleted, from the last to the first; of one phone where one is named."""
        among = self._messages
        for address in (to, from_):
            if address is not None and address in self._phones:
                among = self._phones[address].messages
                break
        for index in range(len(among) - 1, -1, -1):
            message = among[index]
            if message.deleted or (to is not None and message.to != to):
                continue
            if from_ is None or message.from_ == from_:
                yield message

    def phone(self, address: str) -> Phone | None:
        """The phone with this address, once a message went to it or came from it."""
        return self._phones.get(address)

    def phones(self) -> list[Phone]:
        """All phones; that of the last message first."""
        with self.lock:
            return list(reversed(self._phones.values()))

    def look(self, phone: Phone) -> None:
        """The owner has the phone before his eyes: nothing in it is new any more."""
        with self.lock:
            if phone.messages and phone.seen != phone.messages[-1].number:
                phone.seen = phone.messages[-1].number
                self.version += 1

    def sender_of_service(self, service: str, like: str) -> str:
        """The address that the service sends from, in the channel of ``like``."""
        number = addresses.number_of_service(service, like)
        self._services[number] = service
        return number

    def service_of(self, sender: str) -> str | None:
        """The Messaging Service that the address belongs to."""
        return self._services.get(sender)

    def opted_out(self, contact: str, sender: str) -> bool:
        """Whether the contact told this sender STOP."""
        return (contact, sender) in self._opted_out

    def opt(self, contact: str, sender: str, out: bool, now: datetime) -> bool:
        """The contact opts out of this sender's messages, or in again; False where that changes nothing."""
        with self.lock:
            if out == self.opted_out(contact, sender):
                return False
            self.recall_opt(contact, sender, out)
        entry: dict[str, object] = {"contact": contact, "sender": sender, "at": now.isoformat()}
        self._journal.write("opt_out" if out else "opt_in", entry)
        return True

    def recall_opt(self, contact: str, sender: str, out: bool) -> None:
        """As ``opt``, of what the log has already."""
        (self._opted_out.add if out else self._opted_out.discard)((contact, sender))

    def keep(self, webhook: Webhook) -> None:
        """A webhook was tried."""
        self.webhooks.append(webhook)
        self._journal.write("webhook", webhook_record(webhook))

    def everything(self) -> list[Message]:
        """Every message ever accepted, in order, deleted ones too."""
        with self.lock:
            return list(self._messages)

    def count(self) -> dict[str, int]:
        """How many messages there are in either direction."""
        messages = self.everything()
        outbound = sum(message.direction == "outbound-api" for message in messages)
        inbound = sum(message.direction == "inbound" for message in messages)
        return {"outbound": outbound, "inbound": inbound}


def webhook_record(webhook: Webhook) -> dict[str, object]:
    """The webhook as the log tells it."""
    return {**asdict(webhook), "at": webhook.at.isoformat()}
