"""`flask campaign launch`: who is in another conversation may be left out."""

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.blueprints.desk import ONE_CONTACT, Desk


@pytest.mark.parametrize(("options", "ended"), [([], 0), (["--leave-out-live"], 1)])
def test_who_talks_already_is_left_out_only_where_that_is_asked_for(
    app: Flask, tmp_path: Path, options: list[str], ended: int
) -> None:
    desk = Desk(app, app.test_client())
    chatbot = desk.chatbot()
    desk.launch(chatbot)
    contacts = tmp_path / "contacts.tsv"
    contacts.write_text(ONE_CONTACT)
    arguments = ["--chatbot", str(chatbot), "--file", str(contacts), "--name", "Noviembre", "--json"]
    result = app.test_cli_runner().invoke(args=["campaign", "launch", *arguments, *options])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["conversations"]["ended"] == ended
