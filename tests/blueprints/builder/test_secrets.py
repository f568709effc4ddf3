"""The page of secrets: for administrators, and no value is ever on it."""

from sqlalchemy import select

from smartchat import clock
from smartchat.db import db
from smartchat.models import Secret
from smartchat.services.builder import keeping_secrets
from smartchat.services.operations import users
from tests.blueprints.desk import Desk


def administrator(desk: Desk) -> None:
    with desk.app.app_context():
        token = users.make_link(users.add("admin@example.com", "admin", None), clock.now())
    desk.client.post("/logout")
    desk.client.post(f"/login/{token}")


def test_an_operator_has_no_business_with_secrets(desk: Desk) -> None:
    assert desk.client.get("/chatbots/secrets").status_code == 403
    assert desk.client.post("/chatbots/secrets", data={"name": "A", "value": "b"}).status_code == 403


def test_a_secret_is_kept_listed_without_its_value_and_taken_away(desk: Desk) -> None:
    administrator(desk)
    desk.client.post(
        "/chatbots/secrets", data={"name": "CLAVE", "value": "abracadabra", "hosts": "a.example"}
    )
    page = desk.page("/chatbots/secrets")
    assert "{{secret.CLAVE}}" in page
    assert "a.example" in page
    assert "abracadabra" not in page
    with desk.app.app_context():
        assert keeping_secrets.value_of("CLAVE") == "abracadabra"
    desk.client.post("/chatbots/secrets", data={"delete": "CLAVE"})
    assert "{{secret.CLAVE}}" not in desk.page("/chatbots/secrets")


def test_a_wrong_name_is_said_and_stays_in_the_field(desk: Desk) -> None:
    administrator(desk)
    answer = desk.client.post(
        "/chatbots/secrets", data={"name": "1 mala", "value": "x", "hosts": "b.example"}
    )
    assert answer.status_code == 422
    assert 'value="b.example"' in answer.text
    assert 'value="1 mala"' in answer.text


def test_without_a_host_a_secret_is_not_kept(desk: Desk) -> None:
    administrator(desk)
    assert desk.client.post("/chatbots/secrets", data={"name": "CLAVE", "value": "x"}).status_code == 422
    assert "{{secret.CLAVE}}" not in desk.page("/chatbots/secrets")


def test_of_a_secret_from_before_the_page_says_what_to_do(desk: Desk) -> None:
    administrator(desk)
    desk.client.post("/chatbots/secrets", data={"name": "CLAVE", "value": "x", "hosts": "a.example"})
    with desk.app.app_context():
        db.session.scalars(select(Secret)).one().hosts = ""
        db.session.commit()
    assert "Enter it again, with its hosts." in desk.page("/chatbots/secrets")
