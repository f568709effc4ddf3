"""The bell. The rows in the database are the work; Redis and RQ only say that there is some.

Ring after the commit. A lost bell costs seconds: the sweep looks at the database and rings again.
"""

import logging
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from . import clock

log = logging.getLogger(__name__)

QUEUE = "smartchat"
WAKE = "smartchat:wake"
WAKE_SECONDS = 60
SLACK = timedelta(seconds=0.5)
DRAIN = "smartchat.jobs.drain"
JOB_SECONDS = 300
_DRAIN_OPTIONS = {"job_timeout": JOB_SECONDS, "result_ttl": 0, "failure_ttl": 60, "ttl": None}
# No file takes so long; its lease in the database notices a dead worker much earlier.
_FILE_OPTIONS = {**_DRAIN_OPTIONS, "job_timeout": 24 * 3600}


class Bell(NamedTuple):
    """One kind of work: the queue of its workers, the flag that it was rung, and the job that it starts."""

    queue: str
    wake: str
    job: str


MESSAGES = Bell(QUEUE, WAKE, DRAIN)
CALLS = Bell("smartchat-calls", "smartchat:wake-calls", "smartchat.jobs.call_out")
FILES = Bell("smartchat-files", "smartchat:wake-files", "smartchat.jobs.prepare_files")


def impatient_redis(url: str) -> Redis:
    """A connection for web processes: a dead Redis costs a fifth of a second, not the client's four seconds."""
    return Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=0.2, socket_timeout=1)


_connection = lru_cache(maxsize=4)(impatient_redis)


def connection() -> Redis:
    """This process's connection pool to Redis."""
    return _connection(current_app.config["REDIS_URL"])


def ring(bell: Bell = MESSAGES) -> bool:
    """Wakes a worker, once until it begins to drain; False where Redis cannot be reached (the sweep will ring)."""
    try:
        redis = connection()
        if redis.set(bell.wake, 1, nx=True, ex=WAKE_SECONDS):
            _enqueue(redis, bell)
    except RedisError as error:
        log.warning("the bell could not be rung (%s); the sweep will", type(error).__name__)
        return False
    else:
        return True


def ring_for(due: datetime, now: datetime) -> bool:
    """As `ring`, for work that falls due in a moment. Whoever was woken for such work waits until it is due, and then
    sees what else has come: until shortly before that, one bell of this process is enough for all.
    """
    rung = current_app.extensions.setdefault("smartchat_rung", {})
    if rung and rung["at"] <= now < rung["until"]:
        return True
    if not ring():
        return False
    rung |= {"at": now, "until": due - SLACK}
    return True


def ring_again(bell: Bell = MESSAGES) -> bool:
    """The sweep's bell: does not trust the wake flag, only whether a drain is in the queue already."""
    try:
        redis = connection()
        if Queue(bell.queue, connection=redis).count == 0:
            redis.set(bell.wake, 1, ex=WAKE_SECONDS)
            _enqueue(redis, bell)
    except RedisError as error:
        log.warning("the sweep could not ring the bell (%s)", type(error).__name__)
        return False
    else:
        return True


def ring_at(sender: str, opening: datetime) -> bool:
    """One job for each sender and opening; asking again moves nothing, since its id is made of both."""
    try:
        Queue(QUEUE, connection=connection()).enqueue_at(
            clock.on_machine(opening), DRAIN, job_id=opening_job_id(sender, opening), **_DRAIN_OPTIONS
        )
    except RedisError as error:
        log.warning(
            "the bell for the opening could not be set (%s); the sweep will ring", type(error).__name__
        )
        return False
    else:
        return True


def opening_job_id(sender: str, opening: datetime) -> str:
    """Deterministic, and made of the letters that RQ allows."""
    name = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in sender)
    return f"opening-{name}-{opening:%Y%m%dT%H%M%S}Z"


def rung(bell: Bell = MESSAGES) -> bool:
    """Whether a drain that has not begun yet was asked for; also where Redis cannot be reached."""
    try:
        return bool(connection().exists(bell.wake))
    except RedisError:
        return True


def rung_again(bell: Bell) -> bool:
    """Whether the bell has rung since the drain that asks began, or since it asked last; not without Redis."""
    try:
        return bool(connection().delete(bell.wake))
    except RedisError:
        return False


def drain_begins(redis: Redis, bell: Bell = MESSAGES) -> None:
    """The first act of a drain: from here on a bell asks for another one."""
    redis.delete(bell.wake)


def _enqueue(redis: Redis, bell: Bell) -> None:
    options = _FILE_OPTIONS if bell is FILES else _DRAIN_OPTIONS
    Queue(bell.queue, connection=redis).enqueue(bell.job, **options)
