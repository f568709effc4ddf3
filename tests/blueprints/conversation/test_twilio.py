"""The webhooks: who may post, what is stored, what is answered."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from smartchat.adapters.twilio_channel import public_url_of, signed_by_twilio
from smartchat.db import db
from smartchat.domain.operations.troubles import Trouble
from smartchat.models import InboundMessage
from smartchat.services.operations import refusing, troubles
from tests.stand import wait_for

INBOUND = {
    "MessageSid": "SM" + "0" * 32,
    "AccountSid": "AC00000000000000000000000000000001",
    "From": "+525500998877",
    "To": "+15005550006",
    "Body": "¡Sí! ñ 👍",
    "NumMedia": "0",
}


def signature(url: str, params: Mapping[str, str], token: str) -> str:
    """Twilio's published rule, written here once more so that the code under test does not judge itself."""
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def post(
    client: FlaskClient, app: Flask, path: str, params: Mapping[str, str], **change: str
) -> TestResponse:
    token = change.get("token", app.config["TWILIO_AUTH_TOKEN"])
    signed = signature(app.config["PUBLIC_URL"] + path, params, token)
    return client.post(path, data=params, headers={"X-Twilio-Signature": change.get("signature", signed)})


def stored(app: Flask) -> list[InboundMessage]:
    with app.app_context():
        return list(db.session.scalars(select(InboundMessage)))


def test_a_signed_message_is_stored_and_answered_with_empty_twiml(app: Flask, client: FlaskClient) -> None:
    answer = post(client, app, "/twilio/inbound", INBOUND)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert answer.data == b"<Response></Response>"
    assert [message.body for message in stored(app)] == ["¡Sí! ñ 👍"]


def test_a_wrong_signature_is_403_and_stores_nothing(app: Flask, client: FlaskClient) -> None:
    assert post(client, app, "/twilio/inbound", INBOUND, token="wrong").status_code == 403
    assert post(client, app, "/twilio/inbound", INBOUND, signature="").status_code == 403
    assert client.post("/twilio/inbound", data=INBOUND).status_code == 403
    assert stored(app) == []


def test_a_changed_parameter_breaks_the_signature(app: Flask, client: FlaskClient) -> None:
    good = signature(app.config["PUBLIC_URL"] + "/twilio/inbound", INBOUND, app.config["TWILIO_AUTH_TOKEN"])
    changed = {**INBOUND, "Body": "no"}
    answer = client.post("/twilio/inbound", data=changed, headers={"X-Twilio-Signature": good})
    assert answer.status_code == 403


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_what_is_signed_and_no_message_is_400(app: Flask, client: FlaskClient, missing: str) -> None:
    params = {name: value for name, value in INBOUND.items() if name != missing}
    answer = post(client, app, "/twilio/inbound", params)
    assert answer.status_code == 400
    assert missing in answer.text
    assert stored(app) == []


def test_another_accounts_message_is_403(app: Flask, client: FlaskClient) -> None:
    params = {**INBOUND, "AccountSid": "AC" + "f" * 32}
    assert post(client, app, "/twilio/inbound", params).status_code == 403


def test_the_same_message_twice_is_stored_once_and_answered_the_same(app: Flask, client: FlaskClient) -> None:
    answers = [post(client, app, "/twilio/inbound", INBOUND).status_code for _ in range(2)]
    assert answers == [200, 200]
    assert len(stored(app)) == 1


@pytest.mark.parametrize("query", ["?campa%C3%B1a=1", "?a=%2f%7B&b=", "?x=1&x=2"])
def test_the_signature_covers_the_raw_path_and_query(app: Flask, client: FlaskClient, query: str) -> None:
    assert post(client, app, f"/twilio/inbound{query}", INBOUND).status_code == 200


def test_webhooks_need_no_csrf_token_and_no_sign_in(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert post(client, app, "/twilio/inbound", INBOUND).status_code == 200


def test_a_status_callback_of_an_unknown_message_is_taken_and_changes_nothing(
    app: Flask, client: FlaskClient
) -> None:
    params = {
        "MessageSid": "SM" + "1" * 32,
        "MessageStatus": "delivered",
        "AccountSid": INBOUND["AccountSid"],
    }
    assert post(client, app, "/twilio/status?message=4711", params).status_code == 200
    assert post(client, app, "/twilio/status?message=no-number", params).status_code == 200
    assert post(client, app, "/twilio/status", params).status_code == 200
    assert post(client, app, "/twilio/status?message=1", {"MessageSid": "SM1"}).status_code == 400


def test_a_message_is_stored_while_redis_is_away(app: Flask, client: FlaskClient) -> None:
    app.config["REDIS_URL"] = "unix:///nowhere/redis.sock"
    assert post(client, app, "/twilio/inbound", INBOUND).status_code == 200
    assert len(stored(app)) == 1


def test_twilios_published_example_of_a_signature() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = public_url_of("https://mycompany.com", "/myapp.php?foo=1&bar=2")
    assert signed_by_twilio("12345", url, params, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not signed_by_twilio("12346", url, params, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


def test_an_absolute_request_target_is_signed_by_its_path() -> None:
    assert public_url_of("https://a.example/", "http://inside:5000/x?y=1") == "https://a.example/x?y=1"


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
def test_a_person_who_looks_at_a_webhooks_address_is_told_what_it_is_for(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": "es"})
    assert answer.status_code == 200
    assert "Una dirección para Twilio" in answer.text
    assert "POST" in answer.text


def test_a_webhook_that_twilio_sends_with_get_is_not_taken_for_a_person(client: FlaskClient) -> None:
    """It would be lost without a word: with 405 Twilio's console shows the error."""
    signed = client.get("/twilio/inbound", query_string=INBOUND, headers={"X-Twilio-Signature": "AAAA"})
    assert signed.status_code == 405
    assert client.get("/twilio/inbound", query_string=INBOUND).status_code == 405


def refused(app: Flask) -> dict[Trouble, int]:
    with app.app_context():
        return {why: happened.count for why, happened in troubles.all_of_them().items()}


def test_what_is_refused_is_counted_with_its_reason(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusing, "WRITE_SECONDS", 0)
    client.post("/twilio/inbound", data=INBOUND)
    post(client, app, "/twilio/inbound", INBOUND, token="wrong")
    post(client, app, "/twilio/inbound", INBOUND, token="wrong")
    post(client, app, "/twilio/inbound", {**INBOUND, "AccountSid": "AC" + "9" * 32})
    post(client, app, "/twilio/status", {"MessageSid": "SM1"})
    assert refused(app) == {Trouble.UNSIGNED: 1, Trouble.SIGNATURE: 2, Trouble.ACCOUNT: 1, Trouble.FIELDS: 1}


def test_a_stranger_fills_neither_the_database_nor_the_log(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(refusing, "WRITE_SECONDS", 3600)
    for _ in range(50):
        client.post("/twilio/inbound", data=INBOUND)
    assert refused(app) == {Trouble.UNSIGNED: 1}
    monkeypatch.setattr(refusing, "WRITE_SECONDS", 0)
    client.post("/twilio/inbound", data=INBOUND)
    assert refused(app) == {Trouble.UNSIGNED: 51}
    assert len([line for line in caplog.messages if "webhooks are being refused" in line]) == 1


def test_what_is_refused_within_a_second_is_counted_though_nothing_comes_after_it(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusing, "WRITE_SECONDS", 0.3)
    for _ in range(20):
        client.post("/twilio/inbound", data=INBOUND)
    wait_for(lambda: refused(app) == {Trouble.UNSIGNED: 20}, 20)


def test_what_is_refused_stays_refused_where_it_cannot_be_counted(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusing, "WRITE_SECONDS", 0)
    with app.app_context():
        db.session.execute(text("ALTER TABLE trouble_counts RENAME TO elsewhere"))
        db.session.commit()
    assert client.post("/twilio/inbound", data=INBOUND).status_code == 403
    with app.app_context():
        db.session.execute(text("ALTER TABLE elsewhere RENAME TO trouble_counts"))
        db.session.commit()
    client.post("/twilio/inbound", data=INBOUND)
    assert refused(app) == {Trouble.UNSIGNED: 2}
