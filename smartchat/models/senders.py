"""The addresses that SmartChat talks from: how fast, and whether at all."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from smartchat.db import Base, UtcDateTime

from .campaigns import Campaign
from .people import User


class Sender(Base):
    """What is known of a sender. All its times go by the machine's clock: rates are of the real world.

    `per_second` is the rate that an operator set (segments, for WhatsApp messages); empty: what is usual for its kind.
    `free_at`: until then the rate is used up by what was handed over; `openings_free_at` the same for openings alone,
    which get four fifths. `slowed` (1 is full speed) is the share of the rate that is left after Twilio said "too
    fast", until `slowed_until`. `stopped_until` and `stop_code`: its settings or credentials were refused.
    `last_campaign_id` had its turn last: the next claim begins with the campaign after it.
    `recent`: its last messages as marks (domain.twilio_codes), empty while all is well. `stop_share`: it was stopped
    because so many of them failed. `stop_by_receipt`: Twilio took the messages and reported the trouble afterwards, so
    that one more is taken proves nothing; `probe_id` is the message by which it is being tried.
    """

    __tablename__ = "senders"
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    per_second: Mapped[float | None]
    set_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    free_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    openings_free_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slowed: Mapped[float] = mapped_column(default=1.0, server_default="1")
    slowed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slow_code: Mapped[int | None]
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stop_code: Mapped[int | None]
    stop_message: Mapped[str | None] = mapped_column(String(500))
    recent: Mapped[str] = mapped_column(String(25), default="", server_default="")
    stop_share: Mapped[int | None]
    stop_by_receipt: Mapped[bool] = mapped_column(default=False, server_default=false())
    probe_id: Mapped[int | None]
    last_campaign_id: Mapped[int | None] = mapped_column(ForeignKey(Campaign.id))
