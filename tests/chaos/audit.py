"""The auditor: reads the log of the stand-in for Twilio and the rows of the database, and counts broken promises.

A pure function over plain lists. `log` is what /log.json gives: `messages` (each with its history of statuses) and
`webhooks`. `rows` is what `tests.chaos.rows` reads: `campaigns`, `conversations`, `outbound`, `inbound`, and the
`numbers` that the product itself shows. Nothing here knows how the product works inside; it is read when all is quiet.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from . import meant
from .words import IN_WORDS, OUT_WORDS

Row = Mapping[str, Any]

KINDS = (
    "lost inbound",
    "unanswered inbound",
    "double openings",
    "double replies",
    "wrong order",
    "out of hours",
    "after Finish",
    "after STOP",
    "doubtful left",
    "left waiting",
    "untrue status",
    "sum is not all",
    *meant.KINDS,
)
"""Every kind of breach; each must be 0."""

UNSETTLED = ("waiting", "sending", "doubtful")
NEVER_LEFT = (30001, 30036)
"""Codes of messages that failed before they left Twilio: the contact has not got them."""
FETCHING = timedelta(seconds=5)
"""From when a list is fetched until what it holds is stored: `known_at` of a fetched message is the former."""
GRACE = timedelta(seconds=12)
"""The longest that a call lasts: where nobody noted what was in flight at a STOP, one message may be that late."""


@dataclass(frozen=True)
class Breach:
    """One broken promise: its kind (of KINDS), and a sentence with ids (no phone numbers)."""

    kind: str
    what: str


@dataclass(frozen=True)
class Facts:
    """What the driver has seen: when Finish had answered (by campaign), and which rows were being sent at that moment.

    `stop_in_flight`: which rows were being sent when the message with this SID (a STOP) had been taken. What is not
    noted is judged by the rows, the receipts and GRACE.
    """

    finished: Mapping[int, datetime] = field(default_factory=dict)
    stop_in_flight: Mapping[str, frozenset[int]] = field(default_factory=dict)
    finish_in_flight: Mapping[int, frozenset[int]] = field(default_factory=dict)


def audit(log: Mapping[str, Any], rows: Mapping[str, Any], facts: Facts | None = None) -> list[Breach]:
    """All breaches, in the order of KINDS; empty when every promise was kept."""
    case = _Case(log, rows, facts or Facts())
    checks = (
        _lost_inbound,
        _unanswered_inbound,
        _unanswered_turns,
        _sent_twice,
        _made_twice,
        _wrong_order,
        _out_of_hours,
        _after_finish,
        _after_stop,
        _left_over,
        _untrue,
        _sums,
        _meant,
    )
    found = [breach for check in checks for breach in check(case)]
    return sorted(found, key=lambda breach: KINDS.index(breach.kind))


def counted(breaches: Iterable[Breach]) -> dict[str, int]:
    """How many of each kind, zeroes too."""
    return dict.fromkeys(KINDS, 0) | Counter(breach.kind for breach in breaches)


class _Case:
    """The two lists, looked up from several sides."""

    def __init__(self, log: Mapping[str, Any], rows: Mapping[str, Any], facts: Facts) -> None:
        self.facts = facts
        self.sent: list[Row] = [m for m in log["messages"] if m["direction"] == "outbound-api"]
        self.written: list[Row] = [m for m in log["messages"] if m["direction"] == "inbound"]
        self.taken = _taken(log["webhooks"])
        self.campaigns: dict[int, Row] = {row["id"]: row for row in rows["campaigns"]}
        self.conversations: dict[int, Row] = {row["id"]: row for row in rows["conversations"]}
        self.outbound: dict[int, Row] = {row["id"]: row for row in rows["outbound"]}
        self.inbound: list[Row] = rows["inbound"]
        self.numbers: Mapping[int, Row] = rows["numbers"]
        self.of_row: dict[int, list[Row]] = defaultdict(list)
        for message in self.sent:
            row_id = row_of(message)
            if row_id is not None:
                self.of_row[row_id].append(message)

    def over_at(self, campaign_id: int) -> datetime | None:
        """When Finish was done: as the driver noted it, else as the row says."""
        noted = self.facts.finished.get(campaign_id)
        at: datetime | None = noted or self.campaigns[campaign_id]["finished_at"]
        return at


def _taken(webhooks: Iterable[Row]) -> dict[str, datetime]:
    """When each inbound message was first answered with 2xx."""
    taken: dict[str, datetime] = {}
    for hook in webhooks:
        if hook["kind"] == "inbound" and hook["status"] is not None and 200 <= hook["status"] < 300:
            at = _time(hook["at"]) + timedelta(milliseconds=hook["milliseconds"])
            taken[hook["sid"]] = min(at, taken.get(hook["sid"], at))
    return taken


def row_of(message: Row) -> int | None:
    """Our row, as the message's status callback names it."""
    found = re.search(r"[?&]message=(\d+)", message["StatusCallback"] or "")
    return int(found[1]) if found else None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _is_proven(case: _Case, message: Row) -> bool:
    """Whether the contact wrote to the sender after it: a reply proves what was sent before, whatever is reported."""
    return any(
        _number(written["From"]) == _number(message["To"])
        and _sender(written, "To") == _sender(message, "From")
        and _time(written["created"]) >= _time(message["created"])
        for written in case.written
    )


def _sender(message: Row, side: str) -> str | None:
    service: str | None = message.get("MessagingServiceSid") or message[side]
    return service


def _number(address: str) -> str:
    """The address without its channel."""
    return address.rpartition(":")[2]


def _got(message: Row) -> bool:
    """Whether the contact has got it, or may get it."""
    return message["status"] != "canceled" and not (
        message["status"] == "failed" and message["error_code"] in NEVER_LEFT
    )


def _lost_inbound(case: _Case) -> Iterator[Breach]:
    stored = Counter(row["provider_sid"] for row in case.inbound)
    for message in case.written:
        sid = message["sid"]
        if sid in case.taken and stored[sid] == 0:
            yield Breach("lost inbound", f"{sid} was answered with 2xx and is not in the database")
    for sid, times in stored.items():
        if times > 1:
            yield Breach("lost inbound", f"{sid} is in the database {times} times")


def _unanswered_inbound(case: _Case) -> Iterator[Breach]:
    """Without an outcome though all is quiet; or put aside though its conversation was live."""
    spoken: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for conversation in case.conversations.values():
        spoken[conversation["sender"], conversation["contact_key"]].append(conversation)
    first_sent = _first_sent(case)
    for row in case.inbound:
        name = f"inbound {row['id']}"
        if row["outcome"] is None:
            yield Breach("unanswered inbound", f"{name} still waits for its answer")
        elif row["outcome"] == "unmatched":
            for conversation in spoken[row["sender"], row["contact_key"]]:
                first = first_sent.get(conversation["id"])
                if all(_live_at(case, conversation, at, first) for at in _while_it_came(case, row)):
                    yield Breach("unanswered inbound", f"{name} came to conversation {conversation['id']}")
                    break
        elif row["outcome"] == "ended":
            conversation = case.conversations[row["conversation_id"]]
            if conversation["ended_at"] is None and case.over_at(row["campaign_id"]) is None:
                yield Breach("unanswered inbound", f"{name} was put aside in a conversation that lives")


def _first_sent(case: _Case) -> dict[int, datetime]:
    """When the first message of each conversation left; those without one are not in it."""
    first: dict[int, datetime] = {}
    for row in case.outbound.values():
        if row["sent_at"] is not None:
            first[row["conversation_id"]] = min(
                first.get(row["conversation_id"], row["sent_at"]), row["sent_at"]
            )
    return first


def _while_it_came(case: _Case, row: Row) -> list[datetime]:
    """From when it came until its webhook was answered, or until it was fetched and stored: what was over by then could
    not answer it any more.
    """
    known = row["known_at"]
    stored = known + FETCHING if known != row["received_at"] else known
    return [row["received_at"], known, case.taken.get(row["provider_sid"], stored)]


def _live_at(case: _Case, conversation: Row, at: datetime, first_sent: datetime | None) -> bool:
    if first_sent is None or not first_sent < at:
        return False
    over = [conversation["ended_at"], case.campaigns[conversation["campaign_id"]]["finished_at"]]
    return all(end is None or at < end for end in over)


def _turns(case: _Case) -> dict[tuple[int, datetime], int]:
    """Turns that were answered, each with the number of its messages: what was handled together is one turn."""
    turns: Counter[tuple[int, datetime]] = Counter()
    for row in case.inbound:
        if row["outcome"] == "answered":
            turns[row["conversation_id"], row["handled_at"]] += 1
    return turns


def _reply_groups(case: _Case) -> dict[tuple[int, datetime], list[Row]]:
    groups: dict[tuple[int, datetime], list[Row]] = defaultdict(list)
    for row in case.outbound.values():
        if row["kind"] == "reply" and row["step_id"]:  # without a step: an operator wrote it
            groups[row["conversation_id"], row["created_at"]].append(row)
    return groups


def _unanswered_turns(case: _Case) -> Iterator[Breach]:
    groups = _reply_groups(case)
    for (conversation_id, at), count in _turns(case).items():
        if (conversation_id, at) not in groups:
            yield Breach(
                "unanswered inbound",
                f"{count} messages of conversation {conversation_id} count as answered without a reply",
            )


def _sent_twice(case: _Case) -> Iterator[Breach]:
    """One row, or one opening's text to one phone, twice at Twilio."""
    for row_id, messages in case.of_row.items():
        times = sum(map(_got, messages))
        if times > 1 and row_id in case.outbound:
            kind = "double openings" if case.outbound[row_id]["kind"] == "opening" else "double replies"
            yield Breach(kind, f"message {row_id} was sent {times} times")
    texts: Counter[tuple[int, str, str]] = Counter()
    for row_id, messages in case.of_row.items():
        row = case.outbound.get(row_id)
        if row is not None and row["kind"] == "opening" and any(map(_got, messages)):
            texts[row["campaign_id"], row["to"], row["body"]] += 1
    for (campaign_id, _, _), times in texts.items():
        if times > 1:
            yield Breach(
                "double openings", f"a contact of campaign {campaign_id} got one opening {times} times"
            )


def _made_twice(case: _Case) -> Iterator[Breach]:
    """Replies that no turn asked for: one turn was answered twice."""
    turns = _turns(case)
    for (conversation_id, at), replies in _reply_groups(case).items():
        if (conversation_id, at) not in turns:
            ids = ", ".join(str(row["id"]) for row in replies)
            yield Breach("double replies", f"messages {ids} of conversation {conversation_id} answer nothing")
        steps = Counter((row["step_id"], row["body"]) for row in replies)
        if any(times > 1 for times in steps.values()):
            yield Breach("double replies", f"one turn of conversation {conversation_id} has a text twice")


def _wrong_order(case: _Case) -> Iterator[Breach]:
    last: dict[int, int] = {}
    for message in case.sent:
        row = case.outbound.get(row_of(message) or -1)
        if row is None or not _got(message):
            continue
        conversation_id = row["conversation_id"]
        if row["id"] < last.get(conversation_id, 0):
            yield Breach("wrong order", f"message {row['id']} went after {last[conversation_id]}")
        last[conversation_id] = max(row["id"], last.get(conversation_id, 0))


def _out_of_hours(case: _Case) -> Iterator[Breach]:
    """By the stand-in's clock: accepted, taken out of its queue, or allowed to leave that queue outside the hours."""
    for message in case.sent:
        row = case.outbound.get(row_of(message) or -1)
        if row is None:
            continue
        hours = case.campaigns[row["campaign_id"]]["hours"]
        created = _time(message["created"])
        instants = [created] + [_time(at) for status, at in message["history"] if status == "sending"]
        if not all(is_open(hours, at) for at in instants):
            yield Breach("out of hours", f"message {row['id']} at {max(instants).isoformat()}")
        elif not message["ValidityPeriod"]:
            yield Breach("out of hours", f"message {row['id']} may be delivered at any time")
        elif created + timedelta(seconds=message["ValidityPeriod"]) > _closing(hours, created):
            yield Breach("out of hours", f"message {row['id']} stays valid after closing")


def is_open(hours: Row, at: datetime) -> bool:
    """`hours`: opens, closes ("HH:MM") and offset (minutes from UTC)."""
    local = at + timedelta(minutes=hours["offset"]) - (at.utcoffset() or timedelta(0))
    return bool(hours["opens"] <= f"{local:%H:%M}" < hours["closes"])


def _closing(hours: Row, at: datetime) -> datetime:
    local = at + timedelta(minutes=hours["offset"]) - (at.utcoffset() or timedelta(0))
    hour, minute = map(int, hours["closes"].split(":"))
    closes = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour, minutes=minute)
    return at + (closes - local)


def _after_finish(case: _Case) -> Iterator[Breach]:
    for campaign_id, campaign in case.campaigns.items():
        over = case.over_at(campaign_id)
        if over is None:
            continue
        late = [
            row_id
            for row_id, messages in case.of_row.items()
            if row_id in case.outbound and case.outbound[row_id]["campaign_id"] == campaign_id
            for message in messages
            if _time(message["created"]) > over
        ]
        allowed = campaign["in_flight"] or 0
        noted = case.facts.finish_in_flight.get(campaign_id)
        if noted is not None:
            late, allowed = [row_id for row_id in late if row_id not in noted], 0
        for row_id in late[allowed:]:
            yield Breach("after Finish", f"message {row_id} of campaign {campaign_id} was not in flight")


def _after_stop(case: _Case) -> Iterator[Breach]:
    for sid, contact, since, until in _silences(case):
        noted = case.facts.stop_in_flight.get(sid)
        excused: Counter[int] = Counter()
        for message in case.sent:
            at = _time(message["created"])
            row = case.outbound.get(row_of(message) or -1)
            if row is None or message["To"] != contact or not since < at or (until and at >= until):
                continue
            if noted is not None and row["id"] in noted:
                continue
            if noted is None and at <= since + GRACE and not excused[row["conversation_id"]]:
                excused[row["conversation_id"]] += 1
                continue
            yield Breach("after STOP", f"message {row['id']} went out after {sid}")


def _silences(case: _Case) -> Iterator[tuple[str, str, datetime, datetime | None]]:
    """From when to when (if ever) the product knew that a contact wants nothing: SID of the STOP, contact, times."""
    heard: dict[str, list[tuple[datetime, bool, str]]] = defaultdict(list)
    taps = {row["provider_sid"] for row in case.inbound if meant.is_tap(row)}
    for message in case.written:
        word = message["Body"].strip().casefold()
        if message["sid"] in taps:
            continue  # a button of ours does not opt out by its word
        if message["sid"] in case.taken and word in OUT_WORDS | IN_WORDS:
            heard[message["From"]].append((case.taken[message["sid"]], word in OUT_WORDS, message["sid"]))
    for contact, words in heard.items():
        words.sort(key=lambda one: one[0])  # of two that came together, the order in the log
        for index, (at, out, sid) in enumerate(words):
            if out:
                until = next((later for later, still_out, _ in words[index + 1 :] if not still_out), None)
                yield sid, contact, at, until


def _left_over(case: _Case) -> Iterator[Breach]:
    for row in case.outbound.values():
        if row["status"] in ("doubtful", "sending"):
            yield Breach("doubtful left", f"message {row['id']} is {row['status']}")
        elif row["status"] == "waiting":
            yield Breach("left waiting", f"message {row['id']} was not sent")
    for row in case.conversations.values():
        if row["status"] == "waiting":
            yield Breach("left waiting", f"conversation {row['id']} was not opened")


def _untrue(case: _Case) -> Iterator[Breach]:
    """What a row says of its message, and what Twilio knows of it."""
    by_sid = {message["sid"]: message for message in case.sent}
    bound = {row["provider_sid"]: row for row in case.outbound.values() if row["provider_sid"]}
    for sid, row in bound.items():
        message = by_sid.get(sid)
        if message is None or message["To"] != row["to"] or message["Body"] != row["body"]:
            yield Breach("untrue status", f"message {row['id']} names {sid}, which is none of its own")
        elif (
            row["status"] == "delivered"
            and message["status"] not in ("delivered", "read")
            and not _is_proven(case, message)
        ):
            yield Breach("untrue status", f"message {row['id']} is not delivered: {message['status']}")
        elif row["status"] in ("failed", "cancelled") and message["status"] in ("delivered", "read"):
            yield Breach("untrue status", f"message {row['id']} is {row['status']} and was delivered")
    for row in case.outbound.values():
        if row["status"] in ("sent", "delivered") and not row["provider_sid"]:
            yield Breach("untrue status", f"message {row['id']} counts as {row['status']} without a SID")
    for message in case.sent:
        if _got(message) and message["sid"] not in bound and len(case.of_row[row_of(message) or -1]) < 2:
            yield Breach("untrue status", f"{message['sid']} went out and no row knows of it")


def _sums(case: _Case) -> Iterator[Breach]:
    """What the product shows of each campaign, counted again."""
    for campaign_id in case.campaigns:
        shown = case.numbers[campaign_id]
        rows = Counter(r["status"] for r in case.outbound.values() if r["campaign_id"] == campaign_id)
        theirs = [c for c in case.conversations.values() if c["campaign_id"] == campaign_id]
        unmade = sum(c["status"] == "waiting" for c in theirs)
        prevented = sum(c["opened_at"] is None and c["status"] != "waiting" for c in theirs)
        wanted = {
            "waiting": rows["waiting"] + rows["sending"] + unmade,
            "sent": rows["sent"],
            "delivered": rows["delivered"],
            "failed": rows["failed"],
            "cancelled": rows["cancelled"] + prevented,
            "doubtful": rows["doubtful"],
        }
        if sum(shown["outbound"].values()) != sum(wanted.values()):
            yield Breach("sum is not all", f"campaign {campaign_id}: {dict(shown['outbound'])}, not {wanted}")
        elif dict(shown["outbound"]) != wanted:
            yield Breach(
                "sum is not all", f"campaign {campaign_id} shows {dict(shown['outbound'])}, not {wanted}"
            )
        came = sum(row["campaign_id"] == campaign_id for row in case.inbound)
        if shown["inbound"]["received"] != came:
            yield Breach("sum is not all", f"campaign {campaign_id} shows {shown['inbound']}, {came} came")
        if sum(shown["conversations"].values()) != shown["contacts"] or len(theirs) != shown["contacts"]:
            yield Breach("sum is not all", f"campaign {campaign_id}: {len(theirs)} conversations are too few")


def _meant(case: _Case) -> Iterator[Breach]:
    """Taps, quotes, reactions and wrong numbers."""
    outbound, conversations = case.outbound.values(), case.conversations.values()
    for kind, what in (
        *meant.answered_nobody(case.inbound, _reply_groups(case)),
        *meant.quotes_astray(case.inbound, outbound),
        *meant.taps_put_aside(case.inbound, outbound),
        *meant.after_wrong_number(conversations, outbound),
    ):
        yield Breach(kind, what)
