"""What the commands say is so: where the installation runs, and which command lists what was not found."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from smartchat import installation
from tests.blueprints.desk import Desk


def said(app: Flask, *arguments: str) -> str:
    return app.test_cli_runner().invoke(args=list(arguments)).output


@pytest.fixture
def operator(app: Flask) -> str:
    said(app, "user", "add", "ana@example.com")
    return "ana@example.com"


@pytest.fixture(autouse=True)
def _nothing_announced_stays() -> Iterator[None]:
    yield
    while installation._announced:
        installation._announced.pop().close()


@pytest.mark.parametrize("command", ["show", "finish", "recount"])
def test_a_campaign_that_is_not_there_sends_to_the_list_of_campaigns(app: Flask, command: str) -> None:
    assert "There is no campaign 999. `flask --app app campaign list` shows them." in said(
        app, "campaign", command, "999"
    )


def test_a_chatbot_that_is_not_there_sends_to_the_list_of_chatbots(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "contacts.tsv"
    file.write_text("CONTACT\n+525512345678\n")
    arguments = ("--chatbot", "999", "--file", str(file), "--name", "Uno")
    assert "`flask --app app chatbot list` shows them." in said(app, "campaign", "launch", *arguments)


def test_what_is_not_there_sends_to_the_list_of_its_kind(app: Flask) -> None:
    assert "`flask --app app secret list` shows" in said(app, "secret", "delete", "CRM")
    assert "`flask --app app opt-out list` shows" in said(
        app, "opt-out", "undo", "+525512345678", "--reason", "x"
    )


def test_campaigns_are_listed_the_newest_first(app: Flask) -> None:
    desk = Desk(app, app.test_client())
    chatbot = desk.chatbot()
    first, second = desk.launch(chatbot), desk.launch(chatbot)
    listed = json.loads(said(app, "campaign", "list", "--json"))
    assert [row["id"] for row in listed] == [second, first]
    assert listed[0].keys() == {"id", "name", "chatbot", "status", "contacts"}
    assert (listed[0]["status"], listed[0]["contacts"]) == ("active", 1)
    assert f"{second:>4}  active" in said(app, "campaign", "list")


def test_every_list_that_a_sentence_names_is_a_command(app: Flask) -> None:
    for group in ("campaign", "chatbot", "secret", "opt-out", "user"):
        assert "Usage" in said(app, group, "list", "--help")


def test_a_link_leads_to_the_installation_that_runs(app: Flask, operator: str) -> None:
    installation.announce(Path(app.config["INSTANCE"]), "http://127.0.0.1:8000")
    assert said(app, "user", "link", operator).startswith("http://127.0.0.1:8000/login/")


def test_a_link_says_so_where_nothing_runs(app: Flask, operator: str) -> None:
    installation.announce(Path(app.config["INSTANCE"]), "http://127.0.0.1:8000")
    installation._announced.pop().close()  # as the end of its process does
    result = app.test_cli_runner().invoke(args=["user", "link", operator])
    assert "does not run on this folder now" in result.stderr
    assert result.stdout.startswith("http://127.0.0.1:5000/login/")


def test_a_link_leads_to_public_url_where_that_is_set(app: Flask, operator: str) -> None:
    app.config |= {"PUBLIC_URL": "https://chat.example.com", "PUBLIC_URL_IS_SET": True}
    result = app.test_cli_runner().invoke(args=["user", "link", operator])
    assert result.stdout.startswith("https://chat.example.com/login/")
    assert result.stderr == ""


def test_a_second_installation_on_the_folder_does_not_take_the_address_over(tmp_path: Path) -> None:
    installation.announce(tmp_path, "http://127.0.0.1:8000")
    installation.announce(tmp_path, "http://127.0.0.1:9000")
    assert installation.address_of(tmp_path) == "http://127.0.0.1:8000"
