"""Who may see what, and what a browser may do: sign-in, roles, CSRF, headers, languages, pages for errors."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec

from flask import Flask, Request, Response, abort, current_app, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import Babel
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import BadSignature
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from smartchat.db import begin_for, db
from smartchat.domain.statuses import Role

from . import edge, formats

LANGUAGES = ("es", "en")
# Everything else needs a signed-in operator. Webhooks carry Twilio's signature instead.
OPEN_BLUEPRINTS = {"twilio", "health"}
# Posts that write nothing must not hold SQLite's write lock while they hash a password or read a file.
READING_ENDPOINTS = {"auth.login", "uploads.check", "trying.turn"}
OPEN_ENDPOINTS = {"static", "auth.login", "auth.link", "auth.language", "favicon"}
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # same-origin and not no-referrer: browsers would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HSTS = "max-age=31536000"
P = ParamSpec("P")

login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()


def init_app(app: Flask) -> None:
    """Puts all of it on the application."""
    app.session_interface = _Sessions()
    if proxies := app.config["TRUSTED_PROXIES"]:
        # Only the visitor's address is taken from them; whether it is HTTPS says PUBLIC_URL.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]
    login_manager.init_app(app)
    babel.init_app(app, locale_selector=_locale, default_translation_directories="translations")
    formats.init_app(app)
    # In this order: the limits, who asks, and only then the body, in which the CSRF field is looked for.
    edge.init_app(app)
    app.before_request(_begin)
    app.before_request(_require_sign_in)
    app.before_request(edge.look)
    csrf.init_app(app)
    app.after_request(_add_headers)
    app.teardown_request(lambda _error: begin_for("POST"))  # how a GET began is nobody else's way
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(Exception, _fault)
    app.context_processor(lambda: {"language": language, "may_write": may_write})


def language() -> str:
    """`es` or `en`: the operator's own choice, else what the visitor chose before signing in, else the browser's."""
    if not request:
        return "en"
    try:
        chosen = getattr(current_user, "language", None) or request.cookies.get("language")
    except SQLAlchemyError:  # an error page must not need the database
        chosen = request.cookies.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, "en") or "en"


def may_write() -> bool:
    """Whether the operator may change things; a viewer only looks."""
    return current_user.is_authenticated and current_user.role in (Role.ADMIN, Role.OPERATOR)


def writes(view: Callable[P, Any]) -> Callable[P, Any]:
    """For views that change things: 403 for a viewer."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not may_write():
            abort(403)
        return view(*args, **kwargs)

    return checked


class _Sessions(SecureCookieSessionInterface):
    """Flask's own, but for two things.

    A webhook, which brings no cookie, costs no look for a signature. And the time in the signature is not looked at:
    the database knows when a session ends (services/sessions), and a machine whose clock is a second behind would
    refuse what another one has just signed.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        cookie = request.cookies.get(self.get_cookie_name(app))
        if app.secret_key and not cookie:
            return self.session_class()
        signer = self.get_signing_serializer(app)
        if signer is None or cookie is None:
            return None
        try:
            return self.session_class(signer.loads(cookie))
        except BadSignature:
            return self.session_class()


def _begin() -> None:
    begin_for("GET" if request.endpoint in READING_ENDPOINTS else request.method)


def _locale() -> str:
    """Mexico's way with numbers (1,243) rather than Spain's (1.243); the texts are in translations/es."""
    return "es_MX" if language() == "es" else "en"


def _require_sign_in() -> Response | None:
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS or request.blueprint in OPEN_BLUEPRINTS:
        return None
    if current_user.is_authenticated:
        return None
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    answer = redirect(url_for("auth.login", next=target), 303)
    if "HX-Request" in request.headers:
        # A partial must not swallow the sign-in page: the browser goes there.
        answer = Response(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": answer.location})
    return answer  # type: ignore[return-value]


def _add_headers(response: Response) -> Response:
    if request.blueprint == "twilio":
        return response  # no browser reads it
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["PUBLIC_URL"].startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html":
        response.vary.update(("Cookie", "Accept-Language"))
        response.headers.setdefault("Content-Language", language())
    return response


def _error_page(error: HTTPException) -> Any:
    """A page in words; for webhooks and health checks one line."""
    code = error.code or 500
    if code < 400:
        return error
    if request.blueprint in OPEN_BLUEPRINTS:
        return Response(f"{error.description or error.name}\n", code, mimetype="text/plain")
    return _in_words(code, *_words(code))


def _in_words(code: int, title: str, text: str) -> Any:
    """The error as a page; the page's frame asks the database who is signed in, so there is a plain one behind it."""
    try:
        return render_template("operations/error.html", code=code, title=title, text=text), code
    except SQLAlchemyError:
        return Response(f"{title}. {text}\n", code, mimetype="text/plain")


def _words(code: int) -> tuple[str, str]:
    match code:
        case 403:
            return _("You may not do this"), _("Your role lets you look, not change. Ask an administrator.")
        case 404:
            return _("There is nothing here"), _("The page does not exist, or what it showed is gone.")
        case 413 if request.endpoint in edge.UPLOADS:
            return _("The file is too large"), _(
                "A contact file may have up to 200 MB. Split it into several."
            )
        case 413:
            return _("This is too much at once"), _("A form may have up to 64 KB. Write less, and try again.")
        case 400 | 405 | 422:
            return _("This could not be understood"), _("Go back, check what you entered, and try again.")
        case _:
            return _("Something went wrong on our side"), _("Nothing was lost. Try again in a moment.")


def _form_expired(_error: CSRFError) -> Any:
    if request.blueprint in OPEN_BLUEPRINTS:
        return _error_page(_error)
    text = _(
        "The page was open for too long, or you signed in elsewhere. Go back, reload it, and send it again."
    )
    return _in_words(400, _("This form has expired"), text)


def _fault(error: Exception) -> Any:
    """A fault of ours: logged whole, shown as a sentence."""
    if current_app.testing:
        raise error
    current_app.logger.exception("%s %s failed", request.method, request.endpoint)
    db.session.rollback()
    if request.blueprint in OPEN_BLUEPRINTS:
        return Response("fault\n", 500, mimetype="text/plain")
    return _in_words(500, *_words(500))
