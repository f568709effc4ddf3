"""Files of contacts, from Twilio: with the account's credentials, from Twilio's hosts only, and never without end."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import urllib3

from smartchat.domain.inbound.attachments import NotFetched, may_fetch

LARGEST = 25_000_000  # bytes; WhatsApp takes 16 MB, and documents somewhat more
SECONDS = 15.0
MOST_REDIRECTS = 3
_PART = 65_536
_REDIRECTS = (301, 302, 303, 307, 308)


def fetch(url: str, settings: Mapping[str, Any]) -> bytes:
    """The file at one of Twilio's addresses. Raises NotFetched. Never inside a transaction."""
    end = time.monotonic() + SECONDS
    timeout = urllib3.Timeout(connect=5, read=5)
    with urllib3.PoolManager(retries=False, timeout=timeout) as pool:
        for hop in range(MOST_REDIRECTS + 1):
            if not may_fetch(url, settings["TWILIO_API_URL"], hop > 0):
                raise NotFetched("host")
            # What it is redirected to is signed by itself, and the credentials are nobody else's business.
            headers = {} if hop else _credentials(settings)
            try:
                answer = pool.request("GET", url, headers=headers, redirect=False, preload_content=False)
                if answer.status in _REDIRECTS and answer.headers.get("Location"):
                    url = urljoin(url, answer.headers["Location"])
                    answer.close()
                    continue
                return _body(answer, end)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise NotFetched("connection") from error
    raise NotFetched("redirects")


def _body(answer: urllib3.BaseHTTPResponse, end: float) -> bytes:
    if answer.status != 200:
        raise NotFetched(f"status_{answer.status}")
    body = bytearray()
    while part := answer.read1(_PART):
        body += part
        if len(body) > LARGEST:
            raise NotFetched("too_large")
        if time.monotonic() > end:
            raise NotFetched("too_slow")
    return bytes(body)


def _credentials(settings: Mapping[str, Any]) -> dict[str, str]:
    """By key where there is one, as the messages are sent."""
    user = settings["TWILIO_API_KEY"] or settings["TWILIO_ACCOUNT_SID"]
    secret = settings["TWILIO_API_SECRET"] if settings["TWILIO_API_KEY"] else settings["TWILIO_AUTH_TOKEN"]
    return dict(urllib3.make_headers(basic_auth=f"{user}:{secret}"))
