"""Why a campaign cannot be launched, in both languages: what is missing, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_MESSAGES = {
    "no_chatbot": {
        "en": "The chatbot of this campaign no longer exists. Choose another one and upload the file again.",
        "es": "El chatbot de esta campaña ya no existe. Elija otro y vuelva a subir el archivo.",
    },
    "chatbot_problems": {
        "en": "The chatbot has problems to repair first ({n}). Open the chatbot to see each of them.",
        "es": "El chatbot tiene problemas por corregir ({n}). Abra el chatbot para ver cada uno.",
    },
    "no_contacts": {
        "en": "The campaign has no contacts. Upload a file with at least one.",
        "es": "La campaña no tiene contactos. Suba un archivo con al menos uno.",
    },
    "no_sender": {
        "en": "The chatbot {chatbot} has no sender, so it has no number to write from. Open the chatbot and set it.",
        "es": "El chatbot {chatbot} no tiene remitente: no sabe desde qué número escribir. Ábralo y póngalo.",
    },
    "no_template": {
        "en": "WhatsApp lets a business begin only with an approved template, and step {step} would be sent first "
        "without one. Open the chatbot and give it the template's ContentSid, or put a message with one before it.",
        "es": "WhatsApp solo permite que una empresa empiece con una plantilla aprobada, y el paso {step} se enviaría "
        "primero sin ella. Abra el chatbot y póngale el ContentSid de la plantilla, o ponga antes un mensaje con una.",
    },
    "empty_template_value": {
        "en": "{id} is empty, and WhatsApp takes no template with an empty value ({n} in the file; rows: {rows}). "
        "Fill it in the file and upload it again, or take it out of the template's variables.",
        "es": "{id} está vacío, y WhatsApp no acepta una plantilla con un valor vacío ({n} en el archivo; filas: "
        "{rows}). Complételo en el archivo y súbalo de nuevo, o quítelo de las variables de la plantilla.",
    },
    "columns_changed": {
        "en": "The chatbot was changed after the file was uploaded and now needs: {columns}. "
        "Upload the file again with these columns.",
        "es": "El chatbot cambió después de subir el archivo y ahora necesita: {columns}. "
        "Suba de nuevo el archivo con esas columnas.",
    },
}


@dataclass(frozen=True)
class Obstacle:
    """One reason against a launch; `code` is a key of the messages."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """The sentence for the operator, in `es` or `en` (English for any other)."""
        messages = _MESSAGES[self.code]
        return messages.get(language, messages["en"]).format(**self.params)
