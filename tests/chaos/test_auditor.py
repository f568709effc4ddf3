"""The auditor finds what is planted: one fault each in a log and in rows that are in order."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.chaos.audit import Facts, audit, counted

TEN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PHONE, KEY, SENDER = "+525510000001", "+525510000001", "+15005550006"
HOURS = {"opens": "08:00", "closes": "21:00", "offset": -300}


def at(seconds: float) -> datetime:
    return TEN + timedelta(seconds=seconds)


def message(sid: str, row: int, seconds: float, body: str, **changes: Any) -> dict[str, Any]:
    made = at(seconds)
    return {
        "sid": sid,
        "direction": "outbound-api",
        "From": SENDER,
        "To": PHONE,
        "Body": body,
        "ValidityPeriod": 36000,
        "StatusCallback": f"http://here/twilio/status?message={row}",
        "status": "delivered",
        "error_code": None,
        "created": made.isoformat(),
        "history": [["queued", made.isoformat()], ["sending", made.isoformat()]],
        **changes,
    }


def written(sid: str, seconds: float, body: str) -> dict[str, Any]:
    made = at(seconds).isoformat()
    return {"sid": sid, "direction": "inbound", "From": PHONE, "To": SENDER, "Body": body, "created": made}


def hook(sid: str, seconds: float, status: int | None = 200) -> dict[str, Any]:
    return {
        "sid": sid,
        "kind": "inbound",
        "at": at(seconds).isoformat(),
        "milliseconds": 0,
        "status": status,
    }


def outbound(id_: int, kind: str, seconds: float, body: str, sid: str | None) -> dict[str, Any]:
    return {
        "id": id_,
        "conversation_id": 1,
        "campaign_id": 1,
        "kind": kind,
        "step_id": "PAGA",
        "to": PHONE,
        "body": body,
        "status": "delivered",
        "provider_sid": sid,
        "created_at": at(seconds),
        "sent_at": at(seconds + 1),
    }


def inbound(id_: int, sid: str, seconds: float, handled: float) -> dict[str, Any]:
    return {
        "id": id_,
        "provider_sid": sid,
        "conversation_id": 1,
        "campaign_id": 1,
        "sender": SENDER,
        "contact_key": KEY,
        "outcome": "answered",
        "received_at": at(seconds),
        "known_at": at(seconds),
        "handled_at": at(handled),
    }


class Case:
    """An opening, an answer, a reply: all in order. Tests break one thing."""

    def __init__(self) -> None:
        self.messages = [
            message("SM1", 1, 1, "Hola"),
            written("SM2", 10, "sí"),
            message("SM3", 2, 12, "Gracias"),
        ]
        self.webhooks = [hook("SM2", 10)]
        self.campaign: dict[str, Any] = {
            "id": 1,
            "status": "active",
            "finished_at": None,
            "in_flight": None,
            "hours": HOURS,
        }
        self.conversation: dict[str, Any] = {
            "id": 1,
            "campaign_id": 1,
            "sender": SENDER,
            "contact_key": KEY,
            "status": "open",
            "opened_at": at(0),
            "ended_at": None,
        }
        self.outbound = [outbound(1, "opening", 0, "Hola", "SM1"), outbound(2, "reply", 11, "Gracias", "SM3")]
        self.inbound = [inbound(1, "SM2", 10, 11)]
        self.shown = {"waiting": 0, "sent": 0, "delivered": 2, "failed": 0, "cancelled": 0, "doubtful": 0}
        self.received = 1
        self.facts = Facts()

    def kinds(self) -> dict[str, int]:
        """What the auditor finds, without the zeroes."""
        numbers = {
            "contacts": 1,
            "conversations": {self.conversation["status"]: 1},
            "outbound": self.shown,
            "inbound": {"received": self.received},
        }
        rows = {
            "campaigns": [self.campaign],
            "conversations": [self.conversation],
            "outbound": self.outbound,
            "inbound": self.inbound,
            "numbers": {1: numbers},
        }
        found = audit({"messages": self.messages, "webhooks": self.webhooks}, rows, self.facts)
        return {kind: count for kind, count in counted(found).items() if count}


def lost(case: Case) -> None:
    case.messages.append(written("SM9", 20, "¿hola?"))
    case.webhooks.append(hook("SM9", 20))


def stored_twice(case: Case) -> None:
    case.inbound.append(
        {**inbound(2, "SM2", 10, 11), "outcome": "unmatched", "received_at": at(0), "known_at": at(0)}
    )
    case.received = 2


def without_outcome(case: Case) -> None:
    case.messages.append(written("SM9", 20, "¿hola?"))
    case.inbound.append({**inbound(2, "SM9", 20, 0), "outcome": None, "handled_at": None})
    case.received = 2


def answered_without_reply(case: Case) -> None:
    case.messages.append(written("SM9", 20, "¿hola?"))
    case.inbound.append(inbound(2, "SM9", 20, 21))
    case.received = 2


def unmatched_though_live(case: Case) -> None:
    case.messages.append(written("SM9", 20, "¿hola?"))
    case.inbound.append({**inbound(2, "SM9", 20, 20), "outcome": "unmatched"})
    case.received = 2


def put_aside_though_live(case: Case) -> None:
    case.messages.append(written("SM9", 20, "¿hola?"))
    case.inbound.append({**inbound(2, "SM9", 20, 20), "outcome": "ended"})
    case.received = 2


def opening_sent_twice(case: Case) -> None:
    case.messages.insert(1, message("SM8", 1, 2, "Hola"))


def opening_made_twice(case: Case) -> None:
    case.outbound.append(outbound(3, "opening", 30, "Hola", "SM8"))
    case.messages.append(message("SM8", 3, 31, "Hola"))
    case.shown["delivered"] = 3


def reply_sent_twice(case: Case) -> None:
    case.messages.append(message("SM8", 2, 13, "Gracias"))


def reply_made_twice(case: Case) -> None:
    case.outbound.append(outbound(3, "reply", 30, "¿Cómo?", "SM8"))
    case.messages.append(message("SM8", 3, 31, "¿Cómo?"))
    case.shown["delivered"] = 3


def text_twice_in_a_turn(case: Case) -> None:
    case.outbound.append(outbound(3, "reply", 11, "Gracias", "SM8"))
    case.messages.append(message("SM8", 3, 13, "Gracias"))
    case.shown["delivered"] = 3


def other_order(case: Case) -> None:
    case.messages[0], case.messages[2] = case.messages[2], case.messages[0]


def accepted_at_night(case: Case) -> None:
    case.messages[2] = message("SM3", 2, 11 * 3600, "Gracias")


def left_the_queue_at_night(case: Case) -> None:
    case.messages[2]["history"][1][1] = at(11 * 3600).isoformat()


def valid_for_ever(case: Case) -> None:
    case.messages[2]["ValidityPeriod"] = None


def valid_after_closing(case: Case) -> None:
    case.messages[2]["ValidityPeriod"] = 11 * 3600


def sent_after_finish(case: Case) -> None:
    case.campaign |= {"status": "finished", "finished_at": at(11.5), "in_flight": 0}


def sent_after_finish_and_not_in_flight(case: Case) -> None:
    case.campaign |= {"status": "finished", "finished_at": at(0.5), "in_flight": 2}
    case.facts = Facts(finish_in_flight={1: frozenset({1})})


def sent_after_stop(case: Case) -> None:
    case.messages[1]["Body"] = "Baja"
    case.facts = Facts(stop_in_flight={"SM2": frozenset()})


def sent_long_after_stop(case: Case) -> None:
    case.messages[1]["Body"] = "STOP"
    case.messages[2] = message("SM3", 2, 40, "Gracias")


def second_one_after_stop(case: Case) -> None:
    case.messages[1]["Body"] = "STOP"
    case.outbound.append(outbound(3, "reply", 11, "Adiós", "SM8"))
    case.messages.append(message("SM8", 3, 14, "Adiós"))
    case.shown["delivered"] = 3


def doubtful(case: Case) -> None:
    case.outbound[1]["status"] = "doubtful"
    case.shown |= {"delivered": 1, "doubtful": 1}


def waiting(case: Case) -> None:
    case.messages.pop()
    case.outbound[1] |= {"status": "waiting", "provider_sid": None}
    case.shown |= {"delivered": 1, "waiting": 1}


def not_opened(case: Case) -> None:
    case.messages, case.outbound, case.inbound, case.webhooks, case.received = [], [], [], [], 0
    case.conversation |= {"status": "waiting", "opened_at": None}
    case.shown |= {"delivered": 0, "waiting": 1}


def never_sent(case: Case) -> None:
    case.messages.pop()


def not_delivered(case: Case) -> None:
    case.messages[2]["status"] = "undelivered"


def cancelled_and_delivered(case: Case) -> None:
    case.outbound[1]["status"] = "cancelled"
    case.shown |= {"delivered": 1, "cancelled": 1}


def sent_without_a_sid(case: Case) -> None:
    case.messages.pop()
    case.outbound[1]["provider_sid"] = None


def nobody_knows_of_it(case: Case) -> None:
    case.outbound[1] |= {"status": "cancelled", "provider_sid": None}
    case.shown |= {"delivered": 1, "cancelled": 1}


def one_too_few(case: Case) -> None:
    case.shown["delivered"] = 1


def in_the_wrong_place(case: Case) -> None:
    case.shown |= {"delivered": 1, "failed": 1}


def inbound_not_counted(case: Case) -> None:
    case.received = 0


def said(case: Case, **changes: Any) -> None:
    case.messages.append(written("SM9", 20, "Le gustó “Hola”"))
    case.webhooks.append(hook("SM9", 20))
    case.inbound.append({**inbound(2, "SM9", 20, 21), "outcome": "reaction", **changes})
    case.received = 2


def reaction_with_a_value(case: Case) -> None:
    said(case, understood={"step": "PAGA", "value": "yes"})


def quote_in_another_place(case: Case) -> None:
    said(case, quotes="SM1", conversation_id=None)


def tap_before_its_question(case: Case) -> None:
    said(case, outcome="early", button="Sí", quotes="SM1")


def written_to_a_stranger(case: Case) -> None:
    case.conversation |= {"status": "wrong_number", "ended_at": at(10.5)}


PLANTED: list[tuple[Callable[[Case], None], str]] = [
    (lost, "lost inbound"),
    (stored_twice, "lost inbound"),
    (without_outcome, "unanswered inbound"),
    (answered_without_reply, "unanswered inbound"),
    (unmatched_though_live, "unanswered inbound"),
    (put_aside_though_live, "unanswered inbound"),
    (opening_sent_twice, "double openings"),
    (opening_made_twice, "double openings"),
    (reply_sent_twice, "double replies"),
    (reply_made_twice, "double replies"),
    (text_twice_in_a_turn, "double replies"),
    (other_order, "wrong order"),
    (accepted_at_night, "out of hours"),
    (left_the_queue_at_night, "out of hours"),
    (valid_for_ever, "out of hours"),
    (valid_after_closing, "out of hours"),
    (sent_after_finish, "after Finish"),
    (sent_after_finish_and_not_in_flight, "after Finish"),
    (sent_after_stop, "after STOP"),
    (sent_long_after_stop, "after STOP"),
    (second_one_after_stop, "after STOP"),
    (doubtful, "doubtful left"),
    (waiting, "left waiting"),
    (not_opened, "left waiting"),
    (never_sent, "untrue status"),
    (not_delivered, "untrue status"),
    (cancelled_and_delivered, "untrue status"),
    (sent_without_a_sid, "untrue status"),
    (nobody_knows_of_it, "untrue status"),
    (one_too_few, "sum is not all"),
    (in_the_wrong_place, "sum is not all"),
    (inbound_not_counted, "sum is not all"),
    (reaction_with_a_value, "answered nobody"),
    (quote_in_another_place, "quote astray"),
    (tap_before_its_question, "tap put aside"),
    (written_to_a_stranger, "after wrong number"),
]


def test_nothing_is_found_where_all_is_in_order() -> None:
    assert Case().kinds() == {}


@pytest.mark.parametrize(("plant", "kind"), PLANTED, ids=[plant.__name__ for plant, _ in PLANTED])
def test_what_is_planted_is_found_once_and_nothing_else(plant: Callable[[Case], None], kind: str) -> None:
    case = Case()
    plant(case)
    assert case.kinds() == {kind: 1}


def test_every_kind_of_breach_is_planted_above() -> None:
    assert {kind for _, kind in PLANTED} == set(counted([]))


def test_what_was_in_flight_at_finish_is_no_breach() -> None:
    case = Case()
    case.campaign |= {"status": "finished", "finished_at": at(11.5), "in_flight": 1}
    assert case.kinds() == {}


def test_one_message_in_flight_at_a_stop_is_no_breach() -> None:
    case = Case()
    case.messages[1]["Body"] = "STOP"
    assert case.kinds() == {}


def test_what_goes_out_after_start_is_no_breach() -> None:
    case = Case()
    case.messages[1:2] = [written("SM6", 5, "STOP"), written("SM7", 8, "START"), case.messages[1]]
    case.webhooks += [hook("SM6", 5), hook("SM7", 8)]
    case.inbound += [
        {**inbound(2, "SM6", 5, 5), "outcome": "opt_out"},
        {**inbound(3, "SM7", 8, 8), "outcome": "opt_in"},
    ]
    case.received = 3
    case.facts = Facts(stop_in_flight={"SM6": frozenset()})
    assert case.kinds() == {}


def test_a_stop_that_never_came_through_is_no_breach() -> None:
    case = Case()
    case.messages.insert(1, written("SM6", 5, "STOP"))
    case.webhooks.append(hook("SM6", 5, None))
    case.facts = Facts(stop_in_flight={"SM6": frozenset()})
    assert case.kinds() == {}


def test_a_message_that_expired_may_be_sent_once_more() -> None:
    case = Case()
    expired = message("SM8", 2, 11, "Gracias", status="failed", error_code=30036)
    case.messages.insert(2, expired)
    assert case.kinds() == {}


def test_what_reached_the_product_only_after_finish_is_no_breach() -> None:
    case = Case()
    unmatched_though_live(case)
    case.campaign |= {"status": "finished", "finished_at": at(30)}
    case.inbound[-1]["known_at"] = at(60)
    assert case.kinds() == {}


@pytest.mark.parametrize(("ended", "kinds"), [(21, {}), (24, {"unanswered inbound": 1})])
def test_a_conversation_that_ends_before_the_webhook_is_answered_need_not_answer(
    ended: float, kinds: dict[str, int]
) -> None:
    case = Case()
    unmatched_though_live(case)
    case.webhooks.append({**hook("SM9", 20), "milliseconds": 3000})
    case.conversation |= {"status": "ended", "ended_at": at(ended)}
    assert case.kinds() == kinds


@pytest.mark.parametrize(("ended", "kinds"), [(62, {}), (70, {"unanswered inbound": 1})])
def test_a_conversation_that_ends_while_a_list_is_fetched_need_not_answer_what_is_in_it(
    ended: float, kinds: dict[str, int]
) -> None:
    case = Case()
    unmatched_though_live(case)
    case.inbound[-1]["known_at"] = at(60)
    case.conversation |= {"status": "ended", "ended_at": at(ended)}
    assert case.kinds() == kinds


@pytest.mark.parametrize(
    ("contact", "sender", "kinds"),
    [
        (PHONE, SENDER, {}),
        ("rcs:" + PHONE, SENDER, {}),
        (PHONE, "+15005550077", {"untrue status": 1}),
        ("+525500000001", SENDER, {"untrue status": 1}),
    ],
)
def test_a_reply_proves_that_what_was_sent_before_arrived(
    contact: str, sender: str, kinds: dict[str, int]
) -> None:
    case = Case()
    case.messages[0]["status"] = "undelivered"
    case.messages[1] |= {"From": contact, "To": sender}
    assert case.kinds() == kinds


def test_what_means_more_than_its_text_may_be_in_order() -> None:
    case = Case()
    said(case, quotes="SM1")
    case.conversation |= {"status": "wrong_number", "ended_at": at(11)}
    assert case.kinds() == {}


def test_a_button_that_is_called_like_a_wish_for_silence_is_none() -> None:
    case = Case()
    case.messages[1]["Body"] = "Baja"
    case.messages[2]["created"] = at(40).isoformat()
    assert case.kinds() == {"after STOP": 1}
    case.inbound[0] |= {"button": "Baja", "quotes": "SM1"}
    assert case.kinds() == {}


def test_a_reply_to_a_reaction_is_found_where_no_turn_was_answered_with_it() -> None:
    case = Case()
    case.inbound[0]["outcome"] = "automatic"
    assert case.kinds() == {"answered nobody": 1, "double replies": 1}


def test_the_auditor_changes_nothing() -> None:
    case = Case()
    before = copy.deepcopy((case.messages, case.outbound, case.inbound, case.conversation))
    case.kinds()
    assert before == (case.messages, case.outbound, case.inbound, case.conversation)
