"""The worker: `python worker.py work | call | files | schedule | sweep`; without an argument all of them run.

work      takes the bell's jobs: answers, sends and opens what is due
call      asks the external systems that conversations wait for
files     reads in large contact files and rehearses them, beside all that is sent
schedule  RQ's scheduler: rings at the openings of active hours
sweep     looks at the database every few seconds and rings for what a lost bell left
"""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import smartchat.interrupted  # noqa: F401 - before all that takes its time  # isort: skip

from flask import Flask

from smartchat import clock, config, create_app, life
from smartchat.clock import BadClock
from smartchat.running.processes import EndedAtStart

log = logging.getLogger("smartchat.worker")
ROLES = ("work", "call", "files", "schedule", "sweep")
SWEEP_SECONDS = 3.0
BEAT_SECONDS = 10.0
WORKER_TTL = 30
MAINTENANCE_SECONDS = 15


def work() -> None:
    """Answers, sends and opens what is due."""
    from smartchat.queue import MESSAGES

    take_jobs("work", MESSAGES.queue)


def call() -> None:
    """Asks external systems, which may take their time."""
    from smartchat.queue import CALLS

    take_jobs("call", CALLS.queue)


def files() -> None:
    """Reads in large contact files and rehearses them."""
    from smartchat.queue import FILES

    take_jobs("files", FILES.queue)


def take_jobs(role: str, name: str) -> None:
    """One RQ worker on one queue, without RQ's scheduler; jobs run in this process, inside the application."""
    from redis import Redis
    from rq import SimpleWorker
    from rq.job import Job
    from rq.queue import Queue

    app = create_app(pages=False)

    class Worker(SimpleWorker):
        def perform_job(self, job: Job, queue: Queue) -> bool:
            life.moved()
            with app.app_context():
                return super().perform_job(job, queue)

        def heartbeat(self, *arguments: Any, **named: Any) -> None:
            life.moved()
            super().heartbeat(*arguments, **named)

    live(app, role)
    redis = Redis.from_url(app.config["REDIS_URL"])
    worker = Worker(
        [Queue(name, connection=redis)],
        connection=redis,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )
    app.extensions["smartchat_stopping"] = lambda: worker._stop_requested
    worker.work(with_scheduler=False, logging_level="WARNING")


def schedule() -> None:
    """RQ's scheduler as a process of its own; its fixed name takes the lock again at once after a crash."""
    from redis import Redis
    from rq.scheduler import RQScheduler

    from smartchat.queue import QUEUE

    class Scheduler(RQScheduler):
        def heartbeat(self) -> None:
            life.moved()
            super().heartbeat()  # type: ignore[no-untyped-call]

    app = create_app(pages=False)
    live(app, "schedule")
    scheduler = Scheduler(
        [QUEUE],
        connection=Redis.from_url(app.config["REDIS_URL"]),
        interval=1,
        name="smartchat",
        logging_level="WARNING",
    )
    while not scheduler.acquire_locks():  # type: ignore[no-untyped-call]
        life.moved()
        time.sleep(1)
    scheduler.work()  # type: ignore[no-untyped-call]


def sweep() -> None:
    """A round every few seconds; a round that fails (the database is away) is logged, and the next one comes."""
    from sqlalchemy.exc import SQLAlchemyError

    from smartchat.domain.operations.worker_roles import WorkerRole
    from smartchat.services.background import preparing
    from smartchat.services.contact_file import importing
    from smartchat.services.operations import beating, sweeping

    app = create_app(pages=False)
    life.begin()  # its rounds write down themselves that they are done
    with app.app_context():
        beating.start([WorkerRole.SWEEP], clock.machine_now())
    stop = threading.Event()
    looker = threading.Thread()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(SWEEP_SECONDS):
        life.moved()
        with app.app_context():
            try:
                if not looker.is_alive():
                    looker = look_for_lost_messages(app)
                sweeping.sweep(clock.now(), clock.machine_now())
                importing.discard_abandoned(clock.now())
                preparing.stop_forgotten(clock.now())
            except SQLAlchemyError as error:
                log.warning("the sweep could not look at the database (%s)", type(error).__name__)
            take_back()


def take_back() -> None:
    """Undoes what a wrong clock wrote; a fault in that does not keep the sweep from its rounds."""
    from smartchat.db import db
    from smartchat.services.operations import clock_jumps

    try:
        clock_jumps.take_back(clock.now(), clock.machine_now())
    except Exception:
        db.session.rollback()
        log.exception("it could not be looked whether the clock had jumped; again in the next round")


def live(app: Flask, role: str) -> None:
    """Begins to say that the role lives: to whoever keeps its process running, and in the database for everybody."""
    from smartchat.services.operations import beating

    def beat() -> None:
        with app.app_context():
            while True:
                beating.beat(role, clock.machine_now() - timedelta(seconds=life.since_moved()))
                time.sleep(BEAT_SECONDS)

    life.begin()
    threading.Thread(target=beat, name="beat", daemon=True).start()


def look_for_lost_messages(app: Flask) -> threading.Thread:
    """Reads Twilio's list beside the rounds of the sweep, where it is time to; its thread ends with the process."""
    from smartchat.services.conversation import fetching

    begun, every = clock.machine_now(), timedelta(seconds=app.config["FETCH_SECONDS"])
    since = fetching.begin(begun, every)
    looker = threading.Thread()
    if since is not None:

        def look() -> None:
            with app.app_context():
                try:
                    fetching.look(since, begun, clock.now())
                except Exception:
                    log.exception("lost messages could not be looked for; again in %s", every)

        looker = threading.Thread(target=look, daemon=True)
        looker.start()
    return looker


def keep_all() -> None:
    """All roles, each in a process of its own, and the embedded Redis where REDIS_URL names no other."""
    from smartchat.running import programs
    from smartchat.running.processes import Keeper

    create_app(pages=False)  # what is wrong is said once, and not by each role again and again
    keeper = Keeper([*programs.redis(), *programs.roles()])
    try:
        keeper.start()
        keeper.keep()
    finally:
        keeper.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog=Path(__file__).name, description=__doc__.splitlines()[0])
    parser.add_argument("role", nargs="?", choices=ROLES, help="one role; without it all of them")
    role = parser.parse_args().role
    logging.basicConfig(level="INFO", format=f"%(asctime)s {role or 'worker'} %(levelname)s %(message)s")
    os.umask(0o077)  # what it writes is nobody else's
    try:
        roles = {"work": work, "call": call, "files": files, "schedule": schedule, "sweep": sweep}
        roles.get(role, keep_all)()
    except (config.BadSettings, BadClock, EndedAtStart) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
