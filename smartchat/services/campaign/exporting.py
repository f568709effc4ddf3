"""A campaign's answers as a file: its contacts in file order, a chunk at a time: a million of them fit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timezone
from itertools import chain
from typing import Any, BinaryIO, Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from smartchat.adapters import exports
from smartchat.db import db, read_only
from smartchat.domain.conversation.dialogue import Dialogue
from smartchat.domain.hours import ActiveHours
from smartchat.domain.script.reserved import CONTACT
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import CustomData, Language, values_of
from smartchat.domain.sending.wording import why_failed
from smartchat.domain.statuses import EndReason, InboundOutcome, OutboundStatus
from smartchat.domain.text_forms import search_form
from smartchat.models import Campaign, Contact, Conversation, InboundMessage, OutboundMessage
from smartchat.reading.numbers import campaign_numbers, tallies
from smartchat.services.builder import chatbots

FileFormat = Literal["tsv", "xlsx"]
CHUNK = 2_000
_LEFT_OUT = frozenset(EndReason)


@dataclass(frozen=True)
class Words:
    """What a file says in words of ours, in one language."""

    state: str
    last_answer: str
    failure: str
    from_the_file: str
    answers: str
    numbers: str
    counted: tuple[str, str]
    states: dict[str | None, str]
    counts: dict[str, str]
    all: str


WORDS: dict[Language, Words] = {
    "en": Words(
        state="Conversation state",
        last_answer="Last answer ({offset})",
        failure="Reason of failure",
        from_the_file="{name} (file)",
        answers="Answers",
        numbers="Numbers",
        counted=("What", "How many"),
        states={
            None: "not launched",
            "waiting": "waiting",
            "open": "open",
            "completed": "completed",
            "ended": "ended",
            "left_out": "left out at launch",
            "known_wrong": "left out at launch: wrong number",
            "opted_out": "opted out",
            "wrong_number": "wrong number",
            "failed": "failed",
        },
        counts={
            "contacts": "Contacts",
            "conversations": "Conversations: {name}",
            "outbound": "Messages to contacts: {name}",
            "inbound": "Messages from contacts: {name}",
            "sent": "sent",
            "delivered": "delivered",
            "cancelled": "cancelled",
            "doubtful": "being verified",
            "received": "received",
            "answered": "answered",
        },
        all="all",
    ),
    "es": Words(
        state="Estado de la conversación",
        last_answer="Última respuesta ({offset})",
        failure="Motivo de la falla",
        from_the_file="{name} (archivo)",
        answers="Respuestas",
        numbers="Cifras",
        counted=("Qué", "Cuántos"),
        states={
            None: "sin lanzar",
            "waiting": "en espera",
            "open": "abierta",
            "completed": "completada",
            "ended": "terminada",
            "left_out": "omitida al lanzar",
            "known_wrong": "omitida al lanzar: número equivocado",
            "opted_out": "pidió la baja",
            "wrong_number": "número equivocado",
            "failed": "fallida",
        },
        counts={
            "contacts": "Contactos",
            "conversations": "Conversaciones: {name}",
            "outbound": "Mensajes a contactos: {name}",
            "inbound": "Mensajes de contactos: {name}",
            "sent": "enviados",
            "delivered": "entregados",
            "failed": "fallidos",
            "cancelled": "cancelados",
            "doubtful": "en verificación",
            "received": "recibidos",
            "answered": "contestados",
        },
        all="todos",
    ),
}


def write(
    campaign: Campaign, file_format: FileFormat | str, stream: BinaryIO, language: Language = "en"
) -> None:
    """Writes `tsv` (UTF-8 with BOM) or `xlsx` (with a second sheet of counts) to a binary stream.

    Columns: CONTACT, Custom Data, the file's extra columns, the state, each question's value, the time of the last
    answer at the chatbot's offset, and why a message failed, where any did. Raises ValueError
    for another format. Ends the session's transaction, since that may hold SQLite's write lock: nobody else could
    store a message while a long file is written.
    """
    if file_format not in ("tsv", "xlsx"):
        raise ValueError(f"no such format: {file_format}")
    db.session.rollback()
    with read_only():
        _write(campaign, file_format, stream, language)


def _write(campaign: Campaign, file_format: str, stream: BinaryIO, language: Language) -> None:
    script = chatbots.script_of_version(campaign.version)
    words = WORDS[language]
    failures = bool(tallies([campaign.id])[campaign.id].failures())
    headers = _headers(campaign, script, words) + [words.failure] * failures
    rows = _rows(campaign, script, words, language if failures else None)
    if file_format == "tsv":
        exports.tsv(headers, rows, stream)
    else:
        counts = _counts(campaign, words)
        exports.xlsx([(words.answers, chain([headers], rows)), (words.numbers, counts)], stream)


def file_name(campaign: Campaign, file_format: FileFormat | str) -> str:
    """The campaign's name in plain letters, for every system: `cobranza-de-noviembre.xlsx`."""
    plain = re.sub(r"[^a-z0-9]+", "-", search_form(campaign.name)).strip("-")[:80].strip("-")
    return f"{plain or f'campaign-{campaign.id}'}.{file_format}"


def _headers(campaign: Campaign, script: Script, words: Words) -> list[str]:
    given = [column.id for column in script.custom_data]
    asked = _questions(script)
    taken = {CONTACT, *given, *asked}
    # A file may bring a column of its own that is called like a question.
    extra = [
        words.from_the_file.format(name=name) if name in taken else name for name in campaign.extra_columns
    ]
    last = words.last_answer.format(offset=f"UTC{_offset(script.active_hours)}")
    return [CONTACT, *given, *extra, words.state, *asked, last]


def _questions(script: Script) -> list[str]:
    return [id_ for step in script.all_steps if not isinstance(step, CustomData) for id_ in values_of(step)]


def _offset(hours: ActiveHours) -> str:
    return hours.to_json()["utc_offset"].replace("-", "−")


def _rows(
    campaign: Campaign, script: Script, words: Words, reasons_in: Language | None
) -> Iterator[list[exports.Cell]]:
    """`reasons_in`: the language of the last column, why a message failed; None without that column."""
    asked, zone = _questions(script), timezone(script.active_hours.utc_offset)
    for row in _contacts(campaign.id, reasons_in is not None):
        values = Dialogue.restore(script, row.state).values if row.state else {}
        yield [
            row.phone,
            *(_given(row.custom_data.get(c.id), c.data_type) for c in script.custom_data),
            *(row.extra.get(name) for name in campaign.extra_columns),
            words.states[row.end_reason if row.end_reason in _LEFT_OUT else row.status],
            *(_answer(values.get(id_)) for id_ in asked),
            f"{row.last_answer.astimezone(zone):%Y-%m-%d %H:%M:%S}" if row.last_answer else None,
            *([_failure(row, reasons_in)] if reasons_in else []),
        ]


def _failure(row: Any, language: Language) -> str | None:
    return why_failed(row.error_code, row.error_message, language) if row.failed else None


def _given(text: str | None, data_type: str) -> exports.Cell:
    return exports.number(text) if text and data_type == "NUMBER" else text


def _answer(value: Any) -> exports.Cell:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return value if value is None or isinstance(value, int) else str(value)


def _contacts(campaign_id: int, with_failures: bool) -> Iterator[Any]:
    """Each contact with its conversation, if it has one, and when it last answered; in file order, by chunks.

    `with_failures`: also why the last failed message of the conversation did not arrive.
    """
    last_answer = (
        select(func.max(InboundMessage.received_at))
        .where(
            InboundMessage.conversation_id == Conversation.id,
            InboundMessage.outcome == InboundOutcome.ANSWERED,
        )
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        Contact.row,
        Contact.phone,
        Contact.custom_data,
        Contact.extra,
        Conversation.status,
        Conversation.end_reason,
        Conversation.state,
        last_answer.label("last_answer"),
    )
    query: Select[Any] = (
        select(*columns)
        .outerjoin(Conversation, Conversation.contact_id == Contact.id)
        .where(Contact.campaign_id == campaign_id)
        .order_by(Contact.row)
        .limit(CHUNK)
    )
    if with_failures:
        query = _with_failures(query)
    after = 0
    while rows := db.session.execute(query.where(Contact.row > after)).all():
        yield from rows
        after = rows[-1].row


def _with_failures(query: Select[Any]) -> Select[Any]:
    failed = aliased(OutboundMessage)
    last_failed = (
        select(func.max(failed.id))
        .where(failed.conversation_id == Conversation.id, failed.status == OutboundStatus.FAILED)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return query.outerjoin(OutboundMessage, OutboundMessage.id == last_failed).add_columns(
        OutboundMessage.id.label("failed"), OutboundMessage.error_code, OutboundMessage.error_message
    )


def _counts(campaign: Campaign, words: Words) -> Iterator[list[exports.Cell]]:
    """The campaign in numbers, as its page shows them; each group ends with its sum."""
    numbers = campaign_numbers(campaign)
    names: dict[str | None, str] = dict(words.states)
    names.update(words.counts)
    yield list(words.counted)
    yield [words.counts["contacts"], numbers.contacts]
    for group in ("conversations", "outbound"):
        counts = getattr(numbers, group)
        for name, count in counts.items():
            yield [words.counts[group].format(name=names[name]), count]
        yield [words.counts[group].format(name=words.all), sum(counts.values())]
    for name, count in numbers.inbound.items():
        yield [words.counts["inbound"].format(name=names[name]), count]
