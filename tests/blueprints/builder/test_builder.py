"""The builder's pages: the list, the forms of the steps, the buttons, the settings, saving; all without JavaScript."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from smartchat import clock
from smartchat.domain.builder.editing import Document, all_steps, find
from smartchat.services.builder import building
from smartchat.services.campaign import finishing
from smartchat.services.operations import users
from tests.blueprints.desk import SENDER, Desk, words

STEPS = [
    {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
    {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}."},
    {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?", "retries": 1},
    {"id": "FIN", "type": "end", "text": "¡Gracias, {{NOMBRE}}!"},
]


class Builder:
    """The builder of one chatbot, worked as a browser without JavaScript does."""

    def __init__(self, desk: Desk, chatbot_id: int, client: FlaskClient | None = None) -> None:
        self.desk, self.id, self.client = desk, chatbot_id, client or desk.client
        self.path = f"/chatbots/{chatbot_id}"

    def draft(self) -> building.Draft:
        with self.desk.app.app_context():
            found = building.draft_of(self.id)
            assert found is not None
            return found

    @property
    def document(self) -> Document:
        return self.draft().document

    def ids(self) -> list[str]:
        return [step["id"] for step in all_steps(self.document["steps"])]

    def press(self, order: str, revision: int | None = None) -> Any:
        at = self.draft().revision if revision is None else revision
        return self.client.post(f"{self.path}/edit", data={"do": order, "revision": at})

    def form(self, step_id: str) -> dict[str, str]:
        """The fields of a step's form as its page holds them."""
        return fields(self.client.get(f"{self.path}/steps/{step_id}").text, "step-form")

    def send(self, step_id: str, **changes: Any) -> Any:
        return self.client.post(f"{self.path}/steps/{step_id}", data={**self.form(step_id), **changes})

    def check(self, step_id: str, **changes: Any) -> Any:
        return self.client.post(f"{self.path}/steps/{step_id}/check", data={**self.form(step_id), **changes})

    def save(self) -> Any:
        return self.client.post(f"{self.path}/save", data={"revision": self.draft().revision})


def fields(html: str, form_id: str) -> dict[str, str]:
    """Names and values of a form's fields, as a browser would send them."""
    form = re.search(rf'<form id="{form_id}".*?</form>', html, re.S)
    assert form, html
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ticked = attributes.get("type") not in ("checkbox", "radio") or re.search(r"\schecked", tag)
        if "name" in attributes and ticked:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    for tag, text in re.findall(r"<textarea([^>]*)>(.*?)</textarea>", form[0], re.S):
        found[re.findall(r'name="([^"]*)"', tag)[0]] = unescape(text).lstrip("\r\n")
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.S):
        chosen = re.search(r'<option selected value="([^"]*)"|<option value="([^"]*)" selected', body)
        first = re.search(r'value="([^"]*)"', body)
        found[name] = unescape(
            (chosen and (chosen[1] or chosen[2])) or (first[1] if first and not chosen else "")
        )
    return found


@pytest.fixture
def builder(desk: Desk) -> Builder:
    return Builder(desk, desk.chatbot(steps=STEPS))


@pytest.fixture
def viewer(desk: Desk) -> FlaskClient:
    return sign_in(desk, "viewer@example.com", "viewer")


def sign_in(desk: Desk, email: str, role: str) -> FlaskClient:
    with desk.app.app_context():
        token = users.make_link(users.add(email, role, None), clock.now())
    client = desk.app.test_client()
    client.post(f"/login/{token}")
    return client


def focused(html: str) -> str:
    """The tag that takes the focus when the page is there."""
    found = re.findall(r"<[^>]*\sautofocus[^>]*>", html)
    assert len(found) == 1, found
    return str(found[0])


def test_a_new_chatbot_is_a_name_and_a_language_and_then_its_builder(desk: Desk) -> None:
    answer = desk.client.post("/chatbots", data={"name": " Encuesta ", "language": "en"})
    assert answer.status_code == 303
    page = desk.client.get(answer.location).text
    assert "<h1>Encuesta</h1>" in page
    assert "no steps yet" in page
    assert 'value="add custom_data"' in page


def test_a_new_chatbot_without_a_name_is_refused_beside_the_field(desk: Desk) -> None:
    answer = desk.client.post("/chatbots", data={"name": " ", "language": "es"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_the_list_reads_as_the_conversation(builder: Builder) -> None:
    html = builder.client.get(builder.path).text
    assert re.findall(r'<li class="step step-[\w-]+" id="step-(\w+)"', html) == [
        "NOMBRE",
        "SALUDO",
        "PAGA",
        "FIN",
    ]
    assert 'Hola <span class="data">NOMBRE</span>.' in html
    assert "Question: one of two PAGA" in words(html)


def test_every_step_has_its_buttons_with_a_name_of_their_own(builder: Builder) -> None:
    html = builder.client.get(builder.path).text
    for verb, label in (("up", "Move up"), ("down", "Move down"), ("copy", "Copy"), ("delete", "Delete")):
        assert f'value="{verb} SALUDO" aria-label="{label}: SALUDO"' in html


def test_a_viewer_reads_the_steps_without_buttons(builder: Builder, viewer: FlaskClient) -> None:
    html = viewer.get(builder.path).text
    main = html[html.index("<main") :]
    assert "¿Podrá pagar?" in main
    assert "<form" not in main
    assert "<button" not in main


@pytest.mark.parametrize("path", ["/edit", "/settings", "/save", "/steps/SALUDO", "/steps/SALUDO/check"])
def test_a_viewer_changes_nothing(builder: Builder, viewer: FlaskClient, path: str) -> None:
    assert viewer.post(builder.path + path, data={"do": "delete SALUDO"}).status_code == 403
    assert builder.draft().revision == 0


def test_adding_a_step_opens_its_form_with_the_focus_in_its_text(builder: Builder) -> None:
    answer = builder.press("add integer after PAGA")
    assert (answer.status_code, answer.location) == (303, f"{builder.path}/steps/NUMERO")
    assert builder.ids() == ["NOMBRE", "SALUDO", "PAGA", "NUMERO", "FIN"]
    assert 'name="text"' in focused(builder.client.get(answer.location).text)


def test_the_menu_of_steps_opens_where_it_was_asked_for(builder: Builder) -> None:
    html = builder.client.get(f"{builder.path}?add=after+SALUDO").text
    assert 'value="add message after SALUDO"' in focused(html)
    assert html.count('class="add-menu"') == 1


def test_an_edited_step_leads_on_to_adding_the_next(builder: Builder) -> None:
    answer = builder.send("SALUDO", text="Buenos días {{NOMBRE}}.")
    assert answer.status_code == 303
    assert find(builder.document, "SALUDO")["text"] == "Buenos días {{NOMBRE}}."
    assert "add=after+SALUDO" in focused(builder.client.get(answer.location).text)


@pytest.mark.parametrize(("order", "label"), [("up PAGA", "Move up"), ("down SALUDO", "Move down")])
def test_after_a_move_the_same_button_has_the_focus(builder: Builder, order: str, label: str) -> None:
    html = builder.client.get(builder.press(order).location).text
    assert builder.ids() == ["NOMBRE", "PAGA", "SALUDO", "FIN"]
    assert f'aria-label="{label}: {order.split()[1]}"' in focused(html)


def test_after_a_delete_the_focus_is_where_the_step_was(builder: Builder) -> None:
    html = builder.client.get(builder.press("delete PAGA").location).text
    assert builder.ids() == ["NOMBRE", "SALUDO", "FIN"]
    assert "add=after+SALUDO" in focused(html)


def test_a_copy_stands_behind_its_step(builder: Builder) -> None:
    builder.press("copy PAGA")
    assert builder.ids() == ["NOMBRE", "SALUDO", "PAGA", "PAGA_2", "FIN"]


def test_a_step_is_dropped_before_another(builder: Builder) -> None:
    builder.press("move PAGA before NOMBRE")
    assert builder.ids() == ["PAGA", "NOMBRE", "SALUDO", "FIN"]


def test_undo_and_redo_are_buttons(builder: Builder) -> None:
    builder.press("delete PAGA")
    builder.press("undo")
    assert "PAGA" in builder.ids()
    builder.press("redo")
    assert "PAGA" not in builder.ids()


@pytest.mark.parametrize(
    "order", ["", "up", "explode PAGA", "add nothing", "move PAGA under FIN", "up  PAGA"]
)
def test_an_order_that_does_not_exist_is_refused(builder: Builder, order: str) -> None:
    assert builder.press(order).status_code == 400


@pytest.mark.parametrize("path", ["/chatbots/99", "/chatbots/99/steps/A", "/chatbots/1/steps/NADIE"])
def test_what_does_not_exist_is_404(builder: Builder, path: str) -> None:
    assert builder.client.get(path).status_code == 404


def test_a_step_that_is_gone_is_404(builder: Builder) -> None:
    assert builder.press("up NADIE").status_code == 404


def test_an_empty_text_is_refused_beside_the_field_and_what_was_typed_stays(builder: Builder) -> None:
    answer = builder.send("PAGA", text="", retry_message="¿Perdón?")
    assert answer.status_code == 422
    assert "Write what the chatbot asks." in answer.text
    assert "¿Perdón?</textarea>" in answer.text
    assert builder.draft().revision == 0


@pytest.mark.parametrize(
    ("typed", "sentence"), [("x", "Write a whole number"), ("11", "From 0 to 10 times.")]
)
def test_a_wrong_number_is_refused_in_words(builder: Builder, typed: str, sentence: str) -> None:
    answer = builder.send("PAGA", retries=typed)
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize(
    ("id_", "sentence"),
    [
        ("CONTACT", "CONTACT is a reserved word"),
        ("TODAY", "Use another one, such as TODAY_2."),
        ("1A", "start with a letter"),
        ("A B", "start with a letter"),
        ("PAGA", "Another step"),
    ],
)
def test_an_id_that_cannot_be_is_refused_beside_the_field(builder: Builder, id_: str, sentence: str) -> None:
    answer = builder.send("SALUDO", id=id_)
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize("send", [Builder.send, Builder.check])
def test_a_value_named_like_its_own_step_is_told_in_words_of_its_own(builder: Builder, send: Any) -> None:
    builder.press("add external after PAGA")
    new = next(id_ for id_ in builder.ids() if id_ not in {step["id"] for step in STEPS})
    page = send(builder, new, url="https://example.com/", values=f"{new}=a.b").text
    assert f"The value “{new}” has the same name as its own step." in words(page)
    assert "Another step has this ID" not in page


def test_a_reworded_option_is_followed_by_the_conditions(desk: Desk) -> None:
    choice = {"id": "MEDIO", "type": "multiple_choice", "text": "¿Cómo?", "options": ["Banco", "Tienda"]}
    said = [{"id": "M", "type": "message", "text": "¡Bien!"}]
    waits = {"id": "F", "type": "flow", "display_if": {"step": "MEDIO", "equals": "Tienda"}, "steps": said}
    builder = Builder(desk, desk.chatbot(steps=[choice, waits]))
    assert builder.send("MEDIO", options="Banco\r\nLa tienda de la esquina").status_code == 303
    assert find(builder.document, "F")["display_if"]["equals"] == "La tienda de la esquina"
    assert "is not a possible value" not in builder.client.get(builder.path).text


def test_a_renamed_id_is_followed_by_the_texts(builder: Builder) -> None:
    builder.send("NOMBRE", id="CLIENTE")
    assert find(builder.document, "SALUDO")["text"] == "Hola {{CLIENTE}}."


def test_the_id_of_a_new_step_follows_its_text(builder: Builder) -> None:
    builder.press("add text after PAGA")
    builder.send("PREGUNTA", text="¿Cuál es su color preferido?")
    assert "COLOR_PREFERIDO" in builder.ids()


def test_the_id_of_a_saved_step_stays_when_its_text_changes(builder: Builder) -> None:
    builder.send("PAGA", text="¿Cuál es su color preferido?")
    assert "PAGA" in builder.ids()


def test_an_id_that_was_typed_stays(builder: Builder) -> None:
    builder.press("add text after PAGA")
    builder.send("PREGUNTA", text="¿Color?", id="TONO")
    builder.send("TONO", text="¿Cuál es su tinta preferida?")
    assert "TONO" in builder.ids()


FIELDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "message": ("MENSAJE", {"text": "Hola", "media_url": "https://example.com/a.jpg"}, {"media_url": "https://example.com/a.jpg"}),
    "template": (
        "MENSAJE",
        {"content_sid": "HX" + "0" * 32, "variables": "1={{NOMBRE}}\n2=x=y"},
        {"template": {"content_sid": "HX" + "0" * 32, "variables": {"1": "{{NOMBRE}}", "2": "x=y"}}},
    ),
    "multiple_choice, by template": (
        "OPCION",
        {
            "options": "Rojo\nAzul",
            "content_sid": "HX" + "0" * 32,
            "buttons": "Rojo\nEl otro [b2] = Azul\n Otro más=Azul",
        },
        {
            "template": {
                "content_sid": "HX" + "0" * 32,
                "variables": {},
                "buttons": [
                    "Rojo",
                    {"text": "El otro", "payload": "b2", "answer": "Azul"},
                    {"text": "Otro más", "answer": "Azul"},
                ],
            }
        },
    ),
    "text": (
        "PREGUNTA",
        {"min_length": "2", "max_length": "1,000", "media": "y"},
        {"min_length": 2, "max_length": 1000, "media": True},
    ),
    "integer": ("NUMERO", {"min": "-5", "max": "0"}, {"min": -5, "max": 0}),
    "date": ("DIA", {"min": "TODAY", "max": "2027-01-31"}, {"min": "TODAY", "max": "2027-01-31"}),
    "multiple_choice": (
        "OPCION",
        {"options": "Rojo\r\n\r\n Azul \n", "answers": "multiple", "show_options": "no"},
        {"options": ["Rojo", "Azul"], "answers": "multiple", "show_options": False},
    ),
    "binary": ("RESPUESTA", {"kind": "good_bad"}, {"kind": "good_bad"}),
    "email": (
        "CORREO",
        {"retries": "0", "retry_message": "¿Cuál?", "end_if_unsuccessful": "y"},
        {"retries": 0, "retry_message": "¿Cuál?", "end_if_unsuccessful": True},
    ),
    "custom_data": ("DATO", {"data_type": "DATE"}, {"data_type": "DATE"}),
    "end": ("FIN_2", {"text": "Adiós"}, {"text": "Adiós"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_of_a_form_reaches_the_script(builder: Builder, kind: str) -> None:
    step_id, typed, expected = FIELDS[kind]
    builder.press(f"add {'message' if kind == 'template' else kind.partition(',')[0]} after PAGA")
    answer = builder.send(step_id, id="NUEVO", **typed)
    assert answer.status_code == 303, words(answer.text)
    step = find(builder.document, "NUEVO")
    assert {name: step[name] for name in expected} == expected


@pytest.mark.parametrize("kind", FIELDS)
def test_a_form_that_is_sent_back_as_it_came_changes_nothing(builder: Builder, kind: str) -> None:
    step_id, typed, _ = FIELDS[kind]
    builder.press(f"add {'message' if kind == 'template' else kind.partition(',')[0]} after PAGA")
    builder.send(step_id, id="NUEVO", **typed)
    before = builder.document
    assert builder.send("NUEVO").status_code == 303
    assert builder.document == before


def test_the_problems_of_a_step_stand_beside_it(builder: Builder) -> None:
    builder.send("SALUDO", text="Hola {{NOMBREE}}.")
    html = builder.client.get(builder.path).text
    step = html[html.index('id="step-SALUDO"') : html.index('id="step-PAGA"')]
    assert re.search(r'class="step-problems".*NOMBREE.*NOMBRE', step, re.S)


def test_the_check_while_typing_keeps_nothing(builder: Builder) -> None:
    answer = builder.check("SALUDO", text="Hola {{NADIE}}")
    assert answer.status_code == 200
    assert "No step has the Unique ID" in words(answer.text)
    assert builder.draft().revision == 0


def test_the_check_counts_the_parts_of_an_sms(builder: Builder) -> None:
    assert "1 SMS part, 15 characters · counting 10 for each value" in words(
        builder.check("SALUDO", text="Hola {{NOMBRE}}").text
    )
    assert "2 SMS parts" in words(builder.check("SALUDO", text="a" * 161).text)
    assert "without “í” it would take fewer" in words(builder.check("SALUDO", text="í" + "a" * 80).text)


def test_the_check_shows_a_question_by_template_with_its_buttons_and_counts_no_sms(builder: Builder) -> None:
    builder.press("add multiple_choice after PAGA")
    page = words(
        builder.check(
            "OPCION",
            text="¿Qué día?",
            options="Lunes\nMartes",
            content_sid="HX" + "0" * 32,
            buttons="El lunes=Lunes\nEl martes=Martes",
        ).text
    )
    assert "What contacts get ¿Qué día? El lunes El martes A template of WhatsApp, 9 characters" in page
    assert "SMS part" not in page


def test_the_check_says_how_hard_options_are_to_tell_apart(builder: Builder) -> None:
    builder.press("add multiple_choice after PAGA")
    page = words(builder.check("OPCION", options="Tienda\nTienda en línea\nBanco").text)
    assert "Tienda Hard like “Tienda en línea”" in page
    assert "Banco Easy" in page


def test_the_check_proposes_an_id_until_another_is_chosen(builder: Builder) -> None:
    builder.press("add text after PAGA")
    assert re.search(
        r'id="id"[^>]*value="COLOR"[^>]*hx-swap-oob', builder.check("PREGUNTA", text="¿Su color?").text
    )
    assert "hx-swap-oob" not in builder.check("PREGUNTA", text="¿Su color?", id="TONO").text


def test_a_check_of_a_step_that_got_another_id_says_nothing(builder: Builder) -> None:
    form = builder.form("SALUDO")
    builder.send("SALUDO", id="HOLA")
    assert builder.client.post(f"{builder.path}/steps/SALUDO/check", data=form).status_code == 204


def test_the_form_lists_the_values_that_come_earlier(builder: Builder) -> None:
    html = builder.client.get(f"{builder.path}/steps/FIN").text
    assert re.findall(r'data-id="(\w+)"', html) == ["NOMBRE", "PAGA"]


def test_who_edits_an_older_page_is_told_by_whom_it_was_changed_and_loses_nothing(
    builder: Builder, desk: Desk
) -> None:
    form = builder.form("SALUDO")
    other = Builder(desk, builder.id, sign_in(desk, "ana@example.com", "operator"))
    other.send("PAGA", text="¿Pagará?")
    refused = builder.client.post(f"{builder.path}/steps/SALUDO", data={**form, "text": "Lo mío"})
    assert refused.status_code == 422
    assert "ana@example.com changed this chatbot meanwhile" in refused.text
    assert "Lo mío</textarea>" in refused.text
    again = builder.client.post(f"{builder.path}/steps/SALUDO", data=fields(refused.text, "step-form"))
    assert again.status_code == 303
    assert find(builder.document, "SALUDO")["text"] == "Lo mío"
    assert find(builder.document, "PAGA")["text"] == "¿Pagará?"


def test_a_button_of_an_older_page_does_nothing_and_says_so(builder: Builder) -> None:
    builder.press("delete PAGA")
    answer = builder.press("delete SALUDO", revision=0)
    assert "Nothing was done" in builder.client.get(answer.location).text
    assert "SALUDO" in builder.ids()


def test_the_page_lists_what_a_save_would_change(builder: Builder) -> None:
    builder.press("delete PAGA")
    page = builder.desk.page(builder.path)
    assert "1 change to save" in page
    assert "PAGA was removed: “¿Podrá pagar?”." in page


def test_saving_makes_a_version_and_leads_to_trying_it(builder: Builder) -> None:
    builder.press("delete PAGA")
    answer = builder.save()
    html = builder.client.get(answer.location).text
    assert f'href="{builder.path}/try"' in focused(html)
    assert "Version 2, saved" in html


def test_a_text_that_names_what_does_not_exist_cannot_be_saved(builder: Builder) -> None:
    builder.press("delete NOMBRE")
    answer = builder.save()
    assert answer.status_code == 422
    assert "It cannot be saved yet" in answer.text
    assert "No step has the Unique ID “NOMBRE”" in answer.text


def test_dropped_changes_come_back_by_undo(builder: Builder) -> None:
    builder.press("delete PAGA")
    builder.press("discard")
    assert "PAGA" in builder.ids()
    builder.press("undo")
    assert "PAGA" not in builder.ids()


SETTINGS = {
    "name": "Cobranza", "language": "en", "sender": "+1 (500) 555-0009",
    "opens": "09:00", "closes": "18:30", "utc_offset": "-06:00", "revision": "0",
}  # fmt: skip


def test_the_text_for_a_wrong_number_is_a_setting(builder: Builder) -> None:
    text = "Perdón, nos equivocamos."
    builder.client.post(f"{builder.path}/settings", data={**SETTINGS, "wrong_number_text": f" {text} "})
    assert builder.document["wrong_number_text"] == text
    assert text in builder.client.get(builder.path).text
    builder.client.post(
        f"{builder.path}/settings", data={**SETTINGS, "revision": "1", "wrong_number_text": ""}
    )
    assert "wrong_number_text" not in builder.document


def test_settings_are_edits_of_the_draft(builder: Builder) -> None:
    assert builder.client.post(f"{builder.path}/settings", data=SETTINGS).status_code == 303
    document = builder.document
    assert (document["name"], document["language"], document["sender"]) == ("Cobranza", "en", "+15005550009")
    assert document["active_hours"] == {"opens": "09:00", "closes": "18:30", "utc_offset": "-06:00"}


def test_an_empty_sender_is_the_installations_own(builder: Builder) -> None:
    builder.client.post(f"{builder.path}/settings", data={**SETTINGS, "sender": ""})
    assert "sender" not in builder.document
    assert "It has none of its own" in builder.client.get(builder.path).text


@pytest.mark.parametrize(
    ("field", "typed"),
    [("sender", "5005550006"), ("sender", "hola"), ("opens", "8"), ("closes", "25:00"), ("utc_offset", "CST"),
     ("closes", "09:00"), ("name", "")],
)  # fmt: skip
def test_a_wrong_setting_is_refused_beside_its_field(builder: Builder, field: str, typed: str) -> None:
    answer = builder.client.post(f"{builder.path}/settings", data={**SETTINGS, field: typed})
    assert answer.status_code == 422
    assert re.search(
        rf'aria-invalid="true"[^>]*id="{field}"|id="{field}"[^>]*aria-invalid="true"', answer.text
    )
    assert builder.draft().revision == 0


def test_texts_are_text_never_markup(builder: Builder) -> None:
    builder.send("SALUDO", text="<b>Hola</b> & co")
    for path in (builder.path, f"{builder.path}/steps/SALUDO"):
        html = builder.client.get(path).text
        assert "&lt;b&gt;Hola" in html
        assert "<b>Hola" not in html


def test_the_menu_of_chatbots_follows_a_save(builder: Builder, desk: Desk) -> None:
    builder.client.post(f"{builder.path}/settings", data={**SETTINGS, "sender": SENDER})
    assert "Cobranza" not in desk.page("/chatbots")
    builder.save()
    assert "Cobranza" in desk.page("/chatbots")


def test_the_versions_say_who_changed_what(builder: Builder) -> None:
    builder.press("delete PAGA")
    builder.save()
    page = builder.desk.page(f"{builder.path}/versions")
    assert re.search(
        r"Version 2 newest.*operator@example.com.*PAGA was removed.*Version 1.*The first version", page
    )


def test_an_older_version_is_restored_as_the_newest(builder: Builder) -> None:
    builder.press("delete PAGA")
    builder.save()
    answer = builder.client.post(f"{builder.path}/versions/1/restore")
    assert answer.status_code == 303
    assert "PAGA" in builder.ids()
    assert builder.draft().saved.number == 3


def test_a_viewer_sees_versions_and_restores_none(builder: Builder, viewer: FlaskClient) -> None:
    assert viewer.get(f"{builder.path}/versions").status_code == 200
    assert viewer.post(f"{builder.path}/versions/1/restore").status_code == 403


@pytest.mark.parametrize(
    "path", ["/chatbots/99/versions", "/chatbots/99/versions/1/restore", "/chatbots/1/versions/9/restore"]
)
def test_versions_that_do_not_exist_are_404(builder: Builder, path: str) -> None:
    method: Callable[[str], Any] = builder.client.post if path.endswith("restore") else builder.client.get
    assert method(path).status_code == 404


def test_a_campaign_names_the_version_that_it_runs(builder: Builder, desk: Desk) -> None:
    campaign = desk.launch(builder.id)
    builder.press("delete PAGA")
    builder.save()
    html = desk.client.get(f"/campaigns/{campaign}").text
    assert f'<a href="{builder.path}/versions#version-1">version 1</a>' in html


def test_a_running_campaign_keeps_its_hours_and_the_page_says_so(builder: Builder) -> None:
    builder.desk.launch(builder.id, name="En curso")
    kept = "keeps the steps and the hours that it was launched with"
    assert kept not in builder.desk.page(builder.path)
    hours = {**SETTINGS, "opens": "08:00", "closes": "09:00", "revision": str(builder.draft().revision)}
    builder.client.post(f"{builder.path}/settings", data=hours)
    assert f"1 running campaign {kept}" in builder.desk.page(builder.path)  # not saved yet
    builder.save()
    page = builder.desk.page(builder.path)
    assert f"1 running campaign {kept}. What is changed here holds for new campaigns." in page
    assert "En curso : version 1, 08:00–21:00 (UTC-05:00)" in page


def test_a_campaign_that_is_over_keeps_nothing(builder: Builder) -> None:
    campaign = builder.desk.launch(builder.id)
    with builder.desk.app.app_context():
        finishing.finish(campaign, None, clock.now())
    builder.press("delete PAGA")
    assert "running campaign" not in builder.desk.page(builder.path)
