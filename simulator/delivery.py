"""What becomes of a message after it was accepted: its statuses, one by one, and their callbacks."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from .clock import Clock
from .courier import Courier
from .errors import DELIVERY, NEVER_SENT
from .faults import Mishaps
from .messages import API_VERSION, FINAL, Message
from .store import Store
from .webhooks import Webhooks

LONGEST_VALIDITY = 36000
_NEXT = {"accepted": "queued", "queued": "sending", "sending": "sent", "sent": "delivered"}


@dataclass
class Journey:
    """One message on its way; ``kept_back`` collects callbacks that are to come in a wrong order."""

    message: Message
    reordered: bool
    kept_back: list[dict[str, str]] = field(default_factory=list)


class Delivery:
    """Moves messages from status to status, ``delay`` seconds apart."""

    def __init__(
        self, store: Store, webhooks: Webhooks, courier: Courier, mishaps: Mishaps, clock: Clock, delay: float
    ) -> None:
        self._store = store
        self._webhooks = webhooks
        self._courier = courier
        self._mishaps = mishaps
        self._clock = clock
        self._delay = delay
        self._held: dict[str, Journey] = {}
        self._holding = threading.Lock()

    def begin(self, message: Message) -> None:
        """The message has been accepted: from here on it goes by itself."""
        journey = Journey(message, self._mishaps.faults.reorder_callbacks)
        self._courier.after(self._delay, partial(self._advance, journey))

    def release(self) -> None:
        """Messages that were held in the queue go on (those whose time is over fail)."""
        with self._holding:
            held, self._held = self._held, {}
        for journey in held.values():
            self._courier.after(0, partial(self._advance, journey))

    def read(self, message: Message) -> None:
        """The contact has read this WhatsApp message."""
        with self._store.lock:
            if message.status != "delivered":
                return
            self._store.change(message, "read", self._clock.now())
            parameters = callback(message)
        self._courier.after(0, partial(self._report, message, [parameters]))

    def cancel(self, message: Message) -> bool:
        """Take it out of the queue; False where it is too late for that."""
        with self._store.lock:
            if message.status not in ("accepted", "queued"):
                return False
            self._store.change(message, "canceled", self._clock.now())
            parameters = callback(message)
        self._courier.after(0, partial(self._report, message, [parameters]))
        return True

    def _advance(self, journey: Journey) -> None:
        message = journey.message
        with self._store.lock:
            if message.status in FINAL:
                return
            if message.status == "queued" and self._left(message) > 0 and self._hold(journey):
                return
            self._step(message)
            journey.kept_back.append(callback(message))
        self._courier.after(self._mishaps.faults.late_webhooks / 1000, partial(self._tell, journey))

    def _step(self, message: Message) -> None:
        status, code = _NEXT[message.status], None
        if message.status == "queued":
            if self._left(message) <= 0:
                status, code = "failed", 30036
            elif message.outcome in NEVER_SENT:
                status, code = "failed", message.outcome
        elif message.status == "accepted" and message.messaging_service_sid:
            message.from_ = self._store.sender_of_service(message.messaging_service_sid, message.to)
        elif status == "delivered" and message.outcome is not None:
            status, code = "undelivered", message.outcome
        self._store.change(message, status, self._clock.now(), code, DELIVERY.get(code) if code else None)

    def _left(self, message: Message) -> float:
        """Seconds of its validity period that are left."""
        age = (self._clock.now() - message.date_created).total_seconds()
        return (message.validity_period or LONGEST_VALIDITY) - age

    def _hold(self, journey: Journey) -> bool:
        with self._holding:
            if not self._mishaps.faults.hold_deliveries:
                return False
            self._held[journey.message.sid] = journey
        self._courier.after(self._left(journey.message) + 0.001, partial(self._expire, journey))
        return True

    def _expire(self, journey: Journey) -> None:
        """The validity period of a message that was held is over: if it still waits, it fails."""
        with self._store.lock:
            if journey.message.status != "queued" or self._left(journey.message) > 0:
                return
            self._step(journey.message)
            journey.kept_back.append(callback(journey.message))
        self._tell(journey)

    def _tell(self, journey: Journey) -> None:
        """Send what is due of the callbacks, and only then go on: so they arrive in order."""
        ended = journey.message.status in FINAL
        if journey.reordered:
            due = self._mishaps.shuffled(journey.kept_back) if ended else []
        else:
            due, journey.kept_back = journey.kept_back, []
        self._report(journey.message, due)
        if not ended:
            self._courier.after(self._delay, partial(self._advance, journey))
        elif journey.message.proves_wrong:
            self._courier.after(self._delay, partial(self._arrive_after_all, journey.message))

    def _arrive_after_all(self, message: Message) -> None:
        """What was reported before was wrong: phones and their companies contradict each other."""
        with self._store.lock:
            if message.status not in ("undelivered", "failed"):
                return
            self._store.change(message, "delivered", self._clock.now())
            parameters = callback(message)
        self._report(message, [parameters])

    def _report(self, message: Message, callbacks: list[dict[str, str]]) -> None:
        if message.status_callback is None:
            return
        for parameters in callbacks:
            if not self._mishaps.happens(self._mishaps.faults.drop_callbacks):
                self.send("status", message.status_callback, parameters)

    def send(self, kind: str, url: str, parameters: Mapping[str, str]) -> str:
        """Send a webhook, and further copies of it at the same time where that fault is on. Returns the HTTP
        status, or why there is none."""
        for _ in range(self._mishaps.copies() - 1):
            self._courier.after(0, partial(self._webhooks.send, kind, url, parameters))
        answer = self._webhooks.send(kind, url, parameters)
        return str(answer.status) if answer.status is not None else answer.error or "no answer"


def callback(message: Message) -> dict[str, str]:
    """The parameters of a status callback that tells the message's present status."""
    parameters = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.from_ or "",
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "To": message.to,
    }
    if message.messaging_service_sid:
        parameters["MessagingServiceSid"] = message.messaging_service_sid
    if message.error_code is not None:
        parameters["ErrorCode"] = str(message.error_code)
        parameters["ErrorMessage"] = message.error_message or ""
    return parameters
