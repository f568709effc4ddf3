"""SmartChat: chatbot campaigns over Twilio SMS and WhatsApp."""

from . import interrupted  # noqa: F401 - first: the rest takes its time to import  # isort: skip

from typing import Any

from flask import Flask

from . import config, masking, models  # noqa: F401 - the tables make the metadata whole
from . import db as database
from .config import ROOT


def create_app(settings: dict[str, Any] | None = None, *, pages: bool = True) -> Flask:
    """The application: settings → database → security → blueprints → errors → commands.

    `settings` go over the environment's (tests). Workers have no `pages` and no commands, and start sooner without.
    Raises `config.BadSettings` when the environment cannot be used.
    """
    masking.install()
    app = Flask(__name__, instance_path=str(config.instance_folder()))
    app.config.update(config.load())
    app.config.update(settings or {})
    database.db.init_app(app)
    with app.app_context():
        try:
            database.look_at_file(database.db.engine)
        except database.BadDatabase as error:
            raise config.BadSettings(str(error)) from error
        database.prepare_engine(database.db.engine, app.config["SQLITE_SYNCHRONOUS"])
    if not pages:
        return app

    from flask_migrate import Migrate

    from . import blueprints, cli
    from .web import security

    Migrate(app, database.db, directory=str(ROOT / "migrations"), compare_type=True, render_as_batch=True)
    security.init_app(app)
    blueprints.init_app(app)
    cli.init_app(app)
    return app
