"""The page of phones, as HTML: what it says, in both languages, and how it works without JavaScript."""

import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

import pytest
from twilio.rest import Client

from simulator import view
from simulator.texts import ENGLISH, SPANISH
from tests.simulator.conftest import SENDER
from tests.simulator.receiver import Receiver
from tests.simulator_server import DIRECT, RunningSimulator

OTHER_SENDER = "+15005551111"


@dataclass(frozen=True)
class Page:
    status: int
    url: str
    html: str
    headers: dict[str, str]

    @property
    def text(self) -> str:
        """What a person reads."""
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", self.html)))


def browse(
    url: str, form: dict[str, str] | None = None, language: str = "es-MX,es;q=0.9", etag: str | None = None
) -> Page:
    """What a browser without JavaScript gets, redirects followed."""
    headers = {"Accept": "text/html", "Accept-Language": language} | ({"If-None-Match": etag} if etag else {})
    data = urlencode(form).encode() if form is not None else None
    try:
        with DIRECT.open(urllib.request.Request(url, data, headers), timeout=30) as answer:
            return Page(answer.status, answer.url, answer.read().decode(), dict(answer.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Page(error.code, url, error.read().decode(), dict(error.headers))


def test_both_languages_have_the_same_words() -> None:
    assert SPANISH.keys() == ENGLISH.keys()
    fields = {key: SPANISH[key].count("{") for key in SPANISH}
    assert {key: ENGLISH[key].count("{") for key in ENGLISH} == fields


@pytest.mark.parametrize("language, word", [("es-MX,es", "Teléfonos"), ("en-US", "Phones"), ("fr", "Phones")])
def test_the_page_speaks_the_language_of_the_browser(
    simulator: RunningSimulator, language: str, word: str
) -> None:
    page = browse(simulator.url + "/", language=language)
    assert f'<h1><a href="/">{word}</a></h1>' in page.html
    assert f'<html lang="{"es" if word == "Teléfonos" else "en"}">' in page.html


def test_an_empty_simulator_says_what_will_appear() -> None:
    with RunningSimulator() as simulator:
        assert "Cuando SmartChat escriba a un contacto" in browse(simulator.url + "/").text


def test_phones_are_listed_the_last_one_first_with_what_is_unread(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    client.messages.create(to="+525500998877", from_=SENDER, body="x")
    for body in ("Hola Ana, ¿podrá pagar a tiempo?", "¿Sí o no?"):
        client.messages.create(to=phone, from_=SENDER, body=body)
    text = browse(simulator.url + "/").text
    name = view.spoken(phone)
    assert re.search(rf"{re.escape(name)} \d\d:\d\d ¿Sí o no\? 2 2 sin leer .*\+52 55 0099 8877", text)
    browse(f"{simulator.url}/phones/{phone}")
    assert re.search(
        rf"{re.escape(name)} \d\d:\d\d ¿Sí o no\? (?!2 2 sin leer)", browse(simulator.url + "/").text
    )


def test_the_list_is_searched_by_digits(client: Client, simulator: RunningSimulator, phone: str) -> None:
    client.messages.create(to=phone, from_=SENDER, body="Hola")
    assert view.spoken(phone) in browse(f"{simulator.url}/?q={phone[-6:-3]}%20{phone[-3:]}").text
    page = browse(simulator.url + "/?q=000999000")
    assert "Ningún teléfono contiene «000999000»." in page.text


def test_a_thread_shows_both_sides_with_their_states(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    client.messages.create(to=phone, from_=SENDER, body="á" * 71)
    simulator.wait_for(lambda s: s.messages(phone)[0]["status"] == "delivered")
    simulator.write(phone, "Sí <b>")
    receiver.answers.append(503)
    simulator.write(phone, "¿Hola?")
    page = browse(f"{simulator.url}/phones/{phone}")
    assert re.search(r"Entregado ✓✓ · 2 segmentos Sí <b> \d\d:\d\d · SmartChat lo recibió", page.text)
    assert "SmartChat respondió 503" in page.text
    assert "Sí &lt;b&gt;" in page.html


def test_a_message_that_failed_shows_its_code(client: Client, simulator: RunningSimulator) -> None:
    client.messages.create(to="+525555530003", from_=SENDER, body="Hola")
    simulator.wait_for(lambda s: s.messages("+525555530003")[-1]["status"] == "undelivered")
    assert "No entregado (30003)" in browse(f"{simulator.url}/phones/+525555530003").text


def test_a_template_shows_its_variables(client: Client, simulator: RunningSimulator, phone: str) -> None:
    client.messages.create(
        to=f"whatsapp:{phone}",
        from_=f"whatsapp:{SENDER}",
        content_sid="HX" + "0" * 32,
        content_variables='{"1": "Ana"}',
    )
    text = browse(f"{simulator.url}/phones/whatsapp:{phone}").text
    assert "Plantilla HX0000…0000 {{1}} Ana" in text
    assert "WhatsApp" in text


def test_stop_is_answered_by_twilio_and_shown(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    client.messages.create(to=phone, from_=SENDER, body="Hola")
    simulator.write(phone, "STOP")
    text = browse(f"{simulator.url}/phones/{phone}").text
    assert "Respuesta automática de Twilio You are unsubscribed" in text
    assert "Este teléfono escribió STOP" in text


def test_a_phone_with_several_senders_shows_one_thread_at_a_time(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    client.messages.create(to=phone, from_=SENDER, body="del primero")
    client.messages.create(to=phone, from_=OTHER_SENDER, body="del segundo")
    latest = browse(f"{simulator.url}/phones/{phone}")
    first = browse(f"{simulator.url}/phones/{phone}?from=%2B{SENDER[1:]}")
    assert ("bubble" in latest.html, "del segundo" in _thread(latest), "del primero" in _thread(latest)) == (
        True, True, False
    )  # fmt: skip
    assert ("del segundo" in _thread(first), "del primero" in _thread(first)) == (False, True)
    assert f'name="To" value="{SENDER}"' in first.html


def _thread(page: Page) -> str:
    return page.html.partition('id="thread"')[2]


def test_the_form_writes_without_javascript_and_comes_back_to_the_thread(
    client: Client, simulator: RunningSimulator, receiver: Receiver, phone: str
) -> None:
    client.messages.create(to=phone, from_=SENDER, body="Hola")
    page = browse(f"{simulator.url}/phones/{phone}/messages", {"Body": "mañana", "To": SENDER})
    assert (page.status, page.url) == (200, f"{simulator.url}/phones/{phone}?from=%2B{SENDER[1:]}")
    assert "mañana" in _thread(page)
    assert receiver.received[-1].parameters["Body"] == "mañana"


@pytest.mark.parametrize(
    "language, sentence", [("es", "No hay nada que enviar"), ("en", "There is nothing to send")]
)
def test_what_cannot_be_written_is_said_on_the_page_and_the_text_is_kept(
    simulator: RunningSimulator, phone: str, language: str, sentence: str
) -> None:
    page = browse(f"{simulator.url}/phones/{phone}/messages", {"Body": "", "To": SENDER}, language)
    assert (page.status, sentence in page.text) == (400, True)
    kept = browse(f"{simulator.url}/phones/12/messages", {"Body": "mi texto", "To": SENDER}, language)
    assert ">mi texto</textarea>" in kept.html


def test_another_phone_is_opened_by_its_number(simulator: RunningSimulator) -> None:
    page = browse(simulator.url + "/phones?number=%2B52+55+8765+0000")
    assert page.url == simulator.url + "/phones/+525587650000"
    assert "¿A qué remitente escribe?" in page.text


def test_a_page_that_has_not_changed_is_not_sent_again(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    first = browse(simulator.url + "/")
    again = browse(simulator.url + "/", etag=first.headers["ETag"])
    other_language = browse(simulator.url + "/", language="en", etag=first.headers["ETag"])
    client.messages.create(to=phone, from_=SENDER, body="Hola")
    changed = browse(simulator.url + "/", etag=first.headers["ETag"])
    assert (again.status, other_language.status, changed.status) == (304, 200, 200)


def test_pages_carry_a_strict_policy_and_nothing_inline(simulator: RunningSimulator, phone: str) -> None:
    for path in ("/", f"/phones/{phone}"):
        page = browse(simulator.url + path)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.html) == []


@pytest.mark.parametrize(
    "address, spoken",
    [
        ("+525512345678", "+52 55 1234 5678"),
        ("whatsapp:+5215512345678", "+52 15512345678"),
        ("+15005550006", "+1 500 555 0006"),
        ("+861012345678", "+861012345678"),
        ("SmartChat", "SmartChat"),
    ],
)
def test_numbers_are_written_as_people_do(address: str, spoken: str) -> None:
    assert view.spoken(address) == spoken
