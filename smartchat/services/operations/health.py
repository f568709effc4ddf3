"""Whether what the product stands on is in order, and how much waits: for load balancers and monitoring.

Nothing here names a contact, a text or a secret.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from smartchat.db import db
from smartchat.domain.operations.troubles import WEBHOOKS, Trouble
from smartchat.domain.operations.worker_roles import FETCHED, WorkerRole, stands_still
from smartchat.domain.statuses import CampaignStatus, ConversationStatus, OutboundStatus
from smartchat.models import Campaign, Conversation, InboundMessage, OutboundMessage

from . import beating, guessing, storage, troubles

OK = "ok"
PING_SECONDS = 0.2


def check(machine: datetime) -> dict[str, str]:
    """`ok` or what is wrong, by part: database, disk, redis, and each role. `machine` is the machine's time.

    Refused webhooks are none of it: anybody can send them.
    """
    database = _database()
    # Without a database nothing is known of the roles.
    roles = _roles(machine) if database == OK else dict.fromkeys(map(str, WorkerRole), "unknown")
    if database == OK and not next(iter(roles.values())).startswith("unknown"):
        database = _takes_writes(machine)
    return {"database": database, "disk": _disk(), "redis": _redis(), **roles}


def _database() -> str:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return "does not answer"
    return OK


def _takes_writes(machine: datetime) -> str:
    refused = storage.look(machine).refused
    return f"takes no writes: {refused}" if refused else OK


def _disk() -> str:
    free = storage.free()
    if free is None:
        return "unknown: its folder cannot be looked at"
    return OK if free >= storage.LEAST_FREE else f"almost full: {free // 1_000_000} MB left"


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


def _roles(machine: datetime) -> dict[str, str]:
    try:
        signs = beating.signs()
    except SQLAlchemyError:
        db.session.rollback()
        return dict.fromkeys(map(str, WorkerRole), "unknown: the database is not up to date")
    return {str(role): _role(signs.get(role), machine) for role in WorkerRole}


def _role(last: datetime | None, machine: datetime) -> str:
    if last is None:
        return "has never run"
    if not stands_still(last, machine):
        return OK
    seconds = int((machine - last).total_seconds())
    return f"last ran {seconds} s ago" if seconds > 0 else "the clock jumped: it last ran in the time to come"


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
    ages = {name: max((machine - at).total_seconds(), 0) for name, at in beating.beats().items()}
    if WorkerRole.SWEEP in ages:
        yield from _gauge("sweep_age_seconds", "Since the sweep last ran.", ages[WorkerRole.SWEEP])
    if FETCHED in ages:
        meaning = "Since the moment up to which Twilio's list was compared with what is here."
        yield from _gauge("fetched_age_seconds", meaning, ages[FETCHED])
    roles = {str(role): ages[role] for role in WorkerRole if role in ages}
    yield from _gauges("role_age_seconds", "Since the work of a role last went on.", "role", roles)
    yield from _storage(machine)
    yield from _troubles()
    yield from _campaigns()
    yield from _refused_sign_ins()


def _storage(machine: datetime) -> Iterator[str]:
    found = storage.look(machine)
    if found.free is not None:
        yield from _gauge("disk_free_bytes", "Bytes free where the data lies.", found.free)
    yield from _gauge("database_takes_writes", "Whether the database takes writes (1).", not found.refused)


def _troubles() -> Iterator[str]:
    found = troubles.all_of_them()
    refused = {why.removeprefix("webhook-"): found[why].count if why in found else 0 for why in WEBHOOKS}
    yield from _gauges("webhooks_refused", "Webhooks that were refused.", "why", refused)
    jumps = found[Trouble.CLOCK_JUMPED].count if Trouble.CLOCK_JUMPED in found else 0
    yield from _gauge("clock_jumps", "How often the clock was found to have jumped back.", jumps)


def _gauge(name: str, meaning: str, value: float) -> Iterator[str]:
    yield f"# HELP smartchat_{name} {meaning}"
    yield f"# TYPE smartchat_{name} gauge"
    yield f"smartchat_{name} {round(value, 3)}"


def _gauges(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Iterator[str]:
    """One gauge with a value for each word of its label."""
    if values:
        yield f"# HELP smartchat_{name} {meaning}"
        yield f"# TYPE smartchat_{name} gauge"
    for word, value in values.items():
        yield f'smartchat_{name}{{{label}="{word}"}} {round(value, 3)}'


def _campaigns() -> Iterator[str]:
    counts = dict.fromkeys(CampaignStatus, 0)
    for status, count in db.session.execute(select(Campaign.status, func.count()).group_by(Campaign.status)):
        counts[CampaignStatus(status)] = count
    by_word = {str(status): count for status, count in counts.items()}
    yield from _gauges("campaigns", "Campaigns by status.", "status", by_word)


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
