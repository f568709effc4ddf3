"""Forms of strangers: how much of a body is read for whom, and in which order it is asked."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from smartchat.web import edge
from tests.blueprints.conversation.test_twilio import INBOUND, post, stored

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
STRANGERS = ["/login", "/language", "/twilio/inbound", "/twilio/status", "/campaigns", "/chatbots/import"]


class Body(io.BytesIO):
    """A body that knows how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def send(client: FlaskClient, path: str, body: Body, kind: str = FORM, **headers: str) -> TestResponse:
    return client.post(
        path,
        input_stream=body,
        content_type=kind,
        content_length=len(body.getvalue()),
        headers=headers,
    )


@pytest.mark.parametrize("kind", [FORM, MULTIPART, "text/plain", "application/json"])
@pytest.mark.parametrize("path", STRANGERS)
def test_of_a_large_body_of_a_stranger_nothing_is_read(client: FlaskClient, path: str, kind: str) -> None:
    body = Body(b"a=&" * 1_000_000)
    answer = send(client, path, body, kind, **{"X-Twilio-Signature": "bm9uZQ=="})
    assert body.taken == 0
    # Who is no operator is sent to sign in; what reads no form does not mind what is in it.
    assert answer.status_code in (303, 400, 403, 413, 422)


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
def test_of_a_webhook_without_a_signature_nothing_is_read(client: FlaskClient, path: str) -> None:
    body = Body(b"Body=Hola")
    assert send(client, path, body).status_code == 403
    assert body.taken == 0


@pytest.mark.parametrize(
    "path", sorted({"/campaigns", "/campaigns/check", "/campaigns/repaired", "/opt-outs/import"})
)
def test_a_file_of_who_is_not_signed_in_is_not_read_not_even_for_its_csrf_field(
    app: Flask, path: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.tsv"\r\n\r\n'
    body = Body(head + b"0" * 3_000_000 + b"\r\n--x--\r\n")
    answer = send(app.test_client(), path, body, MULTIPART)
    assert (answer.status_code, body.taken) == (303, 0)
    assert answer.location.startswith("/login")


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_an_operators_form_has_64_kilobytes_where_no_file_belongs(signed_in: FlaskClient, kind: str) -> None:
    body = Body(b"name=" + b"a" * edge.FORM_BYTES)
    answer = send(signed_in, "/chatbots", body, kind)
    assert (answer.status_code, body.taken) == (413, 0)
    assert "64 KB" in answer.text


def test_an_upload_route_takes_large_bodies_of_files_alone(signed_in: FlaskClient) -> None:
    body = Body(b"name=" + b"a" * edge.FORM_BYTES)
    assert (send(signed_in, "/campaigns", body).status_code, body.taken) == (413, 0)


def test_a_file_is_read_however_its_pieces_fall(signed_in: FlaskClient) -> None:
    for size in (70_000, 131_072, 450_001):
        file = (io.BytesIO(b"CONTACT\n" + b"+525512345678\n" * (size // 14)), "contacts.tsv")
        answer = signed_in.post("/campaigns/check", data={"chatbot": "1", "file": file})
        assert answer.status_code != 413, size


@pytest.mark.parametrize("path", ["/login", "/twilio/inbound"])
def test_a_form_has_no_more_than_500_fields(client: FlaskClient, path: str) -> None:
    fields = b"&".join(b"a=" for _ in range(edge.MOST_FIELDS + 1))
    answer = send(client, path, Body(fields), **{"X-Twilio-Signature": "bm9uZQ=="})
    assert answer.status_code == 413


def test_a_message_of_1_600_characters_that_take_twelve_bytes_each_is_let_in(
    app: Flask, client: FlaskClient
) -> None:
    assert post(client, app, "/twilio/inbound", {**INBOUND, "Body": "👍" * 1600}).status_code == 200
    assert [len(message.body) for message in stored(app)] == [1600]


def test_while_a_file_comes_in_slowly_no_transaction_is_open(app: Flask, signed_in: FlaskClient) -> None:
    """SQLite has one writer: a webhook must not wait for an upload."""
    seen: list[bool] = []

    class Slow(Body):
        def read(self, size: int | None = -1) -> bytes:
            from smartchat.db import db

            seen.append(db.session().in_transaction())
            return super().read(size)

    send(signed_in, "/campaigns", Slow(b"--x\r\n\r\n"), MULTIPART)
    assert seen
    assert not any(seen)


@pytest.mark.parametrize(
    "where",
    [
        lambda client: client.post("/login", data={"email": "a\0@example.com", "password": "x"}),
        lambda client: client.get("/login?next=/\0"),
        lambda client: client.get("/static/\0"),
    ],
    ids=["a form", "an address", "a path"],
)
def test_a_nul_is_refused_before_a_database_sees_it(
    client: FlaskClient, where: Callable[[FlaskClient], TestResponse]
) -> None:
    assert where(client).status_code == 422


def test_a_nul_in_a_contacts_message_costs_the_nul_and_not_the_message(
    app: Flask, client: FlaskClient
) -> None:
    params = {**INBOUND, "Body": "sí\0", "ProfileName": "\0Ana"}
    assert post(client, app, "/twilio/inbound", params).status_code == 200
    assert [(m.body, m.params["ProfileName"]) for m in stored(app)] == [("sí", "Ana")]
