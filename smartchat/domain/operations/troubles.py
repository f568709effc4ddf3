"""What went wrong around the product and is worth a sentence: counted, with the last time and a word of why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TOLD_FOR = {"clock": timedelta(days=1), "webhook": timedelta(minutes=15)}
"""How long after its last time a trouble stands on the pages, by the first part of its name."""


class Trouble(StrEnum):
    """Names of troubles. Webhooks: `unsigned` carry no signature, of `signature` it does not fit, `account` are signed
    for another account, `fields` lack what makes them a webhook.
    """

    CLOCK_JUMPED = "clock"
    UNSIGNED = "webhook-unsigned"
    SIGNATURE = "webhook-signature"
    ACCOUNT = "webhook-account"
    FIELDS = "webhook-fields"


WEBHOOKS = (Trouble.UNSIGNED, Trouble.SIGNATURE, Trouble.ACCOUNT, Trouble.FIELDS)


@dataclass(frozen=True, slots=True)
class TroubleTally:
    """How often a trouble came up, when last (the machine's clock), and what there is to say of that."""

    count: int
    last_at: datetime
    detail: str = ""


def is_fresh(trouble: Trouble, last_at: datetime, machine: datetime) -> bool:
    """Whether it is to be told on the pages."""
    return timedelta(0) <= machine - last_at < TOLD_FOR[trouble.partition("-")[0]]
