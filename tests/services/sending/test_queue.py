"""The bell on a real Redis: rung once, never lost between two drains, and never missed when Redis is away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.registry import ScheduledJobRegistry
from rq.scheduler import RQScheduler

from smartchat import queue
from smartchat.services.campaign import launching
from smartchat.services.operations import sweeping
from tests.services.conftest import SENDER, Stage, new_phone


def jobs(redis: Redis) -> int:
    return int(Queue(queue.QUEUE, connection=redis).count)


def test_ringing_many_times_wakes_one_drain(stage: Stage, redis: Redis) -> None:
    for _ in range(5):
        assert queue.ring()
    assert jobs(redis) == 1


def test_a_bell_that_rings_while_a_drain_ends_wakes_another_one(stage: Stage, redis: Redis) -> None:
    queue.ring()
    queue.drain_begins(redis)
    queue.ring()
    assert jobs(redis) == 2


def test_one_bell_is_enough_while_a_drain_waits_for_what_it_was_rung_for(stage: Stage, redis: Redis) -> None:
    now = datetime(2026, 11, 23, 15, tzinfo=UTC)
    rings = []
    for seconds in (0, 0.5, 1.4, 1.6, 2):
        at = now + timedelta(seconds=seconds)
        assert queue.ring_for(at + timedelta(seconds=2), at)
        if jobs(redis):
            rings.append(seconds)
            Queue(queue.QUEUE, connection=redis).empty()
            queue.drain_begins(redis)
    assert rings == [0, 1.6]


def test_what_is_due_at_once_always_rings(stage: Stage, redis: Redis) -> None:
    now = datetime(2026, 11, 23, 15, tzinfo=UTC)
    for _ in range(2):
        assert queue.ring_for(now, now)
        assert jobs(redis) == 1
        Queue(queue.QUEUE, connection=redis).empty()
        queue.drain_begins(redis)


def test_a_bell_that_could_not_be_rung_is_tried_again(stage: Stage, redis: Redis) -> None:
    now, url = datetime(2026, 11, 23, 15, tzinfo=UTC), stage.app.config["REDIS_URL"]
    stage.app.config["REDIS_URL"] = "unix:///nowhere/redis.sock"
    assert not queue.ring_for(now + timedelta(seconds=2), now)
    stage.app.config["REDIS_URL"] = url
    assert queue.ring_for(now + timedelta(seconds=2), now)
    assert jobs(redis) == 1


def test_the_sweep_rings_although_the_wake_flag_was_left_standing(stage: Stage, redis: Redis) -> None:
    queue.ring()
    Queue(queue.QUEUE, connection=redis).empty()  # the job is lost, the flag is not
    queue.ring()
    assert jobs(redis) == 0
    queue.ring_again()
    queue.ring_again()
    assert jobs(redis) == 1


def test_one_job_for_each_sender_and_opening(stage: Stage, redis: Redis) -> None:
    opening = datetime(2026, 11, 24, 13, tzinfo=UTC)
    for sender in (SENDER, SENDER, f"whatsapp:{SENDER}"):
        assert queue.ring_at(sender, opening)
    scheduled = ScheduledJobRegistry(queue.QUEUE, connection=redis)
    assert sorted(scheduled.get_job_ids()) == [
        "opening-_15005550006-20261124T130000Z",
        "opening-whatsapp__15005550006-20261124T130000Z",
    ]


def test_without_redis_the_bell_says_so_and_raises_nothing(stage: Stage) -> None:
    stage.app.config["REDIS_URL"] = "unix:///nowhere/redis.sock"
    assert not queue.ring()
    assert not queue.ring_again()
    assert not queue.ring_at(SENDER, datetime(2026, 11, 24, 13, tzinfo=UTC))


def test_the_scheduler_rings_at_the_opening_and_a_real_worker_answers(
    stage: Stage, redis: Redis, at: Callable[[str], None]
) -> None:
    phone = new_phone()
    at("2026-11-23T22:00")
    stage.launch([phone])
    scheduler = RQScheduler([queue.QUEUE], connection=redis, name="tests")
    scheduler.acquire_locks()
    at("2026-11-24T07:59:59")
    scheduler.enqueue_scheduled_jobs()
    assert jobs(redis) == 0
    at("2026-11-24T08:00:00")
    scheduler.enqueue_scheduled_jobs()
    assert jobs(redis) == 1

    class Worker(SimpleWorker):
        def perform_job(self, job: Job, queue: Queue) -> bool:
            with stage.app.app_context():
                return super().perform_job(job, queue)

    Worker([queue.QUEUE], connection=redis).work(burst=True, logging_level="ERROR")
    assert stage.told(phone) == ["Hola Carlos.", "¿Podrá pagar?"]


def test_the_sweep_finds_what_is_due_without_any_state_in_redis(
    stage: Stage, redis: Redis, at: Callable[[str], None]
) -> None:
    from smartchat import clock

    at("2026-11-23T22:00")
    stage.launch([new_phone()])
    redis.flushall()
    assert not sweeping.sweep(clock.now(), clock.machine_now())
    assert jobs(redis) == 0
    at("2026-11-24T08:00")
    assert sweeping.sweep(clock.now(), clock.machine_now()).openings
    assert jobs(redis) == 1


def test_a_launch_while_redis_is_away_is_found_by_the_sweep(stage: Stage, redis: Redis) -> None:
    from smartchat import clock

    url = stage.app.config["REDIS_URL"]
    draft = stage.draft([new_phone()])
    stage.app.config["REDIS_URL"] = "unix:///nowhere/redis.sock"
    assert launching.launch(draft, None, clock.now()).done
    stage.app.config["REDIS_URL"] = url
    assert jobs(redis) == 0
    assert sweeping.sweep(clock.now(), clock.machine_now()).openings
    assert jobs(redis) == 1
