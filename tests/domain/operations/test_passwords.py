"""Passwords that may be set, and what is said of the others."""

import pytest

from smartchat.domain.operations.passwords import problem

COMMON = {"password", "123qweasdzxc", "qwerty", "abc123"}


def said(password: str) -> str | None:
    return problem(password, "maria.fernanda@example.com", COMMON.__contains__)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "el perro come pan", "aB3$eF6&hJ9(", "ñandú y colibrí"]
)
def test_twelve_characters_or_a_phrase_may_be_used(password: str) -> None:
    assert said(password) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("aB3$eF6&hJ9", "The password has 11 characters; it needs at least 12."),
        ("x" * 1025, "The password has 1025 characters; it may have up to 1024."),
        ("aaaabbbbccccdddd", "fewer than 5 different characters"),
        ("123qweasdzxc", "among those that are tried first"),
        ("123QweAsdZxc", "among those that are tried first"),
        ("Password2026!", "among those that are tried first"),
        ("2026password", "among those that are tried first"),
        ("passwordpassword", "among those that are tried first"),
        ("qwertyqwerty12", "among those that are tried first"),
        ("abc123abc123", "among those that are tried first"),
        ("maria.fernanda@example.com", "The password is the e-mail address"),
        ("Maria.Fernanda1", "The password is the e-mail address"),
    ],
)
def test_what_is_guessed_first_is_refused_in_a_sentence(password: str, why: str) -> None:
    assert why in (said(password) or "")
