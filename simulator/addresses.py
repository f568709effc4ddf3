"""The addresses that messages go between: ``+52…``, ``whatsapp:+52…``, ``rcs:+52…``, WhatsApp usernames, short codes,
names, agents, services.
"""

import hashlib
import re

CHANNEL = "whatsapp:"
RCS = "rcs:"
_USER = re.compile(r"[A-Z]{2}\.[0-9A-Za-z]{1,128}", re.ASCII)
_AGENT = re.compile(r"rcs:[A-Za-z][A-Za-z0-9_]{0,60}", re.ASCII)
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SHORT_CODE = re.compile(r"\d{3,8}", re.ASCII)
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11}", re.ASCII)
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}", re.ASCII)
# Countries whose numbers have one length (after the country code), so that a lost digit is found out.
_LENGTHS = {"+1": (10,), "+52": (10, 11)}
_COUNTRIES = {
    "+1": "US", "+34": "ES", "+44": "GB", "+49": "DE", "+51": "PE", "+52": "MX", "+54": "AR", "+55": "BR",
    "+56": "CL", "+57": "CO", "+58": "VE", "+502": "GT", "+503": "SV", "+504": "HN", "+505": "NI",
    "+506": "CR", "+507": "PA", "+591": "BO", "+593": "EC", "+595": "PY", "+598": "UY",
}  # fmt: skip


def channel(address: str) -> str:
    """``"whatsapp"``, ``"rcs"`` or ``"sms"``."""
    if address.startswith(RCS):
        return "rcs"
    return "whatsapp" if address.startswith(CHANNEL) else "sms"


def bare(address: str) -> str:
    """The address without its channel."""
    return address.removeprefix(CHANNEL).removeprefix(RCS)


def user(address: str) -> str | None:
    """The WhatsApp username (``MX.1349…``) that the address is, if it is one."""
    found = bare(address)
    return found if channel(address) == "whatsapp" and _USER.fullmatch(found) else None


def is_phone(address: str) -> bool:
    """Whether a message can be sent to it: E.164, with or without a channel, or a WhatsApp username."""
    if user(address):
        return True
    number = bare(address)
    if not _E164.fullmatch(number):
        return False
    code = country_code(number)
    return code not in _LENGTHS or len(number) - len(code) in _LENGTHS[code]


def is_sender(address: str) -> bool:
    """Whether a business can send from it: a phone, a short code, a name of up to 11 characters, an RCS agent."""
    if address.startswith(RCS):
        return bool(_AGENT.fullmatch(address))
    if address.startswith(CHANNEL):
        return is_phone(address)
    return is_phone(address) or bool(_SHORT_CODE.fullmatch(address) or _NAME.fullmatch(address))


def is_service(sid: str) -> bool:
    """Whether it has the form of a Messaging Service's SID."""
    return bool(_SERVICE.fullmatch(sid))


def country_code(number: str) -> str:
    """The country code of an E.164 number, ``+`` included; empty where it is none of those we know."""
    return next((number[:size] for size in (4, 3, 2) if number[:size] in _COUNTRIES), "")


def country(number: str) -> str:
    """The ISO code of the country that an E.164 number belongs to, or nothing."""
    return _COUNTRIES.get(country_code(number), "")


def number_of_service(sid: str, like: str) -> str:
    """The sender that a Messaging Service picks: always the same for the same service, in the channel of
    the address ``like``. (At Twilio it is one of the service's pool of senders.)"""
    if channel(like) == "rcs":
        return f"{RCS}agent_{sid[2:10].lower()}"
    digits = 1000 + int(hashlib.sha256(sid.encode()).hexdigest(), 16) % 9000
    return f"{CHANNEL if channel(like) == 'whatsapp' else ''}+1500555{digits}"
