"""A short round: one process, virtual time, the simulator's own parts, and kills by abandoning who is at work.

Everything the product does goes by its public functions: launch and Finish, webhooks as `receive` and `record_status`,
workers as `jobs.drain`, the sweep. Whoever runs may be killed at every commit, call and bell (see `killing`).
"""

import io
import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from simulator.messages import Message
from simulator.webhooks import Answer
from simulator.writing import Given, Written, write
from smartchat import clock, jobs
from smartchat.db import db
from smartchat.models import Campaign, Conversation, InboundMessage, OutboundMessage
from smartchat.services.builder import chatbots
from smartchat.services.campaign import finishing, launching
from smartchat.services.contact_file import importing
from smartchat.services.conversation import receiving
from smartchat.services.operations import sweeping
from smartchat.services.sending import pacing, tracking

from . import rows
from .audit import Breach, Facts, audit
from .bell import LocalBell
from .killing import Processes
from .outcome import Outcome
from .plan import SCRIPT, SENDER, Launch, Phones, Plan
from .timeline import Timeline
from .twilio import BASE, LocalChannel, LocalWorld
from .words import OUT_WORDS

SWEEP_SECONDS = 3.0
RESTART_SECONDS = 1.5
WORKERS = 2
THREADS = 8
LONGEST = timedelta(days=10)
MOST_STEPS = 60_000
SMARTCHAT_LOG = logging.getLogger("smartchat")


class Call(Future[Any]):
    """A call in virtual time: done at once, or when somebody asks for it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self._work: Callable[[], Any] | None = work

    def run(self) -> None:
        if self._work is not None:
            work, self._work = self._work, None
            try:
                self.set_result(work())
            except BaseException as death:
                self.set_exception(death)
                raise

    def done(self) -> bool:
        self.run()
        return super().done()

    def result(self, timeout: float | None = None) -> Any:
        self.run()
        return super().result(timeout)


class VirtualPool:
    """The sending threads: one call after the other, some before their process goes on and some when it waits."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Call:
        call = Call(partial(work, *arguments))
        if self._dice.random() < 0.5:
            call.run()
        return call


class Errors(logging.Handler):
    """What the product reports as a fault of its own: in these rounds it has none."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


class Round:
    """One seeded round over an application with an empty database."""

    def __init__(self, app: Flask, plan: Plan) -> None:
        self.app = app
        self.plan = plan
        self.dice = random.Random(f"round {plan.seed}")
        self.phones = Phones(plan)
        self.timeline = Timeline(plan.start)
        self.processes = Processes(app)
        self.world = LocalWorld(self.timeline, self._post, self._arrived)
        self.world.set_faults(plan.faults)
        self.bell = LocalBell(self.timeline, self.processes.point, self._wake)
        self.channel = LocalChannel(self.world, self.timeline, self.processes.point, self.dice)
        self.channel.throttled, self.channel.freezes = plan.throttled, plan.freezes
        self.happened: Counter[str] = Counter()
        self.away: Counter[str] = Counter()
        self.busy = 0
        self.finished: dict[int, datetime] = {}
        self.finish_in_flight: dict[int, frozenset[int]] = {}
        self.stop_in_flight: dict[str, frozenset[int]] = {}
        self._due_query: Any = None

    def run(self) -> Outcome:
        """The whole round, until all is quiet and audited."""
        errors = Errors()
        SMARTCHAT_LOG.addHandler(errors)
        level, propagate = SMARTCHAT_LOG.level, SMARTCHAT_LOG.propagate
        SMARTCHAT_LOG.setLevel(logging.ERROR)
        SMARTCHAT_LOG.propagate = False
        try:
            with self.timeline, self.processes.watched(), self.bell.installed(), self._own_time():
                self._prepare()
                quiet = self._until_quiet()
                with self.app.app_context():
                    breaches = self._judge(quiet, errors.texts)
        finally:
            SMARTCHAT_LOG.removeHandler(errors)
            SMARTCHAT_LOG.setLevel(level)
            SMARTCHAT_LOG.propagate = propagate
        self.happened.update(f"killed {name}" for name in self.processes.killed)
        return Outcome(self.plan.seed, breaches, self.happened)

    def _own_time(self) -> AbstractContextManager[Any]:
        """What a drain waits for its sender's pace is virtual too."""

        def monotonic() -> float:
            return self.timeline.now.timestamp()

        def sleep(seconds: float) -> None:
            self.timeline.spend(max(seconds, 0.001))  # less would be lost in rounding

        return patch.object(jobs, "time", SimpleNamespace(monotonic=monotonic, sleep=sleep))

    def _judge(self, quiet: bool, errors: list[str]) -> list[Breach]:
        log, found = self.world.log(), rows.read()
        self.happened["messages"] = len(found["outbound"])
        self.happened["inbound"] = len(found["inbound"])
        facts = Facts(self.finished, self.stop_in_flight, self.finish_in_flight)
        breaches = audit(log, found, facts)
        breaches += [Breach("fault", text) for text in [*errors, *self.timeline.crashes]]
        return breaches if quiet else [*breaches, Breach("left waiting", "it finds no rest")]

    # What is planned

    def _prepare(self) -> None:
        self.app.extensions["smartchat_channel"] = self.channel
        self.app.extensions["smartchat_pool"] = VirtualPool(self.dice)
        self.app.extensions["smartchat_stopping"] = lambda: self.timeline.stands
        self.app.extensions.pop("smartchat_scripts", None)
        self.app.config["SEND_THREADS"] = THREADS
        self.app.config["TURN_WAIT"] = self.plan.turn_wait
        with self.app.app_context():
            imported = chatbots.import_script(SCRIPT, None, clock.now())
            pacing.set_rate(SENDER, self.plan.rate, None, clock.now())
        assert imported.id is not None, imported.problems
        for number, planned in enumerate(self.plan.launches, 1):
            self._draft_and_launch(number, planned, imported.id)
        for after in self.plan.flushes:
            self.timeline.after(after, self._flush)
        for what, after, seconds in self.plan.outages:
            self.timeline.after(after, lambda what=what, seconds=seconds: self._outage(what, seconds))

    def _draft_and_launch(self, number: int, planned: Launch, chatbot_id: int) -> None:
        with self.app.app_context():
            created = importing.create_campaign(
                f"C{number}", chatbot_id, io.BytesIO(planned.file(number)), "c.tsv", None, clock.now()
            )
        assert created.campaign_id is not None
        campaign_id = created.campaign_id
        self.timeline.after(planned.after, lambda: self._launch(campaign_id, planned))

    def _flush(self) -> None:
        self.happened["flushes"] += 1
        self.bell.flush()

    def _outage(self, what: str, seconds: float) -> None:
        self.happened[f"outages of {what}"] += 1
        self._is_away(what, 1)
        self.timeline.after(seconds, lambda: self._is_away(what, -1))

    def _is_away(self, what: str, change: int) -> None:
        self.away[what] += change
        self.bell.away = self.away["redis"] > 0
        self.channel.away = self.away["twilio"] > 0
        if change < 0:
            self._wake()

    # What operators do

    def _launch(self, campaign_id: int, planned: Launch) -> None:
        """Pressed again by who saw no answer."""
        done = False
        with self.processes.process("launch", self._points(6)):
            launching.launch(campaign_id, None, clock.now())
            done = True
        if not done:
            self.timeline.after(5, lambda: self._launch(campaign_id, planned))
        elif planned.finish_after is not None:
            self.timeline.after(planned.finish_after, lambda: self._finish(campaign_id))

    def _finish(self, campaign_id: int) -> None:
        done = False
        with self.processes.process("finish", self._points(4)):
            finishing.finish(campaign_id, None, clock.now())
            done = True
        self._note_finish(campaign_id)
        if not done:
            self.timeline.after(5, lambda: self._finish(campaign_id))

    def _note_finish(self, campaign_id: int) -> None:
        """From when on nothing may leave, and which rows are being sent at that moment."""
        with self.app.app_context():
            campaign = db.session.get_one(Campaign, campaign_id)
            if campaign.finished_at is not None and campaign_id not in self.finished:
                self.happened["finishes"] += 1
                self.finished[campaign_id] = campaign.finished_at
                self.finish_in_flight[campaign_id] = self._being_sent(
                    OutboundMessage.campaign_id == campaign_id
                )

    def _being_sent(self, where: Any) -> frozenset[int]:
        query = select(OutboundMessage.id).where(OutboundMessage.status == "sending", where)
        return frozenset(db.session.scalars(query))

    # What contacts do

    def _arrived(self, message: Message) -> None:
        for delay, text in self.phones.react(message.to, message.body):
            self.timeline.after(delay, lambda text=text: self._write(message.to, text))

    def _write(self, contact: str, text: str) -> None:
        self.happened["written"] += 1
        assert isinstance(write(self.world, BASE, contact, text, Given(SENDER)), Written)

    # What comes in by web

    def _post(self, path: str, parameters: Mapping[str, str]) -> Answer:
        """One webhook: answered, or its process is killed in the middle, or there is none."""
        if self.away["web"] > 0:
            return Answer(kind="ct", error="connection refused")
        parts, answered = urlsplit(path), False
        with self.processes.process("web", self._points(5)):
            if parts.path == "/twilio/inbound":
                receiving.receive(parameters, clock.now())
            else:
                (row_id,) = parse_qs(parts.query)["message"]
                tracking.record_status(parameters, int(row_id), clock.now(), clock.machine_now())
            answered = True
        if not answered:
            return Answer(kind="rt", error="connection broken")
        if parts.path == "/twilio/inbound" and parameters["Body"].casefold() in OUT_WORDS:
            self._note_stop(parameters)
        return Answer(status=200)

    def _note_stop(self, parameters: Mapping[str, str]) -> None:
        if parameters["MessageSid"] not in self.stop_in_flight:
            self.happened["stops"] += 1
            with self.app.app_context():
                flying = self._being_sent(OutboundMessage.to == parameters["From"])
            self.stop_in_flight[parameters["MessageSid"]] = flying

    # Workers and sweep

    def _points(self, most: int) -> int | None:
        """After how many points this process is killed; None: it is not."""
        return self.dice.randint(1, most) if self.dice.random() < self.plan.kills else None

    def _wake(self) -> None:
        """A free worker takes a job."""
        if self.bell.jobs == 0 or self.busy >= WORKERS or self.away["worker"] > 0:
            return
        self.bell.jobs -= 1
        self.busy += 1
        ended = False
        with self.processes.process("worker", self._points(60)):
            jobs.drain()
            ended = True
        self.happened["drains"] += 1
        self.timeline.after(0.01 if ended else RESTART_SECONDS, self._free)

    def _free(self) -> None:
        self.busy -= 1
        self._wake()

    def _sweep(self) -> None:
        if self.away["sweep"] > 0:
            return
        self.happened["sweeps"] += 1
        with self.processes.process("sweep", self._points(3)):
            sweeping.sweep(clock.now(), clock.machine_now())

    # Until nothing is left to do

    def _until_quiet(self) -> bool:
        """Runs it all; False where it finds no rest. The sweep has its turn in every pause of its three seconds."""
        for _ in range(MOST_STEPS):
            if self.timeline.now - self.plan.start > LONGEST or len(self.timeline.crashes) > 20:
                return False
            following = self.timeline.next_at()
            pause = self.timeline.now + timedelta(seconds=SWEEP_SECONDS)
            if following is not None and following <= pause:
                self.timeline.step()
                continue
            due = self._next_due()
            wanted = min((at for at in (following, due) if at is not None), default=None)
            if wanted is None:
                return True
            if due is not None and due == wanted:
                self.timeline.go(max(pause, due + timedelta(seconds=self.dice.uniform(0, SWEEP_SECONDS))))
                self._sweep()
            else:
                self.timeline.step()
        return False

    def _next_due(self) -> datetime | None:
        """When the database next has something to do, looked up without the product's own queries.

        What waits for an earlier message of its conversation is due after that one.
        """
        if self._due_query is None:
            self._due_query = _due_query()
        with self.app.app_context():
            found = db.session.execute(self._due_query).one()
        return min((at for at in found if at is not None), default=None)


def _due_query() -> Any:
    unsettled = ("waiting", "sending", "doubtful")
    earlier = aliased(OutboundMessage)
    on_its_way = exists().where(
        earlier.conversation_id == InboundMessage.conversation_id, earlier.status.in_(unsettled)
    )
    before = exists().where(
        earlier.conversation_id == OutboundMessage.conversation_id,
        earlier.id < OutboundMessage.id,
        earlier.status.in_(unsettled),
    )
    inbound = select(func.min(InboundMessage.due_at)).where(InboundMessage.outcome.is_(None), ~on_its_way)
    openings = select(func.min(Conversation.due_at)).where(Conversation.status == "waiting")
    outbound = select(func.min(OutboundMessage.due_at)).where(OutboundMessage.status == "waiting", ~before)
    leases = select(func.min(OutboundMessage.lease_until)).where(
        OutboundMessage.status.in_(("sending", "doubtful"))
    )
    return select(*(query.scalar_subquery() for query in (inbound, openings, outbound, leases)))
