"""A relative day counts from the day on which the message was written, whenever it is answered: on both databases."""

from collections.abc import Callable
from typing import Any

import pytest

from smartchat import clock
from smartchat.db import db
from smartchat.services.conversation import fetching, pausing
from tests.services.conftest import SCRIPT, Stage, new_phone
from tests.services.conversation.test_fetching import List, lost

At = Callable[[str], None]
DAY: dict[str, Any] = {"id": "DIA", "type": "date", "text": "¿Qué día?", "retries": 0}


def asked(stage: Stage, **limits: str) -> tuple[str, int]:
    """A contact who has been asked for a day on Monday 23 November at ten."""
    phone = new_phone()
    chatbot = stage.chatbot(steps=[SCRIPT["steps"][0], {**DAY, **limits}])
    campaign = stage.launch([phone], chatbot)
    stage.work()
    return phone, campaign


def value(stage: Stage, phone: str, campaign: int) -> Any:
    stage.work()
    return stage.conversation(campaign, phone).state["given"].get("DIA")


@pytest.mark.parametrize(("word", "day"), [("ayer", "22"), ("hoy", "23"), ("mañana", "24")])
def test_a_day_that_is_named_at_night_is_that_nights(stage: Stage, at: At, word: str, day: str) -> None:
    phone, campaign = asked(stage)
    at("2026-11-23T21:00")
    stage.hear(phone, word)
    at("2026-11-24T08:00")
    assert value(stage, phone, campaign) == f"2026-11-{day}"


def test_the_last_message_of_a_turn_says_which_day_it_is(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage)
    at("2026-11-23T23:58")
    stage.hear(phone, "buenas noches")
    at("2026-11-24T00:02")
    stage.hear(phone, "mañana")
    at("2026-11-24T08:00")
    assert value(stage, phone, campaign) == "2026-11-25"


def test_today_as_a_limit_is_the_day_of_the_message(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage, min="TODAY")
    at("2026-11-23T22:00")
    stage.hear(phone, "hoy mismo")
    at("2026-11-24T08:00")
    assert value(stage, phone, campaign) == "2026-11-23"


def test_a_message_that_was_fetched_a_day_later_has_its_own_day(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage)
    message = lost(phone, "mañana", 5)
    at("2026-11-25T09:00")
    fetching.fetch(List(message), message.at, clock.now())  # type: ignore[arg-type]
    assert value(stage, phone, campaign) == "2026-11-24"


def test_an_answer_that_waited_for_an_operator_has_its_own_day(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage)
    stage.conversation(campaign, phone).paused_at = clock.now()
    db.session.commit()
    stage.hear(phone, "mañana")
    at("2026-11-26T09:00")
    assert pausing.resume(stage.conversation(campaign, phone).id, clock.now())
    assert value(stage, phone, campaign) == "2026-11-24"


def test_thanks_in_the_morning_do_not_move_the_day_that_was_named_at_night(stage: Stage, at: At) -> None:
    phone, campaign = asked(stage)
    at("2026-11-23T22:00")
    stage.hear(phone, "mañana")
    at("2026-11-24T07:30")
    stage.hear(phone, "gracias, buen día")
    at("2026-11-24T08:00")
    assert value(stage, phone, campaign) == "2026-11-24"
