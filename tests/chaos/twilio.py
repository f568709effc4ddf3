"""The simulator's own parts in virtual time: its store, its deliveries and its faults, without a network.

Webhooks go to a function, and a channel hands messages over. Both go through the simulator's code, and can be killed,
slow, or cut off.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from simulator.clock import Clock
from simulator.creating import create
from simulator.delivery import Delivery
from simulator.errors import Refusal
from simulator.faults import Faults, Mishaps
from simulator.journal import Journal
from simulator.messages import Message, record
from simulator.settings import DEFAULT_ACCOUNT_SID, DEFAULT_AUTH_TOKEN, Settings
from simulator.store import Store, webhook_record
from simulator.webhooks import Answer, Connection, Webhooks
from simulator.world import World
from smartchat.domain.sending.delivery import (
    Accepted,
    ListedOutbound,
    NotReached,
    Outgoing,
    Refused,
    Result,
    Unknown,
)

from .timeline import Timeline

BASE = "http://smartchat.local"
Post = Callable[[str, Mapping[str, str]], Answer]
"""Path and parameters of a webhook → what became of it."""


class VirtualClock(Clock):
    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def now(self) -> datetime:
        return self._timeline.now


class LocalWebhooks(Webhooks):
    """Hands webhooks to a function."""

    def __init__(self, store: Store, clock: Clock, post: Post) -> None:
        super().__init__(store, clock, DEFAULT_AUTH_TOKEN)
        self._post = post

    def _attempt(
        self, target: str, body: bytes, _headers: dict[str, str], _settings: Connection, _deadline: float
    ) -> Answer:
        parameters = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return self._post(target.removeprefix(BASE), parameters)


class LocalStore(Store):
    """Tells when a message has reached its phone."""

    def __init__(self, journal: Journal, arrived: Callable[[Message], object]) -> None:
        super().__init__(journal)
        self._arrived = arrived

    def change(
        self, message: Message, status: str, now: datetime, code: int | None = None, text: str | None = None
    ) -> None:
        super().change(message, status, now, code, text)
        if status == "sent" and message.direction == "outbound-api":
            self._arrived(message)


class LocalWorld(World):
    """A simulator in virtual time."""

    def __init__(self, timeline: Timeline, post: Post, arrived: Callable[[Message], object]) -> None:
        self.settings = Settings(
            *("127.0.0.1", 0, DEFAULT_ACCOUNT_SID, DEFAULT_AUTH_TOKEN, None, None),
            *(f"{BASE}/twilio/inbound", 0.4, 1, None, VirtualClock(timeline), True),
        )
        self.clock = self.settings.clock
        self.journal = Journal(None)
        self.store = LocalStore(self.journal, arrived)
        self.mishaps = Mishaps()
        self.courier = timeline  # type: ignore[assignment] - it has `after`, and no threads
        webhooks = LocalWebhooks(self.store, self.clock, post)
        self.delivery = Delivery(
            self.store, webhooks, self.courier, self.mishaps, self.clock, self.settings.delay
        )

    def set_faults(self, faults: Faults) -> None:
        """These faults from now on."""
        self.mishaps.set(faults)
        if not faults.hold_deliveries:
            self.delivery.release()

    def log(self) -> dict[str, Any]:
        """As /log.json gives it."""
        return {
            "messages": [record(message) for message in self.store.everything()],
            "webhooks": [webhook_record(webhook) for webhook in self.store.webhooks],
        }


class LocalChannel:
    """What carries messages to the simulator, in place of the official client; `point` may kill who calls."""

    def __init__(
        self, world: LocalWorld, timeline: Timeline, point: Callable[[], object], dice: random.Random
    ) -> None:
        self.world = world
        self._timeline = timeline
        self._point = point
        self._dice = dice
        self.away = False
        self.throttled = 0.0  # share of 429
        self.freezes = 0.0  # share of calls in which the machine stands still, past the lease

    def send(self, message: Outgoing) -> Result:
        self._point()
        # Not longer than the margin before closing: when Twilio hears of it is not ours to choose.
        self._timeline.spend(self._dice.uniform(0.01, 0.3))
        if self.away:
            return NotReached("refused")
        if self._dice.random() < self.throttled:
            return Refused(20429, 429, "Too Many Requests")
        mishap = self.world.mishaps.create()
        if mishap in ("error_share", "break_before_accept"):
            return Unknown(mishap)
        made = create(self._form(message), DEFAULT_ACCOUNT_SID, self.world.store, self._timeline.now)
        if isinstance(made, Refusal):
            return Refused(made.code, made.status, made.message)
        answer = Accepted(made.sid, made.status)
        self.world.store.add(made)
        self.world.delivery.begin(made)
        self._point()
        broken = mishap is not None
        slow = self._dice.uniform(2, 10) if broken else self._dice.uniform(0.01, 0.3)
        self._timeline.spend(30 if self._dice.random() < self.freezes else slow)
        return Unknown(mishap or "") if broken else answer

    def find(self, message: Outgoing) -> list[ListedOutbound] | None:
        self._point()
        self._timeline.spend(self._dice.uniform(0.01, 0.3))
        if self.away or self._dice.random() < self.throttled:
            return None
        among = self.world.store.newest_first(message.to, message.sender)
        return [ListedOutbound(found.sid, found.status, found.body, found.date_created) for found in among]

    def _form(self, message: Outgoing) -> MultiDict[str, str]:
        form = {
            "To": message.to,
            "From": message.sender,
            "Body": message.body,
            "StatusCallback": f"{BASE}/twilio/status?message={message.id}",
            "ValidityPeriod": str(message.validity or ""),
        }
        return MultiDict(form)
