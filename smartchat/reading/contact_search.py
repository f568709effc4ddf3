"""How contacts are found by what people type: numbers in any form, words without case and accents."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, or_, true

from smartchat.db import db
from smartchat.domain.addresses import canonical_key
from smartchat.domain.text_forms import search_form
from smartchat.models import Contact, InboundMessage
from smartchat.models.campaigns import ENDING

# A number as people type it, in whole or in part.
_PHONE = re.compile(r"(?:whatsapp:)?(?:[0-9\s().–-]*+\+)*+[\s().–-]*+[0-9][0-9\s().–-]*+")
_LONGEST = 200  # characters typed that are looked for
# Letters of Latin-1 by the plain letter they are found by: á and Á by a, ñ by n.
_VARIANTS: dict[str, str] = {}
for _letter in map(chr, range(0xC0, 0x100)):
    _plain = search_form(_letter)
    if len(_plain) == 1 and _plain.isascii() and _plain.isalpha():
        _VARIANTS[_plain] = _VARIANTS.get(_plain, "") + _letter


def by_number(text: str) -> ColumnElement[bool] | None:
    """Contacts whose number is this, or ends in it: a look into an index. None where it is no number of four digits."""
    if not _PHONE.fullmatch(text.strip()) or len(digits_of(text)) < ENDING:
        return None
    return _ends_in(Contact, Contact.phone, digits_of(text))


def inbound_by_number(text: str) -> ColumnElement[bool] | None:
    """The same of inbound messages."""
    if len(digits_of(text)) < ENDING:
        return None
    return _ends_in(InboundMessage, InboundMessage.contact_key, digits_of(text))


def _ends_in(table: Any, number: Any, digits: str) -> ColumnElement[bool]:
    whole = table.contact_key == canonical_key(f"+{digits}")
    return and_(table.ending == digits[-ENDING:], or_(number.like(f"%{digits}"), whole))


def matches(text: str) -> ColumnElement[bool]:
    """A number in any form, or words that all stand somewhere in the contact's data; no text matches everybody."""
    text = text[:_LONGEST]
    if _PHONE.fullmatch(text.strip()):
        digits = digits_of(text)
        number = or_(Contact.phone.contains(digits), Contact.contact_key == canonical_key(f"+{digits}"))
        return or_(number, _in_data(search_form(text)))
    return and_(true(), *map(_in_data, search_form(text).split()))


def digits_of(text: str) -> str:
    """The digits of what was typed."""
    return "".join(c for c in text if c.isdecimal() and c.isascii())


def _in_data(word: str) -> ColumnElement[bool]:
    """Whether a value of the contact's row has the word in it, whatever case and accents."""
    return or_(_in_json(Contact.custom_data, word), _in_json(Contact.extra, word))


def _in_json(column: Any, word: str) -> ColumnElement[bool]:
    if db.engine.dialect.name == "postgresql":
        values = func.json_each_text(column).table_valued("key", "value")
        found = values.c.value.op("~")("".join(_either(c) or re.escape(c) for c in word))
    else:
        values = func.json_each(column).table_valued("key", "value")
        found = values.c.value.op("GLOB")(
            f"*{''.join(_either(c) or (f'[{c}]' if c in '*?[' else c) for c in word)}*"
        )
    # The look into every value is dear: only where the letters that have no accents are there, in this order.
    certain = "%".join(c for c in word if c.isascii() and c.isalnum() and c not in _VARIANTS)
    return and_(cast(column, Text).ilike(f"%{certain}%"), exists().where(found))


def _either(letter: str) -> str:
    """All the ways to write a plain letter, as a class that GLOB and regular expressions share."""
    if not letter.isascii() or not letter.isalpha():
        return ""
    return f"[{letter}{letter.upper()}{_VARIANTS.get(letter, '')}]"
