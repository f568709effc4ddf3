"""The senders: how fast each may send, what is wrong with it, and setting its rate."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from smartchat import clock
from smartchat.domain.operations.troubles import Trouble
from smartchat.domain.sending.wording import why_stopped
from smartchat.forms.senders import RateForm
from smartchat.reading import senders
from smartchat.services.operations import signing, troubles
from smartchat.services.sending import pacing
from smartchat.web.security import language, writes

blueprint = Blueprint("senders", __name__)

TOLD = (Trouble.SIGNATURE, Trouble.ACCOUNT, Trouble.FIELDS)
"""Refused webhooks that are worth a sentence: what bears no signature at all is not Twilio's."""


@blueprint.get("/senders")
def index() -> Any:
    return _page()


@blueprint.post("/senders")
@writes
def change() -> Any:
    """Sets a sender's rate (empty: the usual one again) or, with `again`, lets a stopped one try at once."""
    address = request.form.get("address", "")
    if address not in {state.address for state in senders.senders(clock.machine_now())}:
        abort(404)
    if "again" in request.form:
        if pacing.retry_now(address):
            flash(_("It is being tried again."), "good")
        return redirect(url_for("senders.index"), 303)
    form = RateForm()
    if not form.validate():
        return _page(wrong={address: form}), 422
    pacing.set_rate(address, form.rate, current_user.id, clock.now())
    flash(_("The rate is set."), "good")
    return redirect(url_for("senders.index"), 303)


def _page(wrong: dict[str, RateForm] | None = None) -> str:
    now, machine = clock.now(), clock.machine_now()
    states = senders.senders(machine)
    refused = {name: happened for name, happened in troubles.fresh(machine).items() if name in TOLD}
    return render_template(
        "operations/senders.html",
        senders=states,
        wrong=wrong or {},
        inbound_url=signing.inbound_url(),
        now=now,
        refused=refused,
        refused_at={name: now - (machine - happened.last_at) for name, happened in refused.items()},
        public_url=current_app.config["PUBLIC_URL"],
        why=lambda state: why_stopped(state.stop_code, language(), state.stop_share),
    )
