"""What the auditor knows of messages that mean more than their text: taps, quotes, reactions, wrong numbers.

Each gives pairs of a kind of breach and a sentence. The rows are those of `tests.chaos.rows`; what a row lacks was not
said of the message.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]
Found = Iterator[tuple[str, str]]

KINDS = ("answered nobody", "quote astray", "tap put aside", "after wrong number")
FOR_NOBODY = ("reaction", "automatic")
NO_ANSWER = (*FOR_NOBODY, "passed")


def is_tap(row: Row) -> bool:
    """Whether the message taps on a button, as Twilio says."""
    return bool(row.get("button"))


def answered_nobody(inbound: Iterable[Row], replies: Mapping[tuple[int, datetime], Iterable[Row]]) -> Found:
    """What nobody wrote, or wrote about an earlier question, got a value or a reply of its own."""
    rows = list(inbound)
    turns = {(row["conversation_id"], row["handled_at"]) for row in rows if row["outcome"] == "answered"}
    for row in rows:
        at = (row["conversation_id"], row["handled_at"])
        if row["outcome"] not in NO_ANSWER:
            continue
        if row.get("understood"):
            yield "answered nobody", f"inbound {row['id']} is {row['outcome']} and has a value"
        elif at in replies and at not in turns:
            yield "answered nobody", f"inbound {row['id']} is {row['outcome']} and was replied to"


def quotes_astray(inbound: Iterable[Row], outbound: Iterable[Row]) -> Found:
    """What quotes a message of ours belongs to that conversation, whatever wrote to the contact since."""
    ours = {row["provider_sid"]: row["conversation_id"] for row in outbound if row["provider_sid"]}
    for row in inbound:
        meant = ours.get(row.get("quotes"))
        if meant is not None and row["conversation_id"] != meant:
            yield "quote astray", f"inbound {row['id']} quotes conversation {meant}, and is in another"


def taps_put_aside(inbound: Iterable[Row], outbound: Iterable[Row]) -> Found:
    """A tap names its question: it cannot have come before that."""
    ours = {row["provider_sid"] for row in outbound if row["provider_sid"]}
    for row in inbound:
        if is_tap(row) and row["outcome"] == "early" and row.get("quotes") in ours:
            yield (
                "tap put aside",
                f"inbound {row['id']} taps on a message that had been sent, and counts as early",
            )


def after_wrong_number(conversations: Iterable[Row], outbound: Iterable[Row]) -> Found:
    """Who said that the number is a wrong one is said goodbye to, and nothing else."""
    ended = {row["id"]: row["ended_at"] for row in conversations if row["status"] == "wrong_number"}
    for row in outbound:
        over = ended.get(row["conversation_id"])
        if over is not None and row["created_at"] > over:
            yield "after wrong number", f"message {row['id']} was made after the goodbye to a stranger"
