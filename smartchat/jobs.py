"""What workers run: one drain for each bell, until nothing is due."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, current_app

from . import clock, life, queue
from .adapters.external_caller import external_caller
from .adapters.twilio_channel import TwilioChannel
from .services.background import preparing
from .services.campaign import launching
from .services.conversation import answering, calling, opening, receiving
from .services.sending import pacing, reconciling, sending

# A drain ends by itself long before RQ would end it, and rings for the next one if it was not done.
DRAIN_SECONDS = 60.0
# How long a drain waits for a sender to be ready; for what takes longer the sweep rings again.
SHORTEST_WAIT, LONGEST_WAIT = 0.05, 4.0
NAP = 0.1  # while it waits it looks this often whether the bell has rung
# Answers at a time while Twilio is being called: the calls' results are not kept waiting for long.
A_FEW = 25
# Batches that one round hands over: then doubtful messages, and a wish to stop, are looked at again.
BATCHES = 8
CLOCKS = sending.Clocks(now=clock.now, machine=clock.machine_now)


def drain() -> None:
    """Answers, sends and opens what is due: replies first. Any number of workers may drain at once."""
    app = current_app
    queue.drain_begins(queue.connection())
    channel, pool = _channel(app), _pool(app)
    deadline = time.monotonic() + DRAIN_SECONDS
    stopping = app.extensions.get("smartchat_stopping", lambda: False)
    while time.monotonic() < deadline and not stopping():
        life.moved()
        if work_once(channel, pool, app.config["SEND_THREADS"]):
            continue
        wait = _next_in()
        if wait is None or not _rest(min(wait, deadline - time.monotonic()), stopping):
            return
    queue.ring()


def _next_in() -> float | None:
    """Seconds until something can be done for which nobody rings; None where that is far off, or never.

    A message may be due that its sender is not ready for, at its pace; or a turn that waits for another message.
    """
    now, waits = clock.now(), []
    wait = pacing.wait(now, clock.machine_now())
    if wait is not None and wait <= LONGEST_WAIT:
        waits.append(wait)
    turn = receiving.turn_wait()
    if turn and (due := answering.next_due(now, turn)) is not None:
        waits.append((due - now).total_seconds())
    return max(min(waits), SHORTEST_WAIT) if waits else None


def _rest(seconds: float, stopping: Callable[[], bool]) -> bool:
    """Waits; False where it is of no use: the bell has rung meanwhile, and the next drain does it all."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        life.moved()
        if stopping():
            break
        if queue.rung():
            return False
        time.sleep(min(left, NAP))
    return True


def prepare_files() -> None:
    """Reads in and rehearses the contact files that wait for it, one after the other."""
    app = current_app
    queue.drain_begins(queue.connection(), queue.FILES)
    stopping = app.extensions.get("smartchat_stopping", lambda: False)
    while not stopping() and preparing.work_once(clock.now, clock.machine_now, stopping):
        pass


def call_out() -> None:
    """Asks other systems what conversations wait for, beside all that is sent: they may take their time."""
    app = current_app
    queue.drain_begins(queue.connection(), queue.CALLS)
    stopping = app.extensions.get("smartchat_stopping", lambda: False)
    deadline = time.monotonic() + DRAIN_SECONDS

    def look_again(ended: bool) -> bool:
        life.moved()
        return not stopping() and time.monotonic() < deadline and (ended or queue.rung_again(queue.CALLS))

    def made() -> int:
        return calling.call_due(
            external_caller(app.config),
            CLOCKS,
            _pool(app).submit,
            app.config["SEND_THREADS"],
            look_again,
            queue.ring,
        )

    while made() and not stopping() and time.monotonic() < deadline:
        pass


def work_once(channel: TwilioChannel, pool: ThreadPoolExecutor, threads: int) -> int:
    """One round over everything that is due; how many things it dealt with, 0 when nothing is left."""
    done = reconciling.settle_doubtful(channel, CLOCKS)
    life.moved()
    done += answering.answer_due(clock.now(), A_FEW)
    done += launching.make_more(clock.now())
    return done + _send(channel, pool, threads)


def _send(channel: TwilioChannel, pool: ThreadPoolExecutor, threads: int) -> int:
    """Hands over what is due, batch behind batch: while one is with Twilio, the next is claimed. How many things."""
    done = 0
    under_way: deque[sending.SendingBatch] = deque()
    try:
        for _ in range(BATCHES):
            life.moved()
            batch = sending.begin(channel, pool, threads, CLOCKS)
            if batch.claimed:
                under_way.append(batch)
            # What has as much to send as it can is in no hurry to write more than it sends.
            most = threads if len(batch.claimed) >= threads else None
            done += _write_ahead(under_way[0] if under_way else batch, most)
            if len(under_way) > 1 or (under_way and not batch.claimed):
                done += sending.finish(under_way.popleft(), CLOCKS)
            elif not batch.claimed:
                break
    finally:
        while under_way:
            life.moved()
            done += sending.finish(under_way.popleft(), CLOCKS)
    return done


def _write_ahead(batch: sending.SendingBatch, most: int | None) -> int:
    """While Twilio is being called: the next answers, about `most`, and openings just ahead of sending. How many."""
    written = opening.open_due(clock.now(), clock.machine_now())
    while not batch.done() and (most is None or written < most):
        more = answering.answer_due(clock.now(), A_FEW) or opening.open_due(clock.now(), clock.machine_now())
        if not more:
            break
        written += more
    return written


def _channel(app: Flask) -> TwilioChannel:
    channel: TwilioChannel = app.extensions.setdefault("smartchat_channel", TwilioChannel(app.config))
    return channel


def _pool(app: Flask) -> ThreadPoolExecutor:
    """The process's sending threads, each with its own kept-alive connection."""
    pool: ThreadPoolExecutor | None = app.extensions.get("smartchat_pool")
    if pool is None:
        pool = ThreadPoolExecutor(app.config["SEND_THREADS"], thread_name_prefix="send")
        app.extensions["smartchat_pool"] = pool
    return pool
