"""Large contact files, worked on beside the pages: asked for by a request, done by a worker, watched from a page.

The row in `preparations` is the work: claimed by row count, held by a lease that a pulse moves on, and taken up by
another worker where the lease ran out. Contacts of an import that broke off are taken away before it begins again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from smartchat import queue
from smartchat.db import changed_rows, db
from smartchat.domain.campaign.preparation import Phase, PreparationStatus, Task
from smartchat.domain.contact_file.mending import NOTHING, Mending, Seen
from smartchat.domain.contact_file.problems import Problem
from smartchat.models import Campaign, Preparation
from smartchat.services.builder import chatbots
from smartchat.services.campaign import rehearsing
from smartchat.services.contact_file import file_checks, importing, repairing, stored_files
from smartchat.services.contact_file.watch import Stopped, Watch

from .lease_heartbeat import LEASE, LeaseHeartbeat

log = logging.getLogger(__name__)

BACKGROUND_BYTES = 3_000_000
"""Files from this size on are read by a worker: some 60,000 rows of text, a second's work."""
FIRST_ROWS = 1_000
MOST_ATTEMPTS = 3
KEPT = timedelta(days=7)
"""How long a file waits for its operator to do something about its errors."""

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Wanted:
    """What an operator asks for: a campaign of that name, from that file."""

    name: str
    chatbot_id: int
    file_name: str
    user_id: int | None
    language: str
    country_code: str = ""
    leave_out_wrong: bool = False
    mending: Mending = NOTHING


def ask_for_import(wanted: Wanted, stream: BinaryIO, now: datetime) -> int:
    """Stores the file and has a worker read it in; the id of the campaign that it will become.

    Raises NoSuchChatbot. Killed in the middle it leaves nothing that a worker would take up.
    """
    campaign_id = importing.begin(wanted.name, wanted.chatbot_id, wanted.file_name, wanted.user_id, now)
    db.session.commit()
    stored_files.store(campaign_id, "original", stream)
    db.session.add(
        Preparation(
            campaign_id=campaign_id,
            task=Task.IMPORT,
            language=wanted.language,
            country_code=wanted.country_code,
            leave_out_wrong=wanted.leave_out_wrong,
            mending=" ".join(wanted.mending.tokens()),
            asked_at=now,
        )
    )
    db.session.commit()
    queue.ring(queue.FILES)
    return campaign_id


def ask_again(campaign_id: int, country_code: str, leave_out_wrong: bool, mending: Mending = NOTHING) -> bool:
    """Has a file that was wrong read in once more, differently; False where it is not waiting for that."""
    changed = changed_rows(
        update(Preparation)
        .where(Preparation.campaign_id == campaign_id, Preparation.status == PreparationStatus.WRONG)
        .values(
            **_FRESH,
            country_code=country_code,
            leave_out_wrong=leave_out_wrong,
            mending=" ".join(mending.tokens()),
            task=Task.IMPORT,
        )
    )
    db.session.commit()
    queue.ring(queue.FILES)
    return changed == 1


def stop(campaign_id: int) -> None:
    """The operator wants the file away: its worker stops, and whatever was read in is taken back."""
    db.session.execute(
        update(Preparation)
        .where(Preparation.campaign_id == campaign_id, Preparation.task == Task.IMPORT)
        .values(stop=True)
    )
    db.session.commit()
    queue.ring(queue.FILES)


def stop_forgotten(now: datetime) -> None:
    """Takes away the files whose errors nobody has done anything about for a week."""
    db.session.execute(
        update(Preparation)
        .where(Preparation.status == PreparationStatus.WRONG, Preparation.asked_at < now - KEPT)
        .values(stop=True)
    )
    db.session.commit()


def claimable(machine: datetime) -> ColumnElement[bool]:
    """The condition on a Preparation that a worker may take up at this time of the machine's clock."""
    return or_(
        Preparation.status == PreparationStatus.WAITING,
        and_(Preparation.status == PreparationStatus.RUNNING, Preparation.lease_until < machine),
        and_(Preparation.status == PreparationStatus.WRONG, Preparation.stop.is_(True)),
    )


def work_once(now: Clock, machine: Clock, stopping: Callable[[], bool]) -> bool:
    """Takes up one piece of work and does it; False where there is none. `stopping`: the worker is to end."""
    claim = _claim(machine())
    if claim is None:
        return False
    preparation = db.session.scalars(select(Preparation).where(Preparation.claim == claim)).one()
    campaign_id, wish_to_stop = preparation.campaign_id, preparation.stop
    db.session.commit()
    watch = Watch()
    try:
        with LeaseHeartbeat(db.engine, claim, watch, machine, stopping) as pulse:
            if not wish_to_stop:
                _do(preparation, watch, now)
    except Stopped:
        wish_to_stop = pulse.wish_to_stop
        if not wish_to_stop and not pulse.lost:
            _release(claim)
    except Exception:
        db.session.rollback()
        log.exception("the contact file of campaign %d could not be worked on", campaign_id)
        _give_up_or_wait(campaign_id, claim)
    if wish_to_stop:
        importing.discard(campaign_id)
    return True


def _claim(machine: datetime) -> str | None:
    claim = uuid4().hex
    some = select(Preparation.campaign_id).where(claimable(machine)).order_by(Preparation.asked_at).limit(1)
    changed = changed_rows(
        update(Preparation)
        .where(Preparation.campaign_id.in_(some.with_for_update(skip_locked=True)), claimable(machine))
        .values(
            status=PreparationStatus.RUNNING,
            claim=claim,
            lease_until=machine + LEASE,
            begun_at=machine,
            attempts=Preparation.attempts + 1,
            rows=0,
            share=0.0,
            phase="",
        )
    )
    db.session.commit()
    return claim if changed == 1 else None


def _do(preparation: Preparation, watch: Watch, now: Clock) -> None:
    campaign_id = preparation.campaign_id
    match preparation.task:
        case Task.IMPORT:
            _import(preparation, watch)
            rehearsing.ask_for_large(campaign_id, now())
        case _:
            rehearsing.rehearse(campaign_id, now(), watch)
            _done(campaign_id)


def _import(preparation: Preparation, watch: Watch) -> None:
    campaign_id, claim = preparation.campaign_id, preparation.claim
    campaign = db.session.get_one(Campaign, campaign_id)
    file_name, country_code = campaign.file_name, preparation.country_code
    leave_out, mending = preparation.leave_out_wrong, Mending.of(preparation.mending.split())
    importing.discard_contacts(campaign_id)
    stored_files.discard(campaign_id, "repaired")
    repaired = None
    with stored_files.opened(campaign_id, "original") as stream:
        made = importing.fill(
            campaign_id,
            stream,
            file_name,
            watch,
            country_code=country_code,
            leave_out_wrong=leave_out,
            mending=mending,
        )
        if made.campaign_id is None and made.check.wrong_rows.count():
            repaired = _keep_repaired(preparation, stream, made.check.seen, watch)
    if made.campaign_id is None:
        answer = {**file_checks.to_json(made.check), "repaired": repaired}
        _set(claim, status=PreparationStatus.WRONG, answer=answer, **_FREE)
        return
    stored_files.discard(campaign_id)
    _done(campaign_id)


def _done(campaign_id: int) -> None:
    db.session.execute(delete(Preparation).where(Preparation.campaign_id == campaign_id))
    db.session.commit()


def _keep_repaired(
    preparation: Preparation, stream: BinaryIO, seen: Seen, watch: Watch
) -> dict[str, str] | None:
    """Stores the file with its errors marked; the name and the type that it is given back with. Raises Stopped."""
    campaign = db.session.get_one(Campaign, preparation.campaign_id)
    file_name, columns = campaign.file_name, chatbots.script_of_version(campaign.version).custom_data
    language, country_code = preparation.language, preparation.country_code
    mending = Mending.of(preparation.mending.split())
    db.session.commit()
    watch.phase = Phase.MARKING

    def told(share: float) -> None:
        watch.share = share
        if watch.stop.is_set():
            raise Stopped

    with stored_files.temporary_file() as out:
        repaired = repairing.repair(
            stream,
            file_name,
            columns,
            language,
            out,
            country_code,
            mending=mending,
            seen=seen,
            told=told,
        )
        if isinstance(repaired, repairing.NotRepaired):
            return None
        stored_files.store(preparation.campaign_id, "repaired", out)
    return {"name": repaired.file_name, "mimetype": repaired.mimetype}


_FREE: dict[str, Any] = {"claim": None, "lease_until": None}
_FRESH: dict[str, Any] = {
    **_FREE,
    "status": PreparationStatus.WAITING,
    "attempts": 0,
    "rows": 0,
    "share": 0.0,
    "phase": "",
    "begun_at": None,
}


def _release(claim: str) -> None:
    """The worker ends: another one takes it up at once."""
    _set(claim, status=PreparationStatus.WAITING, **_FREE)


def _give_up_or_wait(campaign_id: int, claim: str) -> None:
    """A fault of ours: again when the lease has run out, and after some times the operator is told."""
    attempts = db.session.scalar(select(Preparation.attempts).where(Preparation.claim == claim))
    db.session.commit()
    if attempts is None or attempts < MOST_ATTEMPTS:
        return
    importing.discard_contacts(campaign_id)
    gave_up = Problem("unreadable_file", params={"reason": "gave_up"})
    answer = file_checks.to_json(file_checks.unreadable(gave_up))
    _set(claim, status=PreparationStatus.WRONG, answer=answer, **_FREE)


def _set(held: str | None, /, **values: Any) -> None:
    db.session.execute(update(Preparation).where(Preparation.claim == held).values(**values))
    db.session.commit()
