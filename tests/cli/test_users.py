"""Operators on the command line: a password that is set is one that is not guessed at once."""

import ast

import pytest
from flask import Flask

from smartchat.services.operations import users
from tests.stand import ROOT

GOOD = "correct horse battery"


@pytest.mark.parametrize("command", [("add", "ana@example.com"), ("password", "bea@example.com")])
@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "The password has 5 characters; it needs at least 12."),
        ("1qaz2wsx3edc", "The password is among those that are tried first"),
        ("sonyericsson1", "The password is among those that are tried first"),
    ],
)
def test_a_password_that_is_guessed_first_is_set_nowhere(
    app: Flask, command: tuple[str, str], password: str, why: str
) -> None:
    with app.app_context():
        users.add("bea@example.com", "operator", GOOD)
    result = app.test_cli_runner().invoke(args=["user", *command], input=f"{password}\n")
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {why}")
    with app.app_context():
        assert users.by_email("ana@example.com") is None
        assert users.sign_in("bea@example.com", GOOD) is not None


def test_an_operator_is_added_with_a_phrase_or_without_a_password(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["user", "add", "ana@example.com"], input=f"{GOOD}\n").exit_code == 0
    assert run(args=["user", "add", "bea@example.com"], input="\n").exit_code == 0
    with app.app_context():
        assert users.sign_in("ana@example.com", GOOD) is not None
        assert users.sign_in("bea@example.com", "") is None


def test_setting_an_empty_password_leaves_links_only(app: Flask) -> None:
    with app.app_context():
        users.add("ana@example.com", "operator", GOOD)
    result = app.test_cli_runner().invoke(args=["user", "password", "ana@example.com"], input="\n")
    assert result.exit_code == 0
    assert "ana@example.com signs in by links only now." in result.output
    with app.app_context():
        assert users.sign_in("ana@example.com", GOOD) is None


def test_nobody_is_told_of_in_a_sentence(app: Flask) -> None:
    for command in ("password", "deactivate", "activate", "link"):
        result = app.test_cli_runner().invoke(args=["user", command, "nobody@example.com"], input="\n")
        assert result.exit_code == 1
        assert "There is no operator nobody@example.com." in result.output


def test_the_list_of_common_passwords_is_not_in_the_memory_of_processes_that_set_none() -> None:
    """It is 12 MB: imported inside of the function that needs it, and never with a module."""
    for path in (ROOT / "smartchat").rglob("*.py"):
        with_the_module = ast.parse(path.read_text(encoding="utf-8")).body
        imports = [node for node in with_the_module if isinstance(node, (ast.Import, ast.ImportFrom))]
        assert not [node for node in imports if "zxcvbn" in ast.unparse(node)], path
