"""Addresses of people as they are compared, shown and written to: a phone number, over any channel."""

import re

from smartchat.domain.numbering import (
    country_code_of,
)

WHATSAPP = "whatsapp:"


# A channel before a number (whatsapp:, rcs: …). What is no number, such as a user of Messenger, keeps its channel.
_CHANNEL = re.compile(r"\A[a-z_]+:(?=\+)")


# A WhatsApp username in an address (Meta's business-scoped user ID): a country, a dot, letters and digits.
_USER = re.compile(r"whatsapp:([A-Za-z]{2}\.[0-9A-Za-z._-]+)\Z")


# Mexico dropped the mobile 1 after +52 in 2019; WhatsApp and older files still write it.
_MX_OLD_MOBILE = re.compile(r"\+521([0-9]{10})")


# The same phone with and without the mobile 9: Twilio may report either, so the identity has none.
_AR_MOBILE = re.compile(r"\+549([0-9]{10})")


_BR_MOBILE = re.compile(r"\+55([1-9][0-9])9([6-9][0-9]{7})")


_E164 = re.compile(r"\+[0-9]{7,15}")


def sendable(phone: str) -> str:
    """The E.164 form to send to (`+521…` of Mexico has become `+52…`)."""
    old_mexican = _MX_OLD_MOBILE.fullmatch(phone)
    return f"+52{old_mexican[1]}" if old_mexican else phone


def canonical_key(phone: str) -> str:
    """The one form by which a contact is known, from E.164 with or without a channel of Twilio's before it.

    A WhatsApp username is known by itself until a webhook names its number; other addresses keep their channel.
    """
    phone = sendable(_CHANNEL.sub("", phone, count=1)) if "+" in phone else user_of(phone) or phone
    if argentine := _AR_MOBILE.fullmatch(phone):
        return f"+54{argentine[1]}"
    if brazilian := _BR_MOBILE.fullmatch(phone):
        return f"+55{brazilian[1]}{brazilian[2]}"
    return phone


def user_of(address: str) -> str:
    """The WhatsApp username in an address (`MX.1349…`); "" where there is none."""
    found = _USER.match(address)
    return found[1] if found else ""


def number_of(address: str) -> str:
    """The number in an address, without its channel; "" where there is none."""
    number = _CHANNEL.sub("", address, count=1)
    return number if _E164.fullmatch(number) else ""


def mask(phone: str) -> str:
    """For logs: the country code and the last four digits, `+52••••••8877`."""
    prefix = WHATSAPP if phone.startswith(WHATSAPP) else ""
    number = phone.removeprefix(WHATSAPP)
    code = country_code_of(number)
    shown = f"+{code}" if code else ""
    hidden = len(number) - len(shown) - 4
    if hidden < 1:
        return prefix + "•" * len(number)
    return prefix + shown + "•" * hidden + number[-4:]
