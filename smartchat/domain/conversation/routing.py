"""To which of a contact's conversations a message belongs, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smartchat.domain.statuses import Route


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation with this contact and sender that has sent something: `live` where it may still answer."""

    id: int
    live: bool
    last_sent_at: datetime


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a message goes. `id`: the conversation that shows it, None where nobody ever wrote to this number;
    `live`: whether that one answers it."""

    id: int | None
    live: bool
    route: Route


def routed(candidates: Sequence[Candidate], courtesy: bool = False, quoted: int | None = None) -> Routed:
    """The live conversation that sent something last; without a live one the last one that sent anything.

    `quoted`: the conversation of the message that is quoted or tapped on, if any: it belongs there, over or not. Else
    a bare courtesy is for what was written last: where that conversation is over, it answers no other one's question.
    """
    plain = _by_time(candidates, courtesy)
    named = next((candidate for candidate in candidates if candidate.id == quoted), None)
    if named is None or named.id == plain.id:
        return plain
    return Routed(named.id, named.live, Route.QUOTED)


def _by_time(candidates: Sequence[Candidate], courtesy: bool) -> Routed:
    if not candidates:
        return Routed(None, False, Route.UNKNOWN)
    latest = max(candidates, key=_order)
    live = [candidate for candidate in candidates if candidate.live]
    if not live:
        return Routed(latest.id, False, Route.OVER)
    found = max(live, key=_order)
    if found is not latest and courtesy:
        return Routed(latest.id, False, Route.COURTESY)
    if found is not latest:
        return Routed(found.id, True, Route.FALLBACK)
    return Routed(found.id, True, Route.LATEST if len(live) > 1 else Route.ONLY)


def _order(candidate: Candidate) -> tuple[datetime, int]:
    return candidate.last_sent_at, candidate.id
