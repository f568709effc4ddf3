"""Signing in, roles, CSRF, headers, languages."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from smartchat import clock
from smartchat.services.operations import users

PASSWORD = "correct horse battery"


@pytest.fixture
def ana(app: Flask) -> str:
    with app.app_context():
        users.add("Ana@example.com", "operator", PASSWORD)
    return "ana@example.com"


def link_for(app: Flask, email: str) -> str:
    with app.app_context():
        user = users.by_email(email)
        assert user is not None
        return f"/login/{users.make_link(user, clock.now())}"


@pytest.mark.parametrize(
    "path", ["/", "/campaigns", "/campaigns/new", "/chatbots", "/inbox", "/conversations/1"]
)
def test_pages_need_a_signed_in_operator(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (302, 303)
    assert client.get(path, follow_redirects=True).request.path == "/login"


def test_a_partial_sends_the_browser_to_sign_in_instead_of_swallowing_the_page(client: FlaskClient) -> None:
    answer = client.get("/campaigns", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/login")


def test_a_password_signs_in_and_leads_to_the_page_that_was_asked_for(client: FlaskClient, ana: str) -> None:
    answer = client.post("/login?next=/inbox", data={"email": ana, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert client.get("/inbox").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_sign_in_never_leads_to_another_site(client: FlaskClient, ana: str, target: str) -> None:
    answer = client.post("/login", query_string={"next": target}, data={"email": ana, "password": PASSWORD})
    assert answer.location == "/campaigns"


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_e_mail_get_the_same_answer(
    client: FlaskClient, ana: str, email: str
) -> None:
    answer = client.post("/login", data={"email": email, "password": "wrong"})
    assert answer.status_code == 422
    assert "The e-mail or the password is wrong." in answer.text


def test_an_operator_without_a_password_cannot_sign_in_with_an_empty_one(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        users.add("link@example.com", "operator", None)
    for password in ("", "nobody has this password"):
        answer = client.post("/login", data={"email": "link@example.com", "password": password})
        assert answer.status_code == 422


def test_a_link_works_once(app: Flask, client: FlaskClient, ana: str) -> None:
    path = link_for(app, ana)
    assert client.post(path).location == "/campaigns"
    assert client.get("/campaigns").status_code == 200
    assert app.test_client().post(path).location == "/login"


def test_an_expired_link_does_not_sign_in(app: Flask, client: FlaskClient, ana: str) -> None:
    with app.app_context():
        user = users.by_email(ana)
        assert user is not None
        token = users.make_link(user, clock.now() - users.LINK_LIFE)
    assert client.get(f"/login/{token}").location == client.post(f"/login/{token}").location == "/login"


def test_signing_out_ends_it(app: Flask, client: FlaskClient, ana: str) -> None:
    client.post(link_for(app, ana))
    assert client.post("/logout").status_code == 303
    assert client.get("/campaigns").status_code == 303


def test_forms_without_a_csrf_token_are_refused_in_words(app: Flask, client: FlaskClient, ana: str) -> None:
    client.post(link_for(app, ana))
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/logout")
    assert answer.status_code == 400
    assert "This form has expired" in answer.text
    page = client.get("/campaigns").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    assert client.post("/logout", data={"csrf_token": found[1]}).status_code == 303


def test_a_viewer_may_look_and_not_change(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        users.add("viewer@example.com", "viewer", None)
    client.post(link_for(app, "viewer@example.com"))
    assert client.get("/campaigns").status_code == 200
    for path in ("/campaigns/1/launch", "/campaigns/1/finish"):
        assert client.post(path).status_code == 403


def test_every_page_has_the_strict_headers(client: FlaskClient) -> None:
    headers = client.get("/login").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_httponly_and_samesite(app: Flask, client: FlaskClient, ana: str) -> None:
    cookie = client.post(link_for(app, ana)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_no_page_has_inline_script_or_style(signed_in: FlaskClient) -> None:
    for path in ("/login", "/campaigns", "/campaigns/new", "/chatbots", "/inbox"):
        page = signed_in.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page), path


@pytest.mark.parametrize(
    "wanted, lang", [("es-MX,es;q=0.9,en;q=0.8", "es"), ("en-US,en", "en"), ("fr,de;q=0.5", "en"), ("", "en")]
)
def test_spanish_when_the_browser_asks_for_it(client: FlaskClient, wanted: str, lang: str) -> None:
    page = client.get("/login", headers={"Accept-Language": wanted}).text
    assert f'<html lang="{lang}">' in page
    assert ("Iniciar sesión" in page) == (lang == "es")


def test_the_operators_own_language_wins_over_the_browser(app: Flask, client: FlaskClient, ana: str) -> None:
    client.post(link_for(app, ana))
    answer = client.post("/language", data={"language": "es", "next": "/inbox"})
    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert '<html lang="es">' in client.get("/inbox", headers={"Accept-Language": "en"}).text
    assert client.post("/language", data={"language": "xx"}).status_code == 400


def test_an_unknown_address_is_a_page_in_words(signed_in: FlaskClient) -> None:
    answer = signed_in.get("/no/such/page")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_a_fault_of_ours_shows_a_sentence_and_no_trace(app: Flask, signed_in: FlaskClient) -> None:
    app.testing = False
    app.view_functions["campaigns.index"] = lambda: 1 / 0
    answer = signed_in.get("/campaigns")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "/%0d%0aSet-Cookie:a=b",
        "/%09/elsewhere.example",
        "//elsewhere.example",
        "/%5Celsewhere.example",
        "//[::1",
    ],
)
def test_after_signing_in_nobody_is_led_to_an_address_that_could_be_elsewhere(
    app: Flask, client: FlaskClient, target: str
) -> None:
    with app.app_context():
        users.add("a@example.com", "operator", "correct horse battery staple")
    sent = {"email": "a@example.com", "password": "correct horse battery staple"}
    answer = client.post(f"/login?next={target}", data=sent)
    assert (answer.status_code, answer.location) == (303, "/campaigns")


@pytest.mark.parametrize(
    ("public_url", "said"),
    [("https://chat.example.com", "max-age=31536000"), ("http://127.0.0.1:5000", None)],
)
def test_a_browser_that_came_by_https_comes_by_nothing_else_for_a_year(
    app: Flask, client: FlaskClient, public_url: str, said: str | None
) -> None:
    app.config["PUBLIC_URL"] = public_url
    assert client.get("/login").headers.get("Strict-Transport-Security") == said
