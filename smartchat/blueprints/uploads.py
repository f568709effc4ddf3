"""The upload page: a contact file becomes a draft, or an answer that says what is wrong."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import format_date
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from smartchat import campaign_queries, clock
from smartchat.domain.custom_data import DataColumn
from smartchat.forms.campaigns import CampaignForm
from smartchat.htmx import respond
from smartchat.security import writes
from smartchat.services import chatbots, importing

blueprint = Blueprint("uploads", __name__)

SHOWN_PROBLEMS = 20
EXAMPLES = {"TEXT": "Carlos", "NUMBER": "1350.50", "DATE": "2026-12-25"}


@blueprint.get("/campaigns/new")
@writes
def new() -> Any:
    form = CampaignForm(request.args)
    return _page(form, request.args.get("chatbot", type=int), None, 200)


@blueprint.post("/campaigns/check")
@writes
def check() -> Any:
    form = CampaignForm()
    chatbot_id, file = request.form.get("chatbot", type=int), request.files.get("file")
    checked = _checked(chatbot_id, file) if file and file.filename else None
    return _page(form, chatbot_id, checked, 200 if checked is None or checked.ok else 422)


@blueprint.post("/campaigns")
@writes
def create() -> Any:
    form = CampaignForm()
    chatbot_id, file = request.form.get("chatbot", type=int), form.file.data
    if not form.validate_on_submit() or chatbot_id is None:
        checked = _checked(chatbot_id, file) if file and file.filename else None
        return _page(form, chatbot_id, checked, 422)
    try:
        created = importing.create_campaign(
            form.name.data, chatbot_id, file.stream, file.filename, current_user.id, clock.now()
        )
    except importing.NoSuchChatbot:
        abort(404)
    if created.campaign_id is None:
        return _page(form, chatbot_id, created.check, 422)
    return redirect(url_for("campaigns.show", campaign_id=created.campaign_id), 303)


def _checked(chatbot_id: int | None, file: FileStorage) -> importing.FileCheck | None:
    if chatbot_id is None:
        return None
    try:
        return importing.check_file(chatbot_id, file.stream, file.filename or "")
    except importing.NoSuchChatbot:
        abort(404)


def _page(form: CampaignForm, chatbot_id: int | None, check: importing.FileCheck | None, status: int) -> Any:
    """The page, or only the answer for htmx. `check` is None where no file has been looked at."""
    known = campaign_queries.all_chatbots()
    chosen = campaign_queries.chatbot(chatbot_id) or (known[0] if len(known) == 1 else None)
    if chatbot_id is not None and chosen is None:
        abort(404)
    if chosen is not None:
        form.chatbot.data = chosen.id
        if not form.name.data and not form.is_submitted():
            form.name.data = f"{chosen.name} – {format_date(clock.now(), 'd MMM y')}"
    context = {
        "form": form,
        "chosen": chosen,
        "columns": _columns(chosen.id if chosen else None),
        "check": check,
    }
    context |= {"examples": EXAMPLES, "shown": SHOWN_PROBLEMS, "file_name": _file_name()}
    answer = respond("campaigns/new.html", "campaigns/_check.html", status, **context)
    if status == 422 and request.headers.get("HX-Request-Type") == "partial":
        answer.status_code = 200  # for htmx the answer is what was asked for, also when the file is wrong
    return answer


def _columns(chatbot_id: int | None) -> tuple[DataColumn, ...]:
    script = chatbots.script_of(chatbot_id) if chatbot_id is not None else None
    return script.custom_data if script else ()


def _file_name() -> str:
    file = request.files.get("file")
    return (file.filename or "") if file else ""
