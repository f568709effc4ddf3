"""Twilio's webhooks: signed, stored with one commit, answered with empty TwiML."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import gettext as _

from smartchat import clock
from smartchat.domain.operations.troubles import Trouble
from smartchat.models.campaigns import ADDRESS
from smartchat.services.conversation import receiving
from smartchat.services.operations import refusing, signing
from smartchat.services.sending import tracking
from smartchat.web import edge

blueprint = Blueprint("twilio", __name__, url_prefix="/twilio")

INBOUND = ("MessageSid", "From", "To")
STATUS = ("MessageSid", "MessageStatus")
LONGEST = {
    "MessageSid": 40,
    "MessageStatus": 20,
    "MessagingServiceSid": ADDRESS,
    "From": ADDRESS,
    "To": ADDRESS,
}
"""What there is room for; Twilio's own are shorter."""


def signed(*needed: str) -> Callable[[Callable[[], Response]], Callable[[], Response]]:
    """403 for what Twilio did not sign, 400 for what it signed and is no such webhook."""

    def decorate(view: Callable[[], Response]) -> Callable[[], Response]:
        @wraps(view)
        def checked() -> Response:
            raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
            signature = request.headers.get("X-Twilio-Signature", "")
            if not signature:
                refused(Trouble.UNSIGNED)
                abort(403)  # its body stays unread
            if not signing.is_signed(raw, request.form, signature):
                refused(Trouble.SIGNATURE)
                abort(403)
            if missing := [name for name in needed if not request.form.get(name)]:
                refused(Trouble.FIELDS)
                abort(400, f"Not a webhook of Twilio: {', '.join(missing)} is missing.")
            if too_long := [name for name, most in LONGEST.items() if len(request.form.get(name, "")) > most]:
                refused(Trouble.FIELDS)
                abort(400, f"Not a webhook of Twilio: {', '.join(too_long)} is too long.")
            if request.form.get("AccountSid", account()) != account():
                refused(Trouble.ACCOUNT)
                abort(403)
            return view()

        return checked

    return decorate


def refused(why: Trouble) -> None:
    """It is counted: the operator is told that Twilio's webhooks do not get through, if these are Twilio's."""
    refusing.refused(why, clock.machine_now())


def account() -> Any:
    """The account whose webhooks we take."""
    return current_app.config["TWILIO_ACCOUNT_SID"]


def empty_twiml() -> Response:
    """Nothing to say at once: the worker answers."""
    return Response("<Response></Response>", mimetype="text/xml")


@blueprint.get("/inbound")
@blueprint.get("/status")
def explain() -> Any:
    """Somebody looks at the address with a browser: what it is for. Twilio itself has to post."""
    if "X-Twilio-Signature" in request.headers or "MessageSid" in request.args:
        refused(Trouble.FIELDS)
        abort(405)
    return render_template(
        "operations/error.html",
        code=_("It works."),
        title=_("An address for Twilio"),
        text=_(
            "Twilio posts here what contacts write, and what became of messages. There is nothing to see with a "
            "browser. In Twilio's console this address needs the method POST; the page Senders shows it whole."
        ),
    )


@blueprint.post("/inbound")
@signed(*INBOUND)
def inbound() -> Response:
    receiving.receive(edge.without_nul(request.form), clock.now())
    return empty_twiml()


@blueprint.post("/status")
@signed(*STATUS)
def status() -> Response:
    message_id = request.args.get("message", type=int)
    if message_id is not None:
        tracking.record_status(edge.without_nul(request.form), message_id, clock.now(), clock.machine_now())
    return empty_twiml()
