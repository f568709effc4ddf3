"""Where the database cannot be used, every command says so in a sentence."""

from pathlib import Path

import pytest

from smartchat import create_app


@pytest.mark.parametrize(
    "command", [("chatbot", "list"), ("campaign", "recount"), ("opt-out", "list"), ("sweep",)]
)
def test_a_database_without_tables_is_told_in_a_sentence(tmp_path: Path, command: tuple[str, ...]) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'empty.db'}", "SECRET_KEY": "tests"})
    result = app.test_cli_runner().invoke(args=list(command))
    assert result.exit_code == 1
    assert "Error: The database cannot be used: no such table" in result.output
    assert "flask --app app db upgrade" in result.output
    assert "Traceback" not in result.output
