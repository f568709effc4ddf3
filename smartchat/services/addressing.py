"""Who wrote to whom: what a webhook says, and what earlier webhooks have told of its addresses.

A contact is known by its canonical number, over whatever channel it writes. A WhatsApp username is the contact of whom
an earlier webhook named both; a number of a Messaging Service's pool stands for the service.
"""

from collections.abc import Mapping
from datetime import datetime

from flask import current_app
from sqlalchemy import Select, select, update

from smartchat.db import changed_rows, db, insert_new
from smartchat.domain.addresses import WHATSAPP, canonical_key, number_of, user_of
from smartchat.domain.contact_file.phone import RCS
from smartchat.domain.sending.senders import service_sid
from smartchat.models import Conversation, KnownUser, OptOut, PoolNumber

from .opt_outs import opting
from .opt_outs.opting import Address


def address_of(params: Mapping[str, str]) -> Address:
    """What the webhook itself says; no look at the database."""
    to, service = params["To"], params.get("MessagingServiceSid")
    senders = [to]
    if service:
        senders.append(service)
        if to.startswith(WHATSAPP):
            senders.append(WHATSAPP + service)
    return Address(tuple(senders), params["From"], canonical_key(params["From"]))


def known_address(params: Mapping[str, str], now: datetime) -> Address:
    """The same with all that is known, and what this webhook tells is kept (no commit)."""
    address = address_of(params)
    key = _key(params, address, now)
    to = address.to
    if len(to) > 1 and to[0].startswith(RCS):
        learn_pool_number(to[1], to[0], now)
    if len(to) == 1 and (service := db.session.scalar(_service_of(to[0]))):
        to = (to[0], service)
    elif len(to) == 1 and to[0].startswith(RCS) and (service := db.session.scalar(_last_service_for(key))):
        # An agent writes for a Messaging Service alone; of one that was never named it is the contact's own.
        to = (to[0], service)
    return Address(to, address.from_, key)


def learn_pool_number(sender: str, number: str, now: datetime) -> None:
    """A Messaging Service wrote from this number of its pool: kept once, and again when it moves (no commit)."""
    if not number or number == sender or not service_sid(sender):
        return
    known: dict[str, str] = current_app.extensions.setdefault("smartchat_pool_numbers", {})
    if known.get(number) == sender:
        return
    if db.session.scalar(_service_of(number)) == sender:
        known[number] = sender  # as it is stored, so that most reports need no look
    else:
        new = insert_new(PoolNumber).values(number=number, service=sender, heard_at=now)
        if not db.session.scalars(new.returning(PoolNumber.number)).all():
            moved = update(PoolNumber).where(PoolNumber.number == number)
            db.session.execute(moved.values(service=sender, heard_at=now))


def numbers_of(service: str) -> set[str]:
    """The numbers from which a Messaging Service is known to have written."""
    return set(db.session.scalars(select(PoolNumber.number).where(PoolNumber.service == service)))


def _service_of(number: str) -> Select[str]:
    return select(PoolNumber.service).where(PoolNumber.number == number)


def _last_service_for(contact_key: str) -> Select[str]:
    """The Messaging Service that wrote to a contact last."""
    return (
        select(Conversation.sender)
        .where(
            Conversation.contact_key == contact_key,
            Conversation.sender.startswith("MG"),
            Conversation.last_sent_at.is_not(None),
        )
        .order_by(Conversation.last_sent_at.desc())
        .limit(1)
    )


def _key(params: Mapping[str, str], address: Address, now: datetime) -> str:
    """The contact's key; a username is kept with the number that came with it, or looked up."""
    user = params.get("ExternalUserId") or user_of(address.from_)
    if not user:
        return address.contact_key
    number = number_of(address.from_) or number_of("+" + params.get("WaId", ""))
    if number:
        _learn_user(user, canonical_key(number), now)
        return canonical_key(number)
    known = db.session.scalar(select(KnownUser.contact_key).where(KnownUser.user == user))
    return known or address.contact_key


def _learn_user(user: str, contact_key: str, now: datetime) -> None:
    known = select(KnownUser.contact_key).where(KnownUser.user == user)
    if db.session.scalar(known) == contact_key:
        return
    new = insert_new(KnownUser).values(user=user, contact_key=contact_key, heard_at=now)
    if not db.session.scalars(new.returning(KnownUser.user)).all():
        changed_rows(
            update(KnownUser).where(KnownUser.user == user).values(contact_key=contact_key, heard_at=now)
        )
    # Who asked for silence under the username alone wants it under the number too.
    out = select(OptOut.sender, OptOut.reason).where(OptOut.contact_key == user, OptOut.opted_in_at.is_(None))
    for sender, reason in db.session.execute(out.order_by(OptOut.sender)).all():
        opting.opt_out(sender, contact_key, reason, now)
