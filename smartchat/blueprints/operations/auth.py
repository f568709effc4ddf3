"""Sign in, sign out, language; and who it is that a request comes from."""

from math import ceil
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_user, logout_user

from smartchat import clock
from smartchat.db import begin_writing
from smartchat.forms.auth import LoginForm
from smartchat.models import User
from smartchat.services.operations import guessing, sessions, users
from smartchat.web.htmx import wants_partial
from smartchat.web.security import LANGUAGES, login_manager

blueprint = Blueprint("auth", __name__)
ONE_YEAR = 365 * 24 * 3600
TOKEN = "token"  # noqa: S105 - its name in the session


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> Any:
    form = LoginForm()
    if form.validate_on_submit():
        known = request.cookies.get(guessing.KNOWN_BROWSER)
        answer = guessing.attempt(
            guessing.Guess(form.email.data or "", form.password.data or "", request.remote_addr, known)
        )
        if isinstance(answer, User):
            return _signed_in(answer, _inside(request.args.get("next")))
        if answer.seconds:
            page = render_template("operations/login.html", form=form, refused=_in_words(answer))
            return page, 429, {"Retry-After": str(answer.seconds)}
        form.password.errors = [_in_words(answer)]
    return render_template("operations/login.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/login/<token>", methods=["GET", "POST"])
def link(token: str) -> Any:
    """A one-time link: looking at it (programs that make previews do) shows a button, pressing that signs in."""
    look = request.method != "POST"
    user = (users.look_at_link if look else users.use_link)(token, clock.machine_now())
    if user is None:
        flash(_("This sign-in link was used already or has expired. Ask for a new one."), "bad")
        return redirect(url_for("auth.login"), 303)
    if look:
        return render_template("operations/login_link.html", email=user.email)
    return _signed_in(user, url_for("campaigns.index"))


@blueprint.post("/logout")
def logout() -> Any:
    sessions.end(session.get(TOKEN, ""))
    logout_user()
    session.clear()
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
    _keep(answer, "language", chosen)
    return answer


@login_manager.user_loader
def _who(_user_id: str) -> User | None:
    """The operator whose session it is. What a page asks for by itself to stay fresh is not use."""
    return sessions.user_of(session.get(TOKEN, ""), request.method == "POST" or not wants_partial())


def _signed_in(user: User, target: str) -> Response:
    """A session that has nothing in it of the one before, which ends."""
    begin_writing()
    sessions.end(session.get(TOKEN, ""))
    session.clear()
    session[TOKEN] = sessions.begin(user)
    login_user(user)
    answer = redirect(target, 303)
    _keep(answer, guessing.KNOWN_BROWSER, guessing.known_browser(user))
    return answer  # type: ignore[return-value]


def _in_words(refusal: guessing.SignInRefusal) -> str:
    match refusal.why:
        case guessing.Why.WRONG:
            return str(_("The e-mail or the password is wrong."))
        case guessing.Why.BUSY:
            return str(_("Others are signing in at this moment. Wait a few seconds and try again."))
        case _:
            words = ngettext(
                "There were too many attempts to sign in. Wait %(num)s minute and try again, or use a sign-in link.",
                "There were too many attempts to sign in. Wait %(num)s minutes and try again, or use a sign-in link.",
                ceil(refusal.seconds / 60),
            )
            return str(words)


def _keep(answer: Any, name: str, value: str) -> None:
    """A cookie for a year that no script reads."""
    answer.set_cookie(
        name,
        value,
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


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
