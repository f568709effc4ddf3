"""All that came in, newest first."""

from typing import Any

from flask import Blueprint, render_template

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
def index() -> Any:
    return render_template("inbox/index.html")
