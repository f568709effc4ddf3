"""What each ready-made chatbot is for, and a conversation that it is shown and measured with."""

from collections.abc import Mapping
from dataclasses import dataclass

from smartchat.domain.script.steps import Language


@dataclass(frozen=True)
class Sample:
    """One contact's values, and what the contact answers: a typical conversation, to its end."""

    data: Mapping[str, str]
    answers: tuple[str, ...]


# What it is for in one sentence, by the language of the interface.
PURPOSE: Mapping[str, Mapping[Language, str]] = {
    "payment-reminder": {
        "es": "Recuerda un pago por vencer, pregunta si se cubre a tiempo y acuerda otra fecha o pasa con un asesor.",
        "en": "Reminds people of a payment coming due, asks if they can make it, and agrees on a new date or a call.",
    },
    "appointment-confirmation": {
        "es": "Confirma citas uno o dos días antes y recoge a tiempo los cambios y las cancelaciones.",
        "en": "Confirms appointments a day or two ahead, and collects changes and cancellations in time.",
    },
    "nps-survey": {
        "es": "Mide de 0 a 10 cuánto le recomiendan, pregunta por qué y ofrece una llamada a quien quedó descontento.",
        "en": "Measures from 0 to 10 how likely people are to recommend you, asks why, and offers unhappy ones a call.",
    },
    "delivery-scheduling": {
        "es": "Acuerda domicilio, fecha y horario de una entrega, y quién la recibe.",
        "en": "Settles the address, date and time of a delivery, and who will receive it.",
    },
    "lead-qualification": {
        "es": "Pregunta a sus interesados plazo, presupuesto y correo, y pasa de inmediato a ventas los más listos.",
        "en": "Asks leads about timing, budget and e-mail, and hands those ready to buy straight to sales.",
    },
    "event-rsvp": {
        "es": "Invita a un evento y registra asistencia, acompañantes, preferencias de comida y correo.",
        "en": "Invites people to an event and takes their RSVP, guests, food preferences and e-mail.",
    },
}

SAMPLES: Mapping[tuple[Language, str], Sample] = {
    ("es", "payment-reminder"): Sample(
        {"NOMBRE": "Carlos", "EMPRESA": "Crédito Vecino", "MONTO": "1350.50", "VENCE": "30 de noviembre"},
        ("claro que sí", "transferencia"),
    ),
    ("en", "payment-reminder"): Sample(
        {
            "FIRST_NAME": "Emily",
            "COMPANY": "Oak Street Credit",
            "AMOUNT": "135.50",
            "DUE_DATE": "November 30",
        },
        ("yes, I will", "online"),
    ),
    ("es", "appointment-confirmation"): Sample(
        {
            "NOMBRE": "Lucero",
            "EMPRESA": "Dental Sonrisa",
            "FECHA": "martes 1 de diciembre",
            "HORA": "10:30",
            "LUGAR": "Reforma 215",
        },
        ("sí, ahí estaré",),
    ),
    ("en", "appointment-confirmation"): Sample(
        {
            "FIRST_NAME": "Marcus",
            "COMPANY": "Bright Smile Dental",
            "DATE": "Tuesday, December 1",
            "TIME": "10:30 AM",
            "PLACE": "215 Main St",
        },
        ("yep, I'll be there",),
    ),
    ("es", "nps-survey"): Sample(
        {"NOMBRE": "Jorge", "EMPRESA": "Muebles Robles", "MOTIVO": "su compra de noviembre"},
        ("un 9", "La atención de los vendedores"),
    ),
    ("en", "nps-survey"): Sample(
        {"FIRST_NAME": "Ashley", "COMPANY": "Robles Furniture", "OCCASION": "your recent purchase"},
        ("9", "The staff was so helpful"),
    ),
    ("es", "delivery-scheduling"): Sample(
        {
            "NOMBRE": "Fernanda",
            "EMPRESA": "Casa Norte",
            "PEDIDO": "A-10482",
            "DOMICILIO": "Calle Hidalgo 48, Col. Centro",
            "FECHA_LIMITE": "2026-12-10",
        },
        ("sí", "pasado mañana", "por la tarde", "sí, yo lo recibo"),
    ),
    ("en", "delivery-scheduling"): Sample(
        {
            "FIRST_NAME": "Tyler",
            "COMPANY": "North Home Goods",
            "ORDER": "A-10482",
            "ADDRESS": "48 Maple Ave, Apt 3",
            "LAST_DAY": "2026-12-10",
        },
        ("yes please", "tomorrow", "afternoon", "yes"),
    ),
    ("es", "lead-qualification"): Sample(
        {"NOMBRE": "Daniela", "EMPRESA": "Seguros del Valle", "PRODUCTO": "el seguro de auto"},
        ("sí, por favor", "en unos meses", "unos 12 mil", "daniela@example.com"),
    ),
    ("en", "lead-qualification"): Sample(
        {"FIRST_NAME": "Jordan", "COMPANY": "Valley Insurance", "PRODUCT": "car insurance"},
        ("sure", "in a few months", "about 1,200", "jordan@example.com"),
    ),
    ("es", "event-rsvp"): Sample(
        {
            "NOMBRE": "Roberto",
            "EMPRESA": "Grupo Altavista",
            "EVENTO": "su desayuno anual",
            "FECHA": "jueves 10 de diciembre",
            "LUGAR": "Hotel Plaza",
        },
        ("con gusto", "2", "sin preferencia", "roberto@example.com"),
    ),
    ("en", "event-rsvp"): Sample(
        {
            "FIRST_NAME": "Grace",
            "COMPANY": "Altavista Group",
            "EVENT": "our annual breakfast",
            "DATE": "Thursday, December 10",
            "PLACE": "Plaza Hotel",
        },
        ("count me in", "2", "no preference", "grace@example.com"),
    ),
}
