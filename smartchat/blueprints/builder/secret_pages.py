"""The secrets of external systems: set, replaced and taken away by administrators; no value is ever shown."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from smartchat import clock
from smartchat.domain.statuses import Role
from smartchat.services.builder import keeping_secrets
from smartchat.web.security import writes

blueprint = Blueprint("secret_pages", __name__)


@blueprint.get("/chatbots/secrets")
@writes
def index() -> Any:
    _for_administrators()
    return render_template("builder/secrets.html", secrets=keeping_secrets.kept(), name="", hosts="")


@blueprint.post("/chatbots/secrets")
@writes
def keep() -> Any:
    """Keeps a secret or, with `delete`, takes one away."""
    _for_administrators()
    if unwanted := request.form.get("delete"):
        if keeping_secrets.forget(unwanted):
            flash(_("The secret %(name)s was deleted.", name=unwanted), "good")
        return redirect(url_for("secret_pages.index"), 303)
    name, hosts = request.form.get("name", "").strip(), request.form.get("hosts", "")
    value = request.form.get("value", "").strip()
    if keeping_secrets.keep(name, value, hosts, current_user.id, clock.now()):
        flash(_("The secret %(name)s was saved.", name=name), "good")
        return redirect(url_for("secret_pages.index"), 303)
    return render_template(
        "builder/secrets.html", secrets=keeping_secrets.kept(), name=name, hosts=hosts, wrong=True
    ), 422


def _for_administrators() -> None:
    if current_user.role != Role.ADMIN:
        abort(403)
