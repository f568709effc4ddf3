"""The roles of a running installation, and which of them stand still."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

SILENCE = timedelta(seconds=60)
"""Every role gives a sign of life every few seconds: after a minute without one, it stands still."""


class WorkerRole(StrEnum):
    """What `worker.py` runs, each in a process of its own."""

    WORK = "work"
    CALL = "call"
    FILES = "files"
    SCHEDULE = "schedule"
    SWEEP = "sweep"


def stands_still(last: datetime | None, machine: datetime) -> bool:
    """Whether a role whose last sign of life came at `last` does not work: never, too long ago, or not yet at all,
    which only a clock that was wrong can have written."""
    return last is None or abs(machine - last) > SILENCE


def still(beats: Mapping[str, datetime], machine: datetime) -> frozenset[WorkerRole]:
    """The roles that stand still at this time of the machine's clock."""
    return frozenset(role for role in WorkerRole if stands_still(beats.get(role), machine))


FETCHED = "fetch"  # the heartbeat that says up to when everything is here
