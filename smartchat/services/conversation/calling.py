"""Other systems are asked: claimed by row count, called outside of any transaction, and the dialogue goes on.

A call whose outcome nobody knows (its process died) is made once more if it only reads (GET); otherwise it counts as
failed, since the other system may have acted on it.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from smartchat.db import changed_rows, db
from smartchat.domain.conversation.dialogue import CallExternal, Dialogue, ExternalAnswered, advance, call_of
from smartchat.domain.conversation.external import Outcome
from smartchat.domain.script.secret_names import host_of, secret_names
from smartchat.domain.script.steps import External
from smartchat.domain.statuses import CampaignStatus, ConversationStatus, OutboundKind
from smartchat.models import Campaign, Conversation
from smartchat.services.builder import chatbots, keeping_secrets
from smartchat.services.sending import whatsapp_window
from smartchat.services.sending.sending import Clocks

from . import pausing, talking

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
BATCH = 16
SHARE_OF_A_HOST = 0.75
"""Of the calls that may be under way: one host that is slow does not take them all."""
LOOK_SECONDS = 0.2
"""How often it is asked, while calls are under way, whether others have fallen due."""


class Submit(Protocol):
    """Hands a call over to a thread: ThreadPoolExecutor.submit."""

    def __call__(self, make: Callable[..., Outcome], /, *arguments: Any) -> Future[Outcome]: ...


class Caller(Protocol):
    """Asks another system: the values at these paths of its JSON answer. Never raises for what the other side does."""

    def __call__(self, call: CallExternal, paths: Mapping[str, str], /) -> Outcome: ...


def call_due(
    caller: Caller,
    clocks: Clocks,
    submit: Submit | None = None,
    limit: int = BATCH,
    look_again: Callable[[bool], bool] = lambda _ended: False,
    answered: Callable[[], object] = lambda: None,
) -> int:
    """Makes the calls that are due, at most `limit` at a time, until none is under way; how many.

    Each conversation goes on as soon as its own call has ended: a slow one keeps nobody waiting. What falls due
    meanwhile is taken where `look_again` says so, which is told whether a call has ended; `answered` hears that
    something is to be sent. `submit` hands a call over to a thread; without it each is made at once.
    """
    submit = submit or _at_once
    under_way: dict[Future[Outcome], _Prepared] = {}
    put_off: dict[int, str] = {}  # campaigns, by the host of which enough calls are under way
    count, look = 0, True
    while look or under_way:
        known = len(put_off)
        if look and (room := limit - len(under_way)):
            for prepared in _taken(clocks, room, put_off):
                if prepared.host in _crowded(under_way, limit):
                    _leave(prepared.conversation_id)
                    put_off[prepared.campaign_id] = prepared.host
                else:
                    under_way[submit(_ask, caller, prepared)] = prepared
                    count += 1
        others = len(put_off) > known  # may be due behind those that were put off
        ended = wait(under_way, LOOK_SECONDS, FIRST_COMPLETED).done
        for call in ended:
            _go_on_or_leave(under_way.pop(call), call.result(), clocks.now())
        if ended:
            answered()
        crowded = _crowded(under_way, limit)
        put_off = {campaign: host for campaign, host in put_off.items() if host in crowded}
        look = look_again(bool(ended)) or others
    return count


def _crowded(under_way: Mapping[Future[Outcome], "_Prepared"], limit: int) -> set[str]:
    """The hosts of which as many calls are under way as may be: the rest is for other hosts."""
    hosts = Counter(prepared.host for call, prepared in under_way.items() if not call.done())
    return {host for host, many in hosts.items() if many >= ceil(limit * SHARE_OF_A_HOST)}


def _taken(clocks: Clocks, room: int, but: Collection[int]) -> Iterator["_Prepared"]:
    """The calls that are due and now ours."""
    for conversation_id in [id_ for id_ in _due(clocks, room, but) if _claim(id_, clocks)]:
        if (prepared := _prepared(conversation_id)) is not None:
            yield prepared


def _leave(conversation_id: int) -> None:
    """Undoes a claim of which nothing was done."""
    db.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(call_lease_until=None, call_attempts=Conversation.call_attempts - 1)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def _at_once(make: Callable[..., Outcome], *arguments: object) -> "Future[Outcome]":
    call: Future[Outcome] = Future()
    call.set_result(make(*arguments))
    return call


@dataclass(frozen=True)
class _Prepared:
    conversation_id: int
    campaign_id: int
    step_id: str
    call: CallExternal
    paths: Mapping[str, str]
    repeated: bool
    withheld: bool = False
    """A secret would have gone to a host that it is not meant for: nobody is asked."""

    @property
    def host(self) -> str:
        """Where the call goes."""
        return host_of(self.call.url)


def _due(clocks: Clocks, limit: int, but: Collection[int]) -> list[int]:
    """The conversations whose calls are due; none of the campaigns `but`."""
    query = (
        select(Conversation.id)
        .join(Campaign, Campaign.id == Conversation.campaign_id)
        .where(
            Conversation.call_due_at <= clocks.now(),
            Conversation.campaign_id.not_in(but),
            Campaign.status == CampaignStatus.ACTIVE,
            Conversation.status == ConversationStatus.OPEN,
            Conversation.paused_at.is_(None),
            Conversation.call_lease_until.is_(None) | (Conversation.call_lease_until < clocks.machine()),
        )
        .order_by(Conversation.call_due_at)
        .limit(limit)
    )
    ids = list(db.session.scalars(query))
    db.session.rollback()
    return ids


def _claim(conversation_id: int, clocks: Clocks) -> bool:
    machine = clocks.machine()
    changed = changed_rows(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            Conversation.call_due_at.is_not(None),
            Conversation.call_lease_until.is_(None) | (Conversation.call_lease_until < machine),
        )
        .values(call_lease_until=machine + LEASE, call_attempts=Conversation.call_attempts + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return changed == 1


def _prepared(conversation_id: int) -> _Prepared | None:
    conversation = db.session.get_one(Conversation, conversation_id, populate_existing=True)
    script = chatbots.script_of_version(conversation.campaign.version)
    dialogue = Dialogue.restore(script, conversation.state or {})
    found = call_of(dialogue, _secrets(dialogue))
    repeated, campaign_id = conversation.call_attempts > 1, conversation.campaign_id
    withheld = found is not None and _withheld(dialogue, found[0])
    db.session.rollback()
    if found is None:
        return None
    call, paths = found
    return _Prepared(conversation_id, campaign_id, call.step_id, call, paths, repeated, withheld)


def _secrets(dialogue: Dialogue) -> dict[str, str]:
    """What the step that is to be called wants of our secrets."""
    step = dialogue.script.all_steps[dialogue.script.positions[dialogue.step or ""]]
    names = secret_names(step) if isinstance(step, External) else ()
    return {name: value for name in names if (value := keeping_secrets.value_of(name)) is not None}


def _withheld(dialogue: Dialogue, call: CallExternal) -> bool:
    """Whether the address, with all values in it, is no host of one of the step's secrets."""
    step = dialogue.script.all_steps[dialogue.script.positions[dialogue.step or ""]]
    host = host_of(call.url)
    names = keeping_secrets.not_for(host, secret_names(step)) if isinstance(step, External) else []
    if names:
        sentence = "step %s was not carried out: %s may not go to %s; enter the secret again, with the hosts it is for"
        log.warning(sentence, call.step_id, ", ".join(names), host[:100])
    return bool(names)


def _ask(caller: Caller, prepared: _Prepared) -> Outcome:
    if prepared.withheld:
        return Outcome(None, "withheld")
    if prepared.repeated and prepared.call.method != "GET":
        return Outcome(None, "unknown")
    try:
        return caller(prepared.call, prepared.paths)
    except Exception:
        log.exception("the external system of step %s could not be asked", prepared.step_id)
        return Outcome(None, "fault")


def _go_on_or_leave(prepared: _Prepared, outcome: Outcome, now: datetime) -> None:
    """A fault of ours in one conversation costs the others nothing; it is tried again when its lease has run out."""
    try:
        _go_on(prepared, outcome, now)
    except Exception:
        db.session.rollback()
        log.exception("conversation %d could not go on with its answer", prepared.conversation_id)


def _go_on(prepared: _Prepared, outcome: Outcome, now: datetime) -> None:
    """The dialogue goes on with the answer, unless somebody else has gone on with it, or it is over."""
    query = (
        select(Conversation)
        .where(Conversation.id == prepared.conversation_id, Conversation.call_due_at.is_not(None))
        .options(joinedload(Conversation.campaign))
        .with_for_update(of=Conversation)
        .execution_options(populate_existing=True)
    )
    conversation = db.session.scalars(query).one_or_none()
    if conversation is None or conversation.status != ConversationStatus.OPEN:
        db.session.rollback()
        return
    script = chatbots.script_of_version(conversation.campaign.version)
    dialogue = Dialogue.restore(script, conversation.state or {})
    if dialogue.step == prepared.step_id:
        answered = ExternalAnswered(outcome.values, now, outcome.why)
        dialogue, effects = advance(dialogue, answered)
        conversation.call_attempts = 0
        look = pausing.look(conversation, effects, now)
        talking.keep(conversation, dialogue, effects, OutboundKind.REPLY, now, look.until)
        whatsapp_window.hold_behind(conversation, now)
        if look.reason is not None:
            # The other system has acted and is not asked twice: this answer is the last one.
            pausing.pause(conversation, look.reason, (), now)
    db.session.commit()
