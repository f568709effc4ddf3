"""A contact writes: the inbound message, its webhook, and what Twilio itself says to STOP and START."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import addresses, segments
from .messages import API_VERSION, Message, content_type, media_sid, new_sid
from .store import Phone
from .world import World

OUT = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
IN = frozenset({"START", "YES", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})
LONGEST = 1600
BESIDE = (
    "Latitude",
    "Longitude",
    "Address",
    "Label",
    "ButtonText",
    "ButtonPayload",
    "OriginalRepliedMessageSid",
    "OriginalRepliedMessageSender",
)
PLACE = {"Latitude": "19.432608", "Longitude": "-99.133209", "Label": "Zócalo", "Address": "Centro, CDMX"}
"""What the page's button for a place sends."""
LOST = "lost"
_ANSWERS = {
    "out": "You are unsubscribed and will get no more messages from this number. Reply START to resubscribe.",
    "in": "You are subscribed again to messages from this number. Reply HELP for help, STOP to unsubscribe.",
    "help": "Reply STOP to unsubscribe. Message and data rates may apply.",
}


@dataclass(frozen=True)
class Given:
    """What else a message of a contact has: whom it goes to (or to who wrote last), files by address, and further
    parameters of the webhook, such as ``ExternalUserId`` or those of ``BESIDE``."""

    to: str | None = None
    media: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A message that a contact wrote. ``webhook`` is what the product answered (``"200"``), or why it did
    not (``"lost"``: that fault); None where the webhook is still to be sent (the fault ``late_webhooks``)."""

    message: Message
    webhook: str | None


@dataclass(frozen=True)
class NotWritten:
    """Why it cannot be: ``kind`` names the sentence (in ``texts``), ``detail`` fills it."""

    kind: str
    detail: str = ""


def write(world: World, own: str, contact: str, body: str, given: Given) -> Written | NotWritten:
    """The contact sends ``body``: stored, and told to the product by webhook; ``own`` is the simulator's address."""
    if not addresses.is_phone(contact):
        return NotWritten("not_a_phone", contact)
    if not body and not given.media and not any(name in given.parameters for name in BESIDE):
        return NotWritten("nothing_to_send")
    if len(body) > LONGEST:
        return NotWritten("too_long", str(len(body)))
    # Who writes over RCS for the first time was written to by SMS.
    phone = world.store.phone(contact) or world.store.phone(addresses.bare(contact))
    sender = given.to or (phone.senders[0] if phone else None)
    if sender is None:
        return NotWritten("no_sender", contact)
    message = _message(world, contact, body, sender, given.media)
    if isinstance(message, NotWritten):
        return message
    message.place = _place(given.parameters)
    world.store.add(message)
    _mark_read(world, contact, message.sender)
    _obey(world, message)
    return Written(message, _tell(world, message, own, given.parameters))


def _message(
    world: World, contact: str, body: str, sender: str, media: tuple[str, ...]
) -> Message | NotWritten:
    service: str | None
    if addresses.is_service(sender):
        service, to = sender, world.store.sender_of_service(sender, contact)
    else:
        channels = {"whatsapp": addresses.CHANNEL, "rcs": addresses.RCS, "sms": ""}
        to = channels[addresses.channel(contact)] + addresses.bare(sender)
        service = world.store.service_of(to)
    if not addresses.is_sender(to) or to == contact:
        return NotWritten("not_a_sender", sender)
    now = world.clock.now()
    return Message(
        sid=new_sid(bool(media)),
        account_sid=world.settings.account_sid,
        direction="inbound",
        from_=contact,
        to=to,
        body=body,
        status="received",
        date_created=now,
        date_sent=now,
        media=media,
        messaging_service_sid=service,
    )


def _mark_read(world: World, contact: str, sender: str) -> None:
    """Who answers on WhatsApp has read what he was sent."""
    phone = world.store.phone(contact)
    if phone is None or addresses.channel(contact) != "whatsapp":
        return
    for message in _unread_before_answer(phone, sender):
        world.delivery.read(message)


def _unread_before_answer(phone: Phone, sender: str) -> list[Message]:
    unread: list[Message] = []
    for message in reversed(phone.messages[:-1]):
        if message.sender == sender:
            if not message.outbound or message.status == "read":
                break
            unread.append(message)
    return unread[::-1]


def _obey(world: World, message: Message) -> None:
    """Twilio acts by itself on its English words, on SMS, where they are the whole message."""
    word = message.body.strip().upper()
    if addresses.channel(message.to) != "sms":
        return
    contact, sender, now = message.contact, message.sender, message.date_created
    if word in OUT and world.store.opt(contact, sender, True, now):
        _answer(world, message, "out")
    elif word in IN and world.store.opt(contact, sender, False, now):
        _answer(world, message, "in")
    elif word in HELP and not world.store.opted_out(contact, sender):
        _answer(world, message, "help")


def _answer(world: World, message: Message, kind: str) -> None:
    answer = Message(
        sid=new_sid(),
        account_sid=message.account_sid,
        direction="outbound-reply",
        from_=message.to,
        to=message.contact,
        body=_ANSWERS[kind],
        status="queued",
        date_created=world.clock.now(),
        messaging_service_sid=message.messaging_service_sid,
    )
    world.store.add(answer)
    world.delivery.begin(answer)


def _tell(world: World, message: Message, own: str, more: Mapping[str, str]) -> str | None:
    parameters = inbound_parameters(message, own) | _with_type(message, more)
    if world.mishaps.happens(world.mishaps.faults.lose_webhooks):
        message.webhook = LOST
        world.store.touch()
        return LOST
    late = world.mishaps.faults.late_webhooks / 1000

    def send() -> str:
        message.webhook = world.delivery.send("inbound", world.settings.inbound_url, parameters)
        world.store.touch()
        return message.webhook

    if late:
        world.courier.after(late, send)
        return None
    return send()


def _place(beside: Mapping[str, str]) -> str:
    """What the phone shows of a place that it sends."""
    if "Latitude" not in beside:
        return ""
    return f"📍 {beside.get('Label') or beside['Latitude'] + ', ' + beside.get('Longitude', '')}"


def _type_of(message: Message) -> str:
    if not message.media:
        return "text"
    type_, _, form = content_type(message.media[0]).partition("/")
    if "vcard" in form:
        return "contacts"
    return type_ if type_ in ("image", "audio", "video") else "document"


def _with_type(message: Message, beside: Mapping[str, str]) -> dict[str, str]:
    """On WhatsApp the kind of the message is named, too."""
    told = dict(beside)
    if addresses.channel(message.to) == "whatsapp" and told:
        if "Latitude" in told:
            told["MessageType"] = "location"
        elif "ButtonText" in told:
            told["MessageType"] = "button"
    return told


def inbound_parameters(message: Message, own: str) -> dict[str, str]:
    """The parameters of Twilio's webhook for a message that came in. Pictures are fetched from Twilio, that
    is from ``own``: the simulator's address as its caller knows it."""
    parameters = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.from_ or "",
        "MessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "NumSegments": str(segments.count(message.body) if addresses.channel(message.to) == "sms" else 1),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
    }
    if message.messaging_service_sid:
        parameters["MessagingServiceSid"] = message.messaging_service_sid
    if addresses.channel(message.to) == "whatsapp":
        number = addresses.bare(message.contact)
        parameters["MessageType"] = _type_of(message)
        username = addresses.user(message.contact)
        parameters |= {"ExternalUserId": username} if username else {"WaId": number[1:]}
        parameters["ProfileName"] = f"Contacto {number[-4:]}"
    elif addresses.channel(message.to) == "sms":
        for side, address in (("From", message.contact), ("To", message.to)):
            parameters |= {f"{side}City": "", f"{side}State": "", f"{side}Zip": ""}
            parameters[f"{side}Country"] = addresses.country(address)
    for index, url in enumerate(message.media):
        path = f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}/Media/"
        parameters[f"MediaUrl{index}"] = own + path + media_sid(message, index)
        parameters[f"MediaContentType{index}"] = content_type(url)
    return parameters
