"""The chatbots: list, new ones, import and export of scripts, contact-file templates."""

import json
import re
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup, escape

from smartchat import clock
from smartchat.domain.script.texts import ID_PATTERN
from smartchat.domain.script_file.parsing import parse_script_file
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.text_forms import search_form
from smartchat.forms.chatbots import NewChatbotForm, ScriptImportForm
from smartchat.reading import chatbots as chatbot_queries
from smartchat.services.builder import building, chatbots
from smartchat.services.builder.script_files import import_file
from smartchat.web.security import language, writes

from . import builder_page, starting

blueprint = Blueprint("chatbots", __name__)

LARGEST_SCRIPT = 6_000_000  # bytes that are read; parse_script_file says what is too large
TYPES = {
    "tsv": "text/tab-separated-values",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_REFERENCE = re.compile(rf"\{{\{{\s*({ID_PATTERN})\s*\}}\}}")


@blueprint.get("/chatbots")
def index() -> Any:
    return _index(ScriptImportForm(), (), 200)


@blueprint.post("/chatbots/import")
@writes
def import_script() -> Any:
    form = ScriptImportForm()
    if not form.validate_on_submit():
        return _index(form, (), 422)
    data, problems = parse_script_file(form.file.data.stream.read(LARGEST_SCRIPT))
    if problems:
        return _index(form, problems, 422)
    imported = import_file(data, current_user.id, clock.now())
    if imported.is_flow:
        return starting.imported_flow(imported)
    if imported.chatbot.id is None:
        return _index(form, imported.chatbot.problems, 422)
    flash(_("The chatbot was imported."), "good")
    return redirect(url_for("chatbots.show", chatbot_id=imported.chatbot.id), 303)


@blueprint.get("/chatbots/new")
@writes
def new() -> Any:
    return starting.page()


@blueprint.post("/chatbots")
@writes
def create() -> Any:
    """A new chatbot: the ready-made one that `template` names, or one without any step."""
    if template := request.form.get("template"):
        return starting.create(template)
    return _create_empty()


def _create_empty() -> Any:
    """One without any step, by its name and language; its builder comes next."""
    form = NewChatbotForm()
    if not form.validate_on_submit():
        return _index(ScriptImportForm(formdata=None), (), 422, new=form)
    name, spoken = form.name.data or "", form.language.data or "es"
    chatbot_id = building.create(name, spoken, current_user.id, clock.now())
    return redirect(url_for("chatbots.show", chatbot_id=chatbot_id, on="add"), 303)


@blueprint.get("/chatbots/<int:chatbot_id>")
def show(chatbot_id: int) -> Any:
    """The builder; for viewers the same page without its buttons."""
    return builder_page.page(chatbot_id)


@blueprint.get("/chatbots/<int:chatbot_id>/template.<any(xlsx, tsv):file_format>")
def template(chatbot_id: int, file_format: str) -> Any:
    """The empty contact file with this chatbot's columns."""
    content = chatbots.contact_template(chatbot_id, file_format)
    if content is None:
        abort(404)
    prefix = "contactos" if language() == "es" else "contacts"
    name = f"{prefix}-{_plain_name(chatbot_id)}.{file_format}"
    return send_file(BytesIO(content), mimetype=TYPES[file_format], as_attachment=True, download_name=name)


@blueprint.get("/chatbots/<int:chatbot_id>/script.json")
def script(chatbot_id: int) -> Any:
    """The script file: importing it gives the same chatbot."""
    data = chatbots.export(chatbot_id)
    if data is None:
        abort(404)
    content = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    answer = Response(content, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{_plain_name(chatbot_id)}.json")
    return answer


@blueprint.app_template_filter()
def placeholders(text: str) -> Markup:
    """A text of a script with each {{ID}} as a mark of its own."""
    parts = _REFERENCE.split(text)
    marked = (
        Markup('<span class="data">{}</span>').format(part) if i % 2 else escape(part)
        for i, part in enumerate(parts)
    )
    return Markup("").join(marked)


def _index(
    form: ScriptImportForm,
    problems: tuple[ScriptProblem, ...],
    status: int,
    new: NewChatbotForm | None = None,
) -> Any:
    page = render_template(
        "builder/chatbots.html",
        form=form,
        new=new or NewChatbotForm(formdata=None, language=language()),
        chatbots=chatbots.list_chatbots(),
        uses=chatbot_queries.uses(),
        problems=problems,
    )
    return page, status


def _plain_name(chatbot_id: int) -> str:
    """The chatbot's name in letters that every system takes in a file name."""
    script = chatbots.script_of(chatbot_id)
    name = re.sub(r"[^a-z0-9]+", "-", search_form(script.name if script else "")).strip("-")
    return name[:60].strip("-") or f"chatbot-{chatbot_id}"
