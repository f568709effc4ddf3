"""What programs and people put around a phone number: links, exports of messengers, lists made by hand."""

import re

_AROUND = " \t\r\n;,\"'<>=\u00a0"
_BEFORE = re.compile(
    r"\A(?:(?:https?://)?(?:www\.|api\.|web\.)?(?:wa\.me/|whatsapp\.com/send/?\?phone=)"
    r"|(?:tel|telefono|teléfono|phone|cel|celular|movil|móvil|mobile|whatsapp|wa|sms|smsto|callto|p|rcs)\s*[:.](?://)?)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:@(?:c\.us|s\.whatsapp\.net)|/|/?[?&][a-z_]+=.*)\Z", re.IGNORECASE | re.DOTALL)


def undressed(text: str) -> str:
    """The text without it; the same where there is nothing around."""
    return _AFTER.sub("", _BEFORE.sub("", text.strip(_AROUND)).strip(_AROUND)).strip(_AROUND)
