"""The page with the whole script as one picture."""

from tests.blueprints.desk import SCRIPT, Desk


def test_the_picture_shows_every_step_but_the_columns_of_the_file(desk: Desk) -> None:
    chatbot = desk.chatbot()
    page = desk.client.get(f"/chatbots/{chatbot}/picture").text
    steps = [step for step in SCRIPT["steps"] if step["type"] != "custom_data"]
    assert page.count("<rect") == len(steps)
    assert "¿Podrá pagar?" in page
    assert "style=" not in page


def test_there_is_no_picture_of_no_chatbot(desk: Desk) -> None:
    assert desk.client.get("/chatbots/99/picture").status_code == 404


def test_the_picture_says_the_answer_of_a_flow_as_people_say_it(desk: Desk) -> None:
    steps = [
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "¿Podrá pagar?"},
        {
            "id": "PAGARA",
            "type": "flow",
            "display_if": {"step": "PAGA", "equals": "yes"},
            "steps": [{"id": "M", "type": "message", "text": "Gracias."}],
        },
    ]
    headers = {"Accept-Language": "es-MX"}
    page = desk.client.get(f"/chatbots/{desk.chatbot(steps=steps)}/picture", headers=headers).text
    assert "PAGA = sí" in page
