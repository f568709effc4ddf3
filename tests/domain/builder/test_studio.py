"""Twilio Studio's flows as chatbots."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.domain.builder.studio import StudioImport, import_flow, is_flow
from smartchat.domain.script.texts import is_id
from tests.effort import examples
from tests.studio.flows import ask, flow, load, names, reply_to, send, split, state, to


def steps_of(found: StudioImport) -> list[dict[str, Any]]:
    assert found.script_json is not None, [problem.message("en") for problem in found.problems]
    steps: list[dict[str, Any]] = found.script_json["steps"]
    return steps


def every(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        yield from every(step.get("steps", []))


def step(found: StudioImport, id_: str) -> dict[str, Any]:
    return next(one for one in every(steps_of(found)) if one["id"] == id_)


def ids(steps: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in steps]


def reasons(found: StudioImport, name: str) -> list[str]:
    return [one.code for one in found.left_out if one.name == name]


def accounted(found: StudioImport) -> set[str]:
    return {*found.carried, *(one.name for one in found.left_out)}


# The flows of the folder


def test_there_are_several_flows() -> None:
    assert len(names()) >= 6


@pytest.mark.parametrize("name", names())
def test_every_widget_is_carried_over_or_left_out_by_name(name: str) -> None:
    document = load(name)
    definition = document.get("definition", document)
    assert accounted(import_flow(document)) == {one["name"] for one in definition["states"]}


@pytest.mark.parametrize("name", names())
def test_what_is_left_out_has_a_reason_in_both_languages(name: str) -> None:
    for one in import_flow(load(name)).left_out:
        spanish, english = one.reason("es"), one.reason("en")
        assert spanish != english
        assert "$" not in spanish + english


@pytest.mark.parametrize("name", names())
def test_ids_are_legal_and_given_once(name: str) -> None:
    given_ids = ids(list(every(steps_of(import_flow(load(name))))))
    assert all(is_id(id_) for id_ in given_ids)
    assert len(set(given_ids)) == len(given_ids)


def test_a_reminder_becomes_a_yes_no_question_with_its_retry_message() -> None:
    found = import_flow(load("appointment-reminder"))
    asked = step(found, "REMINDER")
    assert (asked["type"], asked["retry_message"]) == ("binary", "Sorry, I didn't get that.")
    assert "{{FIRST_NAME}}" in asked["text"]
    assert step(found, "REMINDER_CANCELLED")["display_if"] == {"step": "REMINDER", "equals": "no"}
    assert ids(step(found, "REMINDER_CANCELLED")["steps"]) == ["CANCELLED"]
    assert step(found, "CANCELLED")["type"] == "end"


def test_a_menu_of_numbered_lines_becomes_options_and_its_ways_meet_again() -> None:
    found = import_flow(load("menu-in-spanish"))
    menu = step(found, "MENU")
    assert menu["options"] == ["Ventas", "Soporte técnico", "Facturación"]
    assert menu["text"].endswith("¿En qué le podemos ayudar?")
    assert ids(steps_of(found))[-2:] == ["CORREO", "GRACIAS"]
    assert found.left_out == ()


def test_what_compares_numbers_becomes_a_whole_number_and_expressions() -> None:
    found = import_flow(load("linear-survey"))
    assert step(found, "RATING")["type"] == "integer"
    assert step(found, "RATING_WHY_BAD")["display_if"] == "RATING < 7"
    assert step(found, "RATING_WHY_OK")["display_if"] == "RATING >= 7 && RATING <= 8"


def test_an_answer_of_the_api_gives_its_friendly_name() -> None:
    found = import_flow(load("linear-survey"))
    assert found.script_json is not None
    assert found.script_json["name"] == "Customer survey"


def test_variables_that_never_change_are_put_into_the_texts() -> None:
    rating = step(import_flow(load("linear-survey")), "RATING")
    assert rating["text"] == "Hi {{NAME}}, how would you rate the Oak Street shop from 1 to 10?"


def test_a_way_that_ends_has_an_end_inside_its_flow() -> None:
    found = import_flow(load("screener"))
    assert [one["type"] for one in step(found, "CITY_WELCOME")["steps"]] == ["message", "end"]
    assert step(found, "CONSENT")["end_if_unsuccessful"] is True


def test_a_column_that_is_compared_as_a_number_holds_numbers() -> None:
    found = import_flow(load("by-customer-data"))
    assert step(found, "BALANCE")["data_type"] == "NUMBER"
    assert step(found, "BALANCE_OWES")["display_if"] == "BALANCE > 0"
    assert step(found, "TIER_GOLD")["display_if"] == "TIER == 'gold'"


def test_flex_becomes_a_hand_over() -> None:
    assert step(import_flow(load("by-customer-data")), "FLEX")["type"] == "hand_over"


def test_code_calls_and_loops_are_named_with_their_reasons() -> None:
    found = import_flow(load("code-and-calls"))
    assert reasons(found, "lookup") == ["http"]
    assert reasons(found, "verify") == ["code"]
    assert reasons(found, "greeting") == ["liquid"]
    assert reasons(found, "done") == ["media"]
    assert reasons(found, "more") == ["variable", "loop"]
    assert reasons(found, "call") == reasons(found, "keyword") == ["unreached"]


@pytest.mark.parametrize(("name", "language"), [("menu-in-spanish", "es"), ("screener", "en")])
def test_the_chatbot_has_the_language_of_its_messages(name: str, language: str) -> None:
    found = import_flow(load(name))
    assert found.script_json is not None
    assert found.script_json["language"] == language


# Small ones


def test_the_phone_of_the_contact_is_a_column() -> None:
    found = import_flow(
        flow(send("a", "We call {{contact.channel.address}} or {{ trigger.message.From }}.")), "en"
    )
    assert step(found, "A")["text"] == "We call {{PHONE}} or {{PHONE}}."


def test_names_of_any_kind_give_legal_ids() -> None:
    found = import_flow(
        flow(send("1 ¿qué?", "a", "CONTACT"), send("CONTACT", "b", "—"), send("—", "c")), "es"
    )
    assert ids(steps_of(found)) == ["PASO_1_QUÉ", "CONTACT_2", "PASO"]


def test_ways_to_the_same_message_say_it_in_each() -> None:
    found = import_flow(
        flow(
            ask("q", "Shall we? yes or no", "s"),
            split("s", reply_to("q"), "bye", ("equal_to", "yes", "more"), ("equal_to", "no", "bye")),
            send("more", "Good.", "bye"),
            send("bye", "Bye."),
        ),
        "en",
    )
    assert ids(steps_of(found)) == ["Q", "Q_MORE", "BYE"]


def test_a_value_with_both_quotes_is_left_out_with_its_branch() -> None:
    tested = "{{flow.data.x}}"
    found = import_flow(
        flow(split("s", tested, "b", ("equal_to", "'\"", "a")), send("a", "A"), send("b", "B")), "en"
    )
    assert reasons(found, "s") == ["condition"]
    assert reasons(found, "a") == ["unreached"]
    assert ids(steps_of(found)) == ["X", "B"]


def test_a_question_in_two_ways_is_asked_in_one_and_named_for_the_other() -> None:
    found = import_flow(
        flow(
            ask("q", "Which? a, b or c", "s"),
            split(
                "s",
                reply_to("q"),
                None,
                ("equal_to", "a", "m"),
                ("equal_to", "b", "n"),
                ("equal_to", "c", "o"),
            ),
            send("m", "M", "deep"),
            send("n", "N", "deep"),
            split("deep", "{{flow.data.x}}", "end", ("equal_to", "1", "r"), ("equal_to", "2", "o")),
            ask("r", "R?", "end"),
            ask("o", "O?", "end"),
            send("end", "Bye"),
        ),
        "en",
    )
    asked = [one["id"] for one in every(steps_of(found)) if one["type"] == "text"]
    assert sorted(asked) == ["O", "R"]
    assert accounted(found) == {"Trigger", "q", "s", "m", "n", "deep", "r", "o", "end"}


def test_a_template_of_whatsapp_is_named_with_its_sid() -> None:
    sid = "HX" + "0" * 32
    found = import_flow(flow(send("t", "", "a", content_sid=sid), send("a", "A")), "en")
    assert sid in next(one.reason("en") for one in found.left_out if one.name == "t")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"states": [], "initial_state": "Trigger"}, "studio_malformed"),
        ({"states": [{"name": "a"}] * 1001}, "studio_too_large"),
        (flow(state("call", "say-play", [to("audioComplete")])), "studio_nothing"),
        (None, "studio_malformed"),
    ],
)
def test_what_gives_no_chatbot_says_why(document: object, code: str) -> None:
    found = import_flow(document)
    assert found.script_json is None
    assert [problem.code for problem in found.problems] == [code]
    assert found.problems[0].message("es") != found.problems[0].message("en")


def test_a_script_file_is_no_flow() -> None:
    assert not is_flow({"name": "x", "language": "es", "steps": [{"id": "A", "type": "end"}]})
    assert not is_flow([])
    assert is_flow(load("screener"))
    assert is_flow(load("linear-survey"))


def test_variables_made_of_themselves_come_to_an_end() -> None:
    variables = [{"key": "x", "value": "{{flow.variables.x}}{{flow.variables.x}}"}]
    setting = state("set", "set-variables", [to("next", "a")], variables=variables)
    found = import_flow(flow(setting, send("a", "{{flow.variables.x}}", "b"), send("b", "B")), "en")
    assert reasons(found, "a") == ["liquid"]


def test_three_hundred_decisions_one_within_another_are_cut_in_words() -> None:
    states = []
    for number in range(300):
        following = f"s{number + 1}"
        states += [
            split(f"s{number}", "{{flow.data.x}}", f"e{number}", ("equal_to", str(number), following)),
            send(f"e{number}", "E", "last" if number % 2 else None),
        ]
    found = import_flow(flow(*states, send("s300", "S"), send("last", "L", None)), "en")
    assert len(accounted(found)) == 603
    assert json.dumps(found.script_json)


# Anything at all

SCRAPS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.text(max_size=5),
    st.sampled_from(
        ["Trigger", "menu", "split-based-on", "{{", "{{flow.data.x}}", "{% if %}", "\ud800", [], {}]
    ),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    document: Any = copy.deepcopy(load(draw(st.sampled_from(names()))))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(list(places(document))))
        if not path:
            continue
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        match draw(st.sampled_from(["replace", "remove", "copy"])):
            case "replace":
                holder[path[-1]] = draw(SCRAPS)
            case "remove":
                del holder[path[-1]]
            case "copy":
                source = draw(st.sampled_from(list(places(document))))
                value = document
                for key in source:
                    value = value[key]
                holder[path[-1]] = copy.deepcopy(value)
    return document


@st.composite
def tangled(draw: st.DrawFn) -> Any:
    """Messages, questions and splits that lead anywhere, also back."""
    size = draw(st.integers(1, 9))
    target = st.one_of(st.none(), st.integers(0, size - 1).map("w{}".format))
    states = []
    for number in range(size):
        name, kind = f"w{number}", draw(st.sampled_from(["send", "ask", "split", "other"]))
        if kind == "send":
            states.append(send(name, f"Message {number}", draw(target)))
        elif kind == "ask":
            states.append(ask(name, "Yes or no?", draw(target)))
        elif kind == "other":
            states.append(
                state(name, "run-function", [to("success", draw(target)), to("fail", draw(target))])
            )
        else:
            values = draw(st.sampled_from([("yes", "no"), ("1", "2", "3"), ("red", "green"), ("x",)]))
            predicate = draw(st.sampled_from(["equal_to", "less_than", "contains", "regex", "not_equal_to"]))
            tested = draw(
                st.sampled_from([reply_to(f"w{draw(st.integers(0, size - 1))}"), "{{flow.data.x}}"])
            )
            branches = [(predicate, value, draw(target)) for value in values]
            states.append(split(name, tested, draw(target), *branches))
    return flow(*states)


@examples(150)
@given(mutated())
def test_a_damaged_flow_never_raises(document: Any) -> None:
    found = import_flow(document)
    assert found.script_json is not None or found.problems
    assert isinstance(is_flow(document), bool)


@examples(150)
@given(tangled())
def test_no_widget_of_a_tangled_flow_is_dropped_silently(document: Any) -> None:
    found = import_flow(document)
    assert accounted(found) == {one["name"] for one in document["states"]}


@examples(150)
@given(tangled())
def test_a_question_is_asked_in_one_place_and_every_id_is_legal(document: Any) -> None:
    found = import_flow(document)
    steps = list(every(found.script_json["steps"])) if found.script_json else []
    assert len({one["id"] for one in steps}) == len(steps)
    assert all(is_id(one["id"]) for one in steps)
    questions = [one for one in steps if one["type"] in ("text", "binary", "integer", "multiple_choice")]
    assert len(questions) <= sum(one["type"] == "send-and-wait-for-reply" for one in document["states"])
