"""What a contact sends that is no text: places, contact cards, pictures, voice messages, documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["image", "audio", "video", "card", "document"]
MOST = 10
LONGEST_WORDS = 300
_CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
# What a browser may show inside of a page: nothing in these runs. Everything else is only ever saved.
SHOWN = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "audio/aac",
        "audio/amr",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/opus",
        "audio/wav",
        "audio/x-wav",
        "video/mp4",
        "video/3gpp",
        "video/webm",
    }
)
_ENDINGS = {
    "image/jpeg": "jpg",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "application/pdf": "pdf",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/directory": "vcf",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_TWILIO = "api.twilio.com"
_CDN = ".twiliocdn.com"


class NotFetched(Exception):
    """Why a file could not be had, in a word: "host", "status_404", "too_large", "too_slow", "connection", "busy"."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of an inbound message; `index` is its number in it, from 0. `type` as Twilio names it, in lower case."""

    index: int
    url: str
    type: str
    kind: Kind

    @property
    def shown(self) -> bool:
        """Whether a page may show it; what is not shown is saved."""
        return self.type in SHOWN

    @property
    def ending(self) -> str:
        """Of the name that it is saved under."""
        return _ENDINGS.get(self.type) or (self.type.partition("/")[2] if self.shown else "bin")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, in degrees, with what the contact's phone says of it ("" where it says nothing)."""

    latitude: float
    longitude: float
    words: str = ""

    @property
    def position(self) -> str:
        """`19.43260, -99.13320`."""
        return f"{self.latitude:.5f}, {self.longitude:.5f}"

    @property
    def url(self) -> str:
        """The place on a public map."""
        at = f"mlat={self.latitude:.5f}&mlon={self.longitude:.5f}"
        return f"https://www.openstreetmap.org/?{at}#map=17/{self.latitude:.5f}/{self.longitude:.5f}"


def attachments_of(params: Mapping[str, object]) -> tuple[Attachment, ...]:
    """The files of an inbound message, from Twilio's parameters."""
    written = str(params.get("NumMedia", ""))[:3]
    count = int(written) if written.isascii() and written.isdecimal() else 0
    found = []
    for index in range(min(count, MOST)):
        url = str(params.get(f"MediaUrl{index}", ""))
        type_ = str(params.get(f"MediaContentType{index}", "")).partition(";")[0].strip().lower()
        if url.startswith(("https://", "http://")):
            found.append(Attachment(index, url, type_, _kind(type_)))
    return tuple(found)


def spot_of(params: Mapping[str, object]) -> Spot | None:
    """The place that an inbound message names; None where it names none that there is."""
    try:
        latitude, longitude = float(str(params["Latitude"])), float(str(params["Longitude"]))
    except (KeyError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    said = (str(params.get(name, "")).strip() for name in ("Label", "Address"))
    return Spot(latitude, longitude, ", ".join(filter(None, said))[:LONGEST_WORDS])


def in_words(params: Mapping[str, object], language: str) -> tuple[str, ...]:
    """What was sent beside the text, as the value of a question that takes it: "foto", "lugar 19.43260, -99.13320"."""
    which = 0 if language == "es" else 1
    spot = spot_of(params)
    place = [f"{_PLACE[which]} {spot.position} {spot.words}".strip()] if spot else []
    return (*place, *(_WORDS[attachment.kind][which] for attachment in attachments_of(params)))


_PLACE = ("ubicación", "place")
_WORDS: Mapping[Kind, tuple[str, str]] = {
    "image": ("foto", "photo"),
    "audio": ("audio", "audio"),
    "video": ("video", "video"),
    "card": ("tarjeta de contacto", "contact card"),
    "document": ("documento", "document"),
}


def may_fetch(url: str, api_url: str, redirected: bool) -> bool:
    """Whether a file may be fetched from there: Twilio's own host, or what stands in for it (`api_url`, "" for none);
    after a redirect also Twilio's distribution over https. The credentials go to the first alone.
    """
    try:
        parts, own = urlsplit(url), urlsplit(api_url)
        port, own_port = parts.port, own.port
    except ValueError:
        return False
    if parts.username or parts.password or not parts.hostname:
        return False
    if api_url and (parts.scheme, parts.hostname, port) == (own.scheme, own.hostname, own_port):
        return True
    if parts.scheme != "https" or port not in (None, 443):
        return False
    if redirected:
        return parts.hostname.endswith(_CDN)
    return parts.hostname == _TWILIO and not api_url


def _kind(type_: str) -> Kind:
    if type_ in _CARDS:
        return "card"
    match type_.partition("/")[0]:
        case "image":
            return "image"
        case "audio":
            return "audio"
        case "video":
            return "video"
        case _:
            return "document"
