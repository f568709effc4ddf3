"""What the pages say of senders: their rate, who uses them, and whether they go through. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from smartchat.db import db
from smartchat.domain.sending.sender_rates import SenderRate, rate_of
from smartchat.domain.statuses import CampaignStatus
from smartchat.models import Campaign, Chatbot, Sender, User


@dataclass(frozen=True)
class SenderState:
    """A sender as it is now. `slowed` is the share of its rate that is left after complaints (1: all of it).

    `slowed_for` and `stopped_for`: how much longer, `stopped_since`: how long already; both None where it goes through.
    """

    address: str
    rate: SenderRate
    usual: SenderRate
    slowed: float = 1.0
    slow_code: int | None = None
    slowed_for: timedelta | None = None
    stopped_for: timedelta | None = None
    stopped_since: timedelta | None = None
    stop_code: int | None = None
    stop_message: str = ""
    stop_share: int | None = None
    set_by: str | None = None
    chatbots: tuple[str, ...] = ()
    active: int = 0

    @property
    def now(self) -> SenderRate:
        """What it may send at this moment."""
        return rate_of(self.address, self.rate.per_second * self.slowed)


def sender_state(address: str, machine: datetime) -> SenderState:
    """One sender, also one of which nothing is known yet."""
    return _state(address, db.session.get(Sender, address), machine)


def senders(machine: datetime) -> list[SenderState]:
    """All that a chatbot or an active campaign talks from, and all that were set."""
    rows = {row.address: row for row in db.session.scalars(select(Sender))}
    chatbots: dict[str, list[str]] = {}
    for address, name in db.session.execute(
        select(Chatbot.sender, Chatbot.name).where(Chatbot.sender != "").order_by(Chatbot.search_name)
    ):
        chatbots.setdefault(address, []).append(name)
    active: dict[str, int] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Campaign.sender, func.count())
            .where(Campaign.status == CampaignStatus.ACTIVE)
            .group_by(Campaign.sender)
        )
    }
    return [
        _state(address, rows.get(address), machine, tuple(chatbots.get(address, ())), active.get(address, 0))
        for address in sorted(rows.keys() | chatbots.keys() | active.keys())
    ]


def _state(
    address: str, row: Sender | None, machine: datetime, chatbots: tuple[str, ...] = (), active: int = 0
) -> SenderState:
    usual = rate_of(address)
    if row is None:
        return SenderState(address, usual, usual, chatbots=chatbots, active=active)
    user = db.session.get(User, row.set_by) if row.set_by is not None else None
    slowed = row.slowed_until is not None and row.slowed_until > machine
    return SenderState(
        address,
        rate_of(address, row.per_second),
        usual,
        row.slowed if slowed else 1.0,
        row.slow_code if slowed else None,
        row.slowed_until - machine if slowed and row.slowed_until else None,
        None if row.stopped_until is None else max(row.stopped_until - machine, timedelta(0)),
        None if row.stopped_at is None else max(machine - row.stopped_at, timedelta(0)),
        row.stop_code,
        row.stop_message or "",
        row.stop_share,
        user.email if user else None,
        chatbots,
        active,
    )
