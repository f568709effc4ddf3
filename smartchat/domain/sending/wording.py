"""Why a message failed and why a sender is stopped, in both languages: what it is, and what to do."""

from smartchat.domain.sending.twilio_codes import WINDOW, sentence

_STOPPED = {
    "en": "Twilio refuses this sender. Look at Twilio's error {code} in its console, mend what it says, "
    "and try again.",
    "es": "Twilio rechaza este remitente. Busque el error {code} en la consola de Twilio, corrija lo que "
    "indica e intente de nuevo.",
}
_SHARE = {
    "en": "Of the last {window} messages {share} failed for reasons that are not the contacts' own, so it is this "
    "sender's trouble. The last reason:",
    "es": "De los últimos {window} mensajes, {share} fallaron por motivos ajenos a los contactos, así que el "
    "problema es de este remitente. El último motivo:",
}
_UNKNOWN = {"en": "Twilio's error {code}.", "es": "Error {code} de Twilio."}
_NO_REASON = {"en": "Twilio gave no reason.", "es": "Twilio no dio una razón."}
_LONGEST_SAID = 160  # characters of what Twilio said beside our own sentence


def why_stopped(code: int | None, language: str, share: int | None = None) -> str:
    """One sentence or two for the operator, in `es` or `en` (English for any other): what to switch on, and where.

    `share`: so many of the last messages failed, which is why it was stopped.
    """
    if share is None:
        return sentence(code, language) or _in(_STOPPED, language).format(code=code or "")
    reason = sentence(code, language) or _in(_UNKNOWN if code else _NO_REASON, language).format(code=code)
    return f"{_in(_SHARE, language).format(window=WINDOW, share=share)} {reason}"


def why_failed(code: int | None, said: str | None, language: str) -> str:
    """Why a message did not arrive, in plain words, with Twilio's own code and sentence behind them."""
    known = sentence(code, language)
    plain = known or said or _in(_NO_REASON, language)
    if not code:
        return plain
    beside = f": {said}" if known and said and len(said) < _LONGEST_SAID else ""
    return f"{plain} (Twilio {code}{beside})"


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language, texts["en"])
