"""What has to be switched on at Twilio before a sender goes through again, and why one is slower, in both languages."""

_STOPPED = {
    20003: {
        "en": "Twilio does not accept the account's credentials. Check TWILIO_ACCOUNT_SID and "
        "TWILIO_AUTH_TOKEN in the settings of this installation; Twilio's console shows the right "
        "ones.",
        "es": "Twilio no acepta las credenciales de la cuenta. Revise TWILIO_ACCOUNT_SID y "
        "TWILIO_AUTH_TOKEN en la configuración de esta instalación; la consola de Twilio muestra "
        "las correctas.",
    },
    20404: {
        "en": "Twilio does not know this account or this sender. Check TWILIO_ACCOUNT_SID and the sender "
        "of the chatbot.",
        "es": "Twilio no conoce esta cuenta o este remitente. Revise TWILIO_ACCOUNT_SID y el remitente "
        "del chatbot.",
    },
    21408: {
        "en": "The account may not send SMS to this country. Switch it on in Twilio's console: Messaging,"
        " Settings, Geo permissions.",
        "es": "La cuenta no tiene permiso de enviar SMS a este país. Actívelo en la consola de Twilio: "
        "Messaging, Settings, Geo permissions.",
    },
    21608: {
        "en": "A Twilio trial account only writes to verified numbers. Verify them in Twilio's console, "
        "or upgrade the account.",
        "es": "Una cuenta de prueba de Twilio solo escribe a números verificados. Verifíquelos en la "
        "consola de Twilio, o pase a una cuenta de pago.",
    },
    21910: {
        "en": "Sender and contact are of two kinds: a WhatsApp sender writes only to WhatsApp, a number "
        "only by SMS. Check the sender of the chatbot.",
        "es": "Remitente y contacto son de dos tipos: un remitente de WhatsApp solo escribe a WhatsApp, "
        "un número solo por SMS. Revise el remitente del chatbot.",
    },
    30034: {
        "en": "This United States number is not registered for business messages (10DLC). Register it in "
        "Twilio's console: Messaging, Regulatory compliance.",
        "es": "Este número de Estados Unidos no está registrado para mensajes de empresas (10DLC). "
        "Regístrelo en la consola de Twilio: Messaging, Regulatory compliance.",
    },
    63007: {
        "en": "Twilio has no WhatsApp sender with this number. Register it in Twilio's console: "
        "Messaging, Senders, WhatsApp senders.",
        "es": "Twilio no tiene un remitente de WhatsApp con este número. Regístrelo en la consola de "
        "Twilio: Messaging, Senders, WhatsApp senders.",
    },
}
_NOT_OURS = {
    "en": "This number cannot send messages from your Twilio account. Check in Twilio's console that it "
    "belongs to the account and that SMS is switched on for it, and that the chatbot names it "
    "rightly.",
    "es": "Este número no puede enviar mensajes desde su cuenta de Twilio. Revise en la consola de Twilio"
    " que sea de la cuenta y que tenga SMS activado, y que el chatbot lo nombre bien.",
}
_STOPPED |= dict.fromkeys((21212, 21601, 21603, 21606), _NOT_OURS)
_OTHER = {
    "en": "Twilio refuses this sender. Look at Twilio's error {code} in its console, mend what it says, "
    "and try again.",
    "es": "Twilio rechaza este remitente. Busque el error {code} en la consola de Twilio, corrija lo que "
    "indica e intente de nuevo.",
}


def why_stopped(code: int | None, language: str) -> str:
    """One sentence or two for the operator, in `es` or `en` (English for any other): what to switch on, and where."""
    words = _STOPPED.get(code or 0, _OTHER)
    return words.get(language, words["en"]).format(code=code or "")
