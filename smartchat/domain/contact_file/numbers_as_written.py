"""Which number a cell may mean that is dressed, or has its thousands parted: what one click makes of it."""

import re

_CURRENCY = r"(?:US\$|MX\$|\$|€|£|MXN|MN|M\.N\.|USD|EUR|pesos)"
_BODY = r"[0-9][0-9.,'’ \u00a0\u202f]*+"
_DRESSED = re.compile(
    rf"(?P<sign>-?+)\s*+(?:{_CURRENCY})?+\s*+(?P<minus>-?+)\s*+(?P<body>{_BODY})(?:{_CURRENCY})?+\s*+",
    re.IGNORECASE,
)
_LONGEST = 60
_PARTED_BY_BLANKS = re.compile(r"([0-9]{1,3})((?:[ '’\u00a0\u202f][0-9]{3})+)([.,][0-9]+)?")
_BLANKS = re.compile(r"[ '’\u00a0\u202f]")
_WITH_POINT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")
_WITH_COMMA = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+(?:,[0-9]+)?")
# What is a number as it stands, and another one in a file that writes 1.200,50.
THOUSANDS_WITH_POINTS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+")


def possible_numbers(text: str) -> tuple[str | None, str | None]:
    """What `$1,200.50` means with a point before the decimals, and with a comma: canonical texts, or None.

    Currency and the blanks between thousands go; a percent sign stays, as it may mean two things.
    """
    found = _DRESSED.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or (found["sign"] and found["minus"]):
        return None, None
    body = found["body"].strip(" \u00a0\u202f")
    if parted := _PARTED_BY_BLANKS.fullmatch(body):
        body = _BLANKS.sub("", parted[1] + parted[2]) + (parted[3] or "")
    sign = found["sign"] or found["minus"]
    with_point = sign + body.replace(",", "") if _WITH_POINT.fullmatch(body) else None
    with_comma = sign + body.replace(".", "").replace(",", ".") if _WITH_COMMA.fullmatch(body) else None
    return with_point, with_comma
