"""The Flask application: routes, and what holds for every answer."""

from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from . import api, control, phones
from .world import World

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_POLICY = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"


def create_app(world: World) -> Flask:
    """The application over one world."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.register_blueprint(api.blueprint(world))
    app.register_blueprint(control.blueprint(world))
    app.register_blueprint(phones.blueprint(world))

    @app.before_request
    def _from_here() -> ResponseReturnValue | None:
        """Another site's page must not drive this one, by its own name (Origin) or a borrowed one (Host)."""
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            return jsonify(message=f"Refused: the request comes from {origin}.", status=403), 403
        host = urlsplit(f"//{request.host}").hostname
        if world.settings.host in _LOOPBACK and host not in _LOOPBACK:
            return jsonify(message=f"Refused: this is not {host}.", status=403), 403
        return None

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = _POLICY
            # Not no-referrer: a browser then sends "Origin: null" with forms, and they would be refused.
            response.headers["Referrer-Policy"] = "same-origin"
        return response

    @app.errorhandler(HTTPException)
    def _http_error(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        codes = {404: 20404, 405: 20004, 500: 20500}
        body = {"code": codes.get(status, status * 100), "message": error.description, "status": status}
        return jsonify(body), status

    return app
