"""What is typed under the buttons of a template that asks a yes/no question: an answer, or a wish for silence."""

WHATSAPP, SMS = "whatsapp:+15005550006", "+15005550006"
TYPED = [
    (WHATSAPP, ("Sí asistiré", "Cancelar"), "Cancelar", "no"),
    (WHATSAPP, ("Sí asistiré", "Cancelar"), "cancelar", "no"),
    (WHATSAPP, ("Yes", "Cancel"), "Cancel", "no"),
    (WHATSAPP, ("Sigo", "Baja"), "Baja", None),  # a button that the question does not know
    (WHATSAPP, ("Sí asistiré", "No podré"), "Cancelar", None),
    (WHATSAPP, ("Sí asistiré", "Cancelar"), "STOP", None),
    (SMS, ("Sí asistiré", "Cancelar"), "Cancelar", "no"),
    (SMS, ("Yes", "Cancel"), "Cancel", None),  # Twilio has acted on it
]
"""The sender, the buttons, the text, and the answer; None where it is an opt-out."""
