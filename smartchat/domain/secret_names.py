"""{{secret.NAME}} in what an external system gets: the names, and putting the values in their place."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote

from smartchat.domain.steps import External
from smartchat.domain.texts import in_json, one_line

SECRET = re.compile(r"\{\{\s*secret\.(\w+)\s*\}\}")


def secret_names(step: External) -> Iterator[str]:
    """The names of the secrets that a step uses."""
    for text in (step.url, step.body or "", *(value for _, value in step.headers)):
        yield from SECRET.findall(text)


def with_secrets(step: External, secrets: Mapping[str, str]) -> External:
    """The step with its secrets in their places; one that is not there leaves nothing."""

    def filled(text: str, encode: Callable[[str], str]) -> str:
        return SECRET.sub(lambda match: encode(secrets.get(match[1], "")), text)

    return replace(
        step,
        url=filled(step.url, lambda text: quote(text, safe="")),
        headers=tuple((name, filled(value, one_line)) for name, value in step.headers),
        body=None if step.body is None else filled(step.body, in_json),
    )
