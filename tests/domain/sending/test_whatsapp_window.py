"""WhatsApp's 24 hours, and what a conversation may begin with."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.script.steps import CustomData, End, Flow, Message, Simple, Template, TextQuestion
from smartchat.domain.script_file.whatsapp_opening import opens_without_template
from smartchat.domain.sending.whatsapp_window import MARGIN, WINDOW, may_leave

SMS, WHATSAPP = "+15005550006", "whatsapp:+15005550006"
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
INSTANTS = st.integers(-200_000, 200_000).map(lambda seconds: NOON + timedelta(seconds=seconds))


@given(st.booleans(), st.none() | INSTANTS, INSTANTS)
def test_sms_and_templates_may_always_leave(template: bool, heard: datetime | None, now: datetime) -> None:
    assert may_leave(SMS, template, heard, now)
    assert may_leave(WHATSAPP, True, heard, now)


@given(INSTANTS)
def test_nothing_free_leaves_to_who_never_wrote(now: datetime) -> None:
    assert not may_leave(WHATSAPP, False, None, now)


@given(INSTANTS, INSTANTS, st.integers(0, 100_000))
def test_the_window_closes_once_and_only_the_contact_opens_it_again(
    heard: datetime, now: datetime, later: int
) -> None:
    after = now + timedelta(seconds=later)
    assert may_leave(WHATSAPP, False, heard, now) or not may_leave(WHATSAPP, False, heard, after)
    assert may_leave(WHATSAPP, False, max(heard, now), now)


@pytest.mark.parametrize(("before", "leaves"), [(timedelta(microseconds=1), True), (timedelta(0), False)])
def test_the_last_minute_of_the_24_hours_is_left_alone(before: timedelta, leaves: bool) -> None:
    assert may_leave(WHATSAPP, False, NOON, NOON + WINDOW - MARGIN - before) is leaves


LEAVES = st.sampled_from(["message", "template", "question", "custom", "end", "silent end"])
SHAPES = st.lists(st.recursive(LEAVES, lambda inside: st.lists(inside, max_size=3), max_leaves=8), max_size=4)


def built(shape: Sequence[Any], start: str = "S") -> tuple[Any, ...]:
    """The steps of a shape: a list in it is a flow."""
    made: list[Any] = []
    for number, kind in enumerate(shape):
        id_ = f"{start}{number}"
        match kind:
            case "message":
                made.append(Message(id=id_, text="Hola"))
            case "template":
                made.append(Message(id=id_, text="Hola", template=Template(content_sid="HX1")))
            case "question":
                made.append(TextQuestion(id=id_, text="¿Sí?"))
            case "custom":
                made.append(CustomData(id=id_, data_type="TEXT"))
            case "end" | "silent end":
                made.append(End(id=id_, text="Adiós" if kind == "end" else None))
            case _:
                made.append(
                    Flow(id=id_, display_if=Simple(step="X", equals="1"), steps=built(kind, f"{id_}_"))
                )
    return tuple(made)


def firsts(rest: tuple[Any, ...]) -> Iterator[Any]:
    """The first step that sends something on each way through, every flow once taken and once passed over."""
    if not rest:
        return
    step, after = rest[0], rest[1:]
    match step:
        case Flow():
            yield from firsts((*step.steps, *after))
            yield from firsts(after)
        case CustomData():
            yield from firsts(after)
        case End(text=None):
            return
        case _:
            yield step


@given(SHAPES)
def test_a_conversation_may_not_begin_with_anything_but_a_template_on_any_way(shape: list[Any]) -> None:
    made = built(shape)
    wrong = {step.id for step in firsts(made) if not (isinstance(step, Message) and step.template)}
    found = opens_without_template(made, WHATSAPP)
    assert found in wrong if wrong else found is None
    assert opens_without_template(made, SMS) is None
