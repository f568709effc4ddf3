"""One running simulator: its parts, put together."""

from .clock import Clock
from .courier import Courier
from .delivery import Delivery
from .faults import Mishaps
from .journal import Journal
from .remembering import remember
from .settings import Settings
from .store import Store
from .webhooks import Webhooks


class World:
    """The parts of one simulator, which the routes work with."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock: Clock = settings.clock
        self.journal = Journal(settings.log)
        self.store = Store(self.journal)
        self.mishaps = Mishaps()
        self.courier = Courier(settings.webhook_threads)
        self.delivery = Delivery(
            self.store,
            Webhooks(self.store, self.clock, settings.auth_token),
            self.courier,
            self.mishaps,
            self.clock,
            settings.delay,
        )
        if settings.log is not None:
            for message in remember(settings.log, self.store):
                self.delivery.begin(message)
