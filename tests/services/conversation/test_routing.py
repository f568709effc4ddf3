"""Two campaigns, one phone: each message goes to one of them, and says why. On both databases."""

from collections.abc import Callable

from smartchat import clock
from smartchat.services.campaign import finishing
from tests.services.conftest import Stage, new_phone

At = Callable[[str], None]


def two(stage: Stage, at: At) -> tuple[str, int, int]:
    """A phone, and the campaigns that wrote to it at 10:00 and at 10:05."""
    phone = new_phone()
    first = stage.launch([phone])
    stage.work()
    at("2026-11-23T10:05")
    second = stage.launch([phone])
    stage.work()
    return phone, first, second


def routes(stage: Stage) -> list[tuple[int | None, str | None]]:
    return [(message.campaign_id, message.route) for message in stage.inbound()]


def test_finish_of_one_in_the_middle_leaves_the_phone_to_the_other(stage: Stage, at: At) -> None:
    phone, first, second = two(stage, at)
    at("2026-11-23T10:06")
    stage.hear(phone, "sí")
    stage.work()
    at("2026-11-23T10:07")
    finishing.finish(second, None, clock.now())
    stage.hear(phone, "no")
    stage.work()
    at("2026-11-23T10:08")
    stage.hear(phone, "42")
    stage.work()
    assert routes(stage) == [(second, "latest"), (first, "fallback"), (first, "only")]
    assert stage.conversation(first, phone).state["given"] == {"NOMBRE": "Carlos", "PAGA": "no", "EDAD": 42}
    assert stage.conversation(first, phone).status == "completed"
    assert stage.conversation(second, phone).status == "ended"
    assert stage.told(phone)[4:] == ["¿Edad?", "¿Edad?", "¡Gracias, Carlos!"]


def test_finish_of_the_other_one_changes_nothing_for_this_one(stage: Stage, at: At) -> None:
    phone, first, second = two(stage, at)
    finishing.finish(first, None, clock.now())
    stage.hear(phone, "sí")
    stage.work()
    assert routes(stage) == [(second, "only")]
    assert stage.conversation(second, phone).state["step"] == "EDAD"


def test_the_campaign_that_has_just_replied_goes_on_with_the_contact(stage: Stage, at: At) -> None:
    phone, first, second = two(stage, at)
    finishing.finish(second, None, clock.now())
    stage.hear(phone, "sí")
    stage.work()
    at("2026-11-23T10:06")
    third = stage.launch([phone])
    stage.work()
    stage.hear(phone, "sí")
    at("2026-11-23T10:07")
    stage.work()
    assert routes(stage) == [(first, "fallback"), (third, "latest")]
    assert stage.conversation(first, phone).state["step"] == "EDAD"


def test_after_both_are_over_a_message_is_shown_with_the_last(stage: Stage, at: At) -> None:
    phone, first, second = two(stage, at)
    finishing.finish(first, None, clock.now())
    finishing.finish(second, None, clock.now())
    stage.hear(phone, "sí")
    assert routes(stage) == [(second, "over")]
    assert stage.inbound()[0].outcome == "unmatched"


def test_a_number_nobody_wrote_to_is_unknown(stage: Stage) -> None:
    stage.hear(new_phone(), "hola")
    assert routes(stage) == [(None, "unknown")]


def test_one_campaign_alone_needs_no_choice(stage: Stage) -> None:
    phone = new_phone()
    campaign = stage.launch([phone])
    stage.work()
    stage.hear(phone, "sí")
    assert routes(stage) == [(campaign, "only")]


def test_a_message_to_another_sender_is_not_for_this_campaign(stage: Stage) -> None:
    phone = new_phone()
    stage.launch([phone])
    stage.work()
    stage.hear(phone, "sí", to="+15005550099")
    assert routes(stage) == [(None, "unknown")]


def test_a_stop_is_routed_too(stage: Stage, at: At) -> None:
    phone, _, second = two(stage, at)
    stage.hear(phone, "ALTO")
    assert routes(stage) == [(second, "latest")]


def told_after_a_question(stage: Stage, at: At) -> tuple[str, int, int]:
    """A phone that was asked by one campaign, and then only told something by another."""
    phone = new_phone()
    asking = stage.launch([phone])
    stage.work()
    at("2026-11-23T10:05")
    telling = stage.launch(
        [phone], stage.chatbot(steps=[{"id": "M", "type": "message", "text": "Ya salió."}])
    )
    stage.work()
    at("2026-11-23T10:06")
    return phone, asking, telling


def test_thanks_for_a_message_do_not_answer_another_campaigns_question(stage: Stage, at: At) -> None:
    phone, asking, telling = told_after_a_question(stage, at)
    for text in ("Ok gracias", "👍"):
        stage.hear(phone, text)
    stage.work()
    assert routes(stage) == [(telling, "courtesy"), (telling, "courtesy")]
    assert {message.outcome for message in stage.inbound()} == {"ended"}
    assert stage.conversation(asking, phone).state["given"].get("PAGA") is None
    assert len(stage.told(phone)) == 3


def test_an_answer_after_a_message_goes_to_the_question_that_is_open(stage: Stage, at: At) -> None:
    phone, asking, _ = told_after_a_question(stage, at)
    stage.hear(phone, "sí puedo")
    stage.work()
    assert routes(stage) == [(asking, "fallback")]
    assert stage.conversation(asking, phone).state["given"]["PAGA"] == "yes"


def test_thanks_after_the_question_was_asked_again_answer_it(stage: Stage, at: At) -> None:
    phone, asking, _ = told_after_a_question(stage, at)
    stage.hear(phone, "¿cuánto?")
    stage.work()
    at("2026-11-23T10:07")
    stage.hear(phone, "👍")
    stage.work()
    assert stage.conversation(asking, phone).state["given"]["PAGA"] == "yes"
