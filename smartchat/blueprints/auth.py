"""Sign in, sign out, language."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from smartchat import clock
from smartchat.db import begin_writing
from smartchat.forms.auth import LoginForm
from smartchat.security import LANGUAGES
from smartchat.services import users

blueprint = Blueprint("auth", __name__)
ONE_YEAR = 365 * 24 * 3600


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> Any:
    form = LoginForm()
    if form.validate_on_submit():
        user = users.sign_in(form.email.data or "", form.password.data or "")
        if user is not None:
            login_user(user)
            return redirect(_inside(request.args.get("next")), 303)
        form.password.errors = [_("The e-mail or the password is wrong.")]
    status = 422 if form.is_submitted() else 200
    return render_template("login.html", form=form), status


@blueprint.get("/login/<token>")
def link(token: str) -> Any:
    """A one-time link."""
    begin_writing()
    user = users.use_link(token, clock.machine_now())
    if user is None:
        flash(_("This sign-in link was used already or has expired. Ask for a new one."), "bad")
        return redirect(url_for("auth.login"), 303)
    login_user(user)
    return redirect(url_for("campaigns.index"), 303)


@blueprint.post("/logout")
def logout() -> Any:
    logout_user()
    return redirect(url_for("auth.login"), 303)


@blueprint.post("/language")
def language() -> Any:
    """The operator's language, kept with the account; before signing in in a cookie."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    answer = redirect(_inside(request.form.get("next")), 303)
    if current_user.is_authenticated:
        users.set_language(current_user, chosen)
    answer.set_cookie(
        "language", chosen, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return answer


def _inside(target: str | None) -> str:
    """A path of this site, never another one's address."""
    try:
        parts = urlsplit(target or "")
    except ValueError:  # half an address of version 6
        return url_for("campaigns.index")
    if (
        not target
        or not target.isprintable()
        or parts.scheme
        or parts.netloc
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
    ):
        return url_for("campaigns.index")
    return target
