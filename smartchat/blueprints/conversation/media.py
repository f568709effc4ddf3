"""What contacts sent, for who is signed in: as it is, and so that nothing in it can run."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, send_file
from flask_babel import gettext as _

from smartchat.domain.inbound.attachments import Attachment, NotFetched, Spot, attachments_of, spot_of
from smartchat.models import InboundMessage
from smartchat.services.conversation import media

blueprint = Blueprint("media", __name__)
_NOTHING_RUNS = "sandbox; default-src 'none'"


@blueprint.get("/messages/<int:message_id>/media/<int:index>")
def show(message_id: int, index: int) -> Any:
    """One file. Only what no browser runs is shown; everything else is saved."""
    try:
        found = media.file_of(message_id, index)
    except NotFetched:
        sentence = _("The file could not be fetched from Twilio. It may have been deleted there.")
        return Response(sentence + "\n", HTTPStatus.BAD_GATEWAY, mimetype="text/plain")
    if found is None:
        abort(404)
    attachment = found.attachment
    response = send_file(
        found.path,
        mimetype=attachment.type if attachment.shown else "application/octet-stream",
        as_attachment=not attachment.shown,
        download_name=f"{message_id}-{index}.{attachment.ending}",
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = _NOTHING_RUNS
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.app_template_filter()
def attachments(message: InboundMessage) -> tuple[Attachment, ...]:
    """The files of an inbound message."""
    return attachments_of(message.params)


@blueprint.app_template_filter()
def spot(message: InboundMessage) -> Spot | None:
    """The place that an inbound message names."""
    return spot_of(message.params)
