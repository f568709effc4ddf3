"""The first start: an operator to sign in as, and the chatbot of the examples."""

import json
from datetime import datetime

from sqlalchemy import select

from smartchat import clock
from smartchat.config import ROOT
from smartchat.db import db
from smartchat.domain.statuses import Role
from smartchat.models import Chatbot, User
from smartchat.services.builder import chatbots

from . import users

EMAIL = "admin@example.com"
EXAMPLE = ROOT / "examples" / "recordatorio-de-pago.json"


def prepare(now: datetime) -> str:
    """Fills an empty database with the demo data; gives the token of a fresh one-time sign-in link."""
    admin = db.session.scalar(select(User).where(User.role == Role.ADMIN).order_by(User.id).limit(1))
    if admin is None:
        admin = users.add(EMAIL, Role.ADMIN, None)
    if db.session.scalar(select(Chatbot.id).limit(1)) is None:
        chatbots.import_script(json.loads(EXAMPLE.read_text(encoding="utf-8")), admin.id, now)
    return users.make_link(admin, clock.machine_now())
