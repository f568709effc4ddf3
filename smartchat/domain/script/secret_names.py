"""{{secret.NAME}} in what an external system gets: the names, and putting the values in their place."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote, urlsplit

from smartchat.domain.script.steps import External
from smartchat.domain.script.texts import in_json, one_line

SECRET = re.compile(r"\{\{\s*secret\.(\w+)\s*\}\}")


_LABEL = re.compile(r"[a-z0-9][a-z0-9-]*")
_LONGEST_HOST = 253
MOST_HOSTS = 10


def read_hosts(text: str) -> tuple[str, ...] | None:
    """The hosts that a secret may go to, as they are typed (blanks or commas between); None where one is none."""
    found = tuple(dict.fromkeys(_plain(word) for word in text.replace(",", " ").split()))
    good = 0 < len(found) <= MOST_HOSTS and all(map(_is_host, found))
    return found if good else None


def _is_host(host: str) -> bool:
    """A name of labels with dots between them, or an address of IPv4 or IPv6."""
    if ":" in host:
        return not host.strip("0123456789abcdef:.")
    labels = host.split(".")
    named = all(_LABEL.fullmatch(label) and not label.endswith("-") for label in labels)
    return named and len(host) <= _LONGEST_HOST


def host_of(url: str) -> str:
    """The host that a call would go to, in the letters of `read_hosts`; empty where there is none."""
    try:
        return _plain(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _plain(host: str) -> str:
    host = host.lower().strip("[]")
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


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
