"""Whether what the product stands on is in order, and how much waits: for load balancers and monitoring.

Nothing here names a contact, a text or a secret.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from smartchat.db import db
from smartchat.domain.campaign import CampaignStatus, ConversationStatus, OutboundStatus
from smartchat.models import Campaign, Conversation, Heartbeat, InboundMessage, OutboundMessage

from . import guessing
from .fetching import FETCHED
from .sweeping import HEARTBEAT

OK = "ok"
PING_SECONDS = 0.2
SILENCE = timedelta(seconds=60)  # the sweep beats every few seconds


def check(machine: datetime) -> dict[str, str]:
    """`ok` or what is wrong, by part: database, redis, sweep. `machine` is the machine's time."""
    database = _database()
    # Without a database nothing is known of the sweep.
    sweep = _sweep(machine) if database == OK else "unknown"
    return {"database": database, "redis": _redis(), "sweep": sweep}


def _database() -> str:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return "does not answer"
    return OK


def _redis() -> str:
    impatient: Redis = Redis.from_url(
        current_app.config["REDIS_URL"],
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=PING_SECONDS,
        socket_timeout=PING_SECONDS,
    )
    try:
        impatient.ping()
    except RedisError:
        return "does not answer"
    finally:
        impatient.close()
    return OK


def _sweep(machine: datetime) -> str:
    try:
        age = _sweep_age(machine)
    except SQLAlchemyError:
        db.session.rollback()
        return "unknown: the database is not up to date"
    if age is None:
        return "has never run"
    return OK if age < SILENCE else f"last ran {int(age.total_seconds())} s ago"


def _sweep_age(machine: datetime) -> timedelta | None:
    return _age_of(HEARTBEAT, machine)


def _age_of(name: str, machine: datetime) -> timedelta | None:
    beat = db.session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == name))
    return None if beat is None else machine - beat


def metrics(now: datetime, machine: datetime) -> Iterator[str]:
    """Lines of Prometheus' text format: gauges of what waits at this moment."""
    yield from _gauge("inbound_waiting", "Inbound messages that wait for their answer.", _waiting_inbound())
    yield from _gauge(
        "outbound_waiting",
        "Messages that wait to be sent.",
        _outbound(OutboundStatus.WAITING, OutboundStatus.SENDING),
    )
    yield from _gauge(
        "outbound_doubtful",
        "Messages whose outcome is being verified with Twilio.",
        _outbound(OutboundStatus.DOUBTFUL),
    )
    yield from _gauge("openings_waiting", "Conversations that wait for their opening.", _waiting_openings())
    yield from _gauge(
        "oldest_due_seconds", "For how long the oldest due work has been due.", _oldest_due(now)
    )
    age = _sweep_age(machine)
    if age is not None:
        yield from _gauge("sweep_age_seconds", "Since the sweep last ran.", max(age.total_seconds(), 0))
    fetched = _age_of(FETCHED, machine)
    if fetched is not None:
        meaning = "Since the moment up to which Twilio's list was compared with what is here."
        yield from _gauge("fetched_age_seconds", meaning, max(fetched.total_seconds(), 0))
    yield from _campaigns()
    yield from _refused_sign_ins()


def _gauge(name: str, meaning: str, value: float) -> Iterator[str]:
    yield f"# HELP smartchat_{name} {meaning}"
    yield f"# TYPE smartchat_{name} gauge"
    yield f"smartchat_{name} {round(value, 3)}"


def _campaigns() -> Iterator[str]:
    counts = dict.fromkeys(CampaignStatus, 0)
    for status, count in db.session.execute(select(Campaign.status, func.count()).group_by(Campaign.status)):
        counts[CampaignStatus(status)] = count
    yield "# HELP smartchat_campaigns Campaigns by status."
    yield "# TYPE smartchat_campaigns gauge"
    for status, count in counts.items():
        yield f'smartchat_campaigns{{status="{status}"}} {count}'


def _refused_sign_ins() -> Iterator[str]:
    yield "# HELP smartchat_sign_in_refused_total Attempts to sign in with a password that were refused, by reason."
    yield "# TYPE smartchat_sign_in_refused_total counter"
    for why, count in guessing.refusals().items():
        yield f'smartchat_sign_in_refused_total{{why="{why}"}} {count}'


def _waiting_inbound() -> int:
    return _count(InboundMessage, InboundMessage.outcome.is_(None))


def _waiting_openings() -> int:
    return _count(Conversation, Conversation.status == ConversationStatus.WAITING)


def _outbound(*statuses: OutboundStatus) -> int:
    return _count(OutboundMessage, OutboundMessage.status.in_(statuses))


def _count(table: Any, where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(where)) or 0


def _oldest_due(now: datetime) -> float:
    """0 when nothing is due. What waits in a campaign that is not active is not due."""
    active = select(Campaign.id).where(Campaign.status == CampaignStatus.ACTIVE)
    oldest = (
        select(func.min(InboundMessage.due_at)).where(InboundMessage.outcome.is_(None)),
        select(func.min(OutboundMessage.due_at)).where(
            OutboundMessage.status == OutboundStatus.WAITING, OutboundMessage.campaign_id.in_(active)
        ),
        select(func.min(Conversation.due_at)).where(
            Conversation.status == ConversationStatus.WAITING, Conversation.campaign_id.in_(active)
        ),
    )
    moments = [moment for query in oldest if (moment := db.session.scalar(query)) is not None]
    return max((now - min(moments)).total_seconds(), 0) if moments else 0
