"""The addresses that a chatbot can write from: numbers, short codes, Messaging Services, also over WhatsApp."""

from smartchat.domain.addresses import WHATSAPP


def service_sid(sender: str) -> str:
    """The SID of the Messaging Service (`MG…` or `whatsapp:MG…`) as Twilio wants it; "" for any other sender."""
    sid = sender.removeprefix(WHATSAPP)
    return sid if sid.startswith("MG") else ""
