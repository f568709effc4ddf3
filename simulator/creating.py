"""Whether a request to send a message is accepted, and what becomes of it.

Besides Twilio's own rules, some numbers provoke a failure without ``/faults``:

======================================================  ================================================
``To`` +15005550001 / …2 / …3 / …4 / …9                  refused: 21211 / 21612 / 21408 / 21610 / 21614
``From`` +15005550001 / …7 / …8                          refused: 21212 / 21606 / 21611
``To`` ending in 555 and a code of a refusal, 55521608   refused with that code
``To`` ending in 555 and a code of a status, 55530003    accepted, ends ``undelivered`` or ``failed`` with it
``To`` ending in 55590001 / 55590002                     ``undelivered`` / ``failed``, and then ``delivered``
======================================================  ================================================

The first two lines are Twilio's test numbers; +15005550006 is its sender that always works. (An example of
the others: +52 55 5553 0003 cannot be reached.) A text to a WhatsApp address that has not written within 24
hours is accepted and ends ``undelivered`` with 63016.
"""

import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from . import addresses
from .delivery import LONGEST_VALIDITY
from .errors import DELIVERY, Refusal, any_refusal, is_refusal, refusal
from .messages import Message, new_sid
from .store import Store

Form = MultiDict[str, str]

LONGEST_BODY = 1600
MOST_MEDIA = 10
WINDOW = timedelta(hours=24)
_BAD_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_BAD_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_DOOMED = re.compile(r"555(\d{5})$", re.ASCII)
PROVES_WRONG = {90001: 30008, 90002: 63049}
"""What these numbers end with before they are reported as delivered all the same."""
_CONTENT = re.compile(r"HX[0-9a-fA-F]{32}", re.ASCII)


def create(form: Form, account_sid: str, store: Store, now: datetime) -> Message | Refusal:
    """The message that the form of a POST to Messages.json makes, or Twilio's refusal. Stores nothing."""
    to, from_, service = (form.get(name) or None for name in ("To", "From", "MessagingServiceSid"))
    if from_ is not None and addresses.is_service(from_):
        from_, service = None, from_
    refused = _check_addresses(to, from_, service) or _check_content(form) or _check_options(form)
    if refused:
        return refused
    assert to is not None  # noqa: S101 - _check_addresses has seen to it
    if (code := _code_in(to)) is not None and is_refusal(code):
        return any_refusal(code, to)
    if store.opted_out(to, service or from_ or ""):
        return refusal(21610)
    media = tuple(form.getlist("MediaUrl"))
    message = Message(
        sid=new_sid(bool(media)),
        account_sid=account_sid,
        direction="outbound-api",
        from_=from_,
        to=to,
        body=form.get("Body", ""),
        status="accepted" if service else "queued",
        date_created=now,
        media=media,
        messaging_service_sid=service,
        status_callback=form.get("StatusCallback") or None,
        validity_period=int(form.get("ValidityPeriod") or 0) or None,
        content_sid=form.get("ContentSid") or None,
        content_variables=form.get("ContentVariables") or None,
    )
    message.outcome = outcome_of(message, store, now)
    message.proves_wrong = _code_in(to) in PROVES_WRONG
    return message


def _check_addresses(  # noqa: PLR0911 - one refusal after the other, in Twilio's order
    to: str | None, from_: str | None, service: str | None
) -> Refusal | None:
    if to is None:
        return refusal(21604)
    if from_ is None and service is None:
        return refusal(21603)
    if service is not None and not addresses.is_service(service):
        return refusal(21705, service)
    if not addresses.is_phone(to) or _BAD_TO.get(to) == 21211:
        return refusal(21211, to)
    if from_ is None:
        return refusal(_BAD_TO[to], to, service or "") if to in _BAD_TO else None
    if not addresses.is_sender(from_):
        return refusal(21212, from_)
    if from_ in _BAD_FROM:
        return refusal(_BAD_FROM[from_], from_)
    if to == from_:
        return refusal(21266, to)
    if addresses.channel(to) != addresses.channel(from_):
        return refusal(21910, from_, to)
    return refusal(_BAD_TO[to], to, from_) if to in _BAD_TO else None


def _check_content(form: Form) -> Refusal | None:
    body, media, content = form.get("Body", ""), form.getlist("MediaUrl"), form.get("ContentSid")
    variables = form.get("ContentVariables")
    if variables and not content:
        return refusal(21654)
    if content and not _CONTENT.fullmatch(content):
        return refusal(21655, content)
    if variables and not _are_variables(variables):
        return refusal(21656)
    if not body and not media and not content:
        return refusal(21602)
    if len(body) > LONGEST_BODY:
        return refusal(21617)
    if len(media) > MOST_MEDIA:
        return refusal(21623)
    wrong = next((url for url in media if not _is_url(url)), None)
    return refusal(21620, wrong) if wrong is not None else None


def _are_variables(text: str) -> bool:
    """An object of texts, none of them empty."""
    try:
        variables = json.loads(text)
    except ValueError:
        return False
    return isinstance(variables, dict) and all(isinstance(v, str) and v for v in variables.values())


def _check_options(form: Form) -> Refusal | None:
    callback, validity = form.get("StatusCallback"), form.get("ValidityPeriod")
    if callback and not _is_url(callback):
        return refusal(21609, callback)
    if validity and not (validity.isdecimal() and 1 <= int(validity) <= LONGEST_VALIDITY):
        return refusal(21624, validity)
    if form.get("SendAt") or form.get("ScheduleType"):
        return refusal(20001, "The simulator does not schedule messages: leave SendAt and ScheduleType out.")
    return None


def _is_url(text: str) -> bool:
    if len(text) > 4000:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _code_in(to: str) -> int | None:
    """The five digits after 555 at the end of a number."""
    found = _DOOMED.search(to) if addresses.user(to) is None else None
    return int(found[1]) if found else None


def outcome_of(message: Message, store: Store, now: datetime) -> int | None:
    """The error code that the message is bound to end with, if any."""
    code = _code_in(message.to)
    code = PROVES_WRONG.get(code or 0, code)
    if code in DELIVERY:
        return code
    if addresses.channel(message.to) != "whatsapp" or message.content_sid:
        return None
    phone = store.phone(message.to)
    written = phone.last_written(message.sender) if phone else None
    return None if written and now - written < WINDOW else 63016
