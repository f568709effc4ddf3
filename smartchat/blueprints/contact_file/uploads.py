"""The upload page: a contact file becomes a draft, or an answer that says what is wrong."""

from typing import Any, NamedTuple

from flask import Blueprint, abort, redirect, request, send_file, url_for
from flask_babel import format_date
from flask_login import current_user

from smartchat import clock
from smartchat.db import db
from smartchat.domain.contact_file.mending import NOTHING
from smartchat.domain.hours import local_date
from smartchat.domain.script.reserved import CONTACT
from smartchat.domain.script.script import Script
from smartchat.forms.campaigns import LONGEST_NAME, CampaignForm, Upload
from smartchat.reading import campaigns
from smartchat.services.background import preparing
from smartchat.services.builder import chatbots
from smartchat.services.contact_file import importing, repairing, stored_files
from smartchat.services.contact_file.file_checks import FileCheck, unreadable
from smartchat.web.htmx import respond, wants_partial
from smartchat.web.security import language, writes

from .file_answers import FileAnswer, file_answer

blueprint = Blueprint("uploads", __name__)


class Column(NamedTuple):
    """A column of the contact file: its header, what goes in (a data type, or CONTACT), and an example."""

    header: str
    data_type: str
    example: str


@blueprint.get("/campaigns/new")
@writes
def new() -> Any:
    form = CampaignForm(request.args)
    return _page(form, request.args.get("chatbot", type=int), None, 200)


@blueprint.post("/campaigns/check")
@writes
def check() -> Any:
    """The answer to a chosen file; stores nothing."""
    form = CampaignForm()
    upload = form.upload()
    if upload and request.headers.get("HX-Source") == "input#file":
        upload = upload._replace(mending=NOTHING)  # another file: what was chosen was for the one before
    answer = _checked(upload) if upload else None
    return _page(form, form.chatbot.data, answer, 200 if answer and answer.ok else 422)


@blueprint.post("/campaigns")
@writes
def create() -> Any:
    """Makes the draft, or says why not: what is missing in the form and what is wrong in the file, together.

    A large file is read by a worker; only what can be seen at its beginning is said at once.
    """
    form = CampaignForm()
    upload = form.upload()
    if not form.validate() or upload is None:
        return _page(form, form.chatbot.data, _checked(upload) if upload else None, 422)
    try:
        created = _large(form, upload) if _is_large(upload) else _small(form, upload)
    except importing.NoSuchChatbot:
        abort(404)
    if not isinstance(created, int):
        return _page(form, upload.chatbot_id, _answer(created, upload), 422)
    if form.replaces.data:
        preparing.stop(form.replaces.data)
    return redirect(url_for("campaigns.show", campaign_id=created), 303)


@blueprint.post("/campaigns/repaired")
@writes
def repaired() -> Any:
    """The chosen file once more, with its wrong cells marked and a column that says what to do."""
    form = CampaignForm()
    upload = form.upload()
    script = chatbots.script_of(upload.chatbot_id) if upload else None
    if upload is None or script is None:
        return _page(form, form.chatbot.data, None, 422)
    db.session.rollback()
    out = stored_files.temporary_file()
    as_workbook = request.form.get("as_workbook") == "1"
    made = repairing.repair(
        upload.stream,
        upload.file_name,
        script.custom_data,
        language(),
        out,
        upload.country_code,
        limits=importing.WEB_LIMITS,
        as_workbook=as_workbook,
        mending=upload.mending,
        seen=_check(upload).seen,
    )
    if isinstance(made, repairing.NotRepaired):
        out.close()
        return _page(form, upload.chatbot_id, _answer(unreadable(made.problem), upload), 422)
    out.seek(0)
    return send_file(out, mimetype=made.mimetype, as_attachment=True, download_name=made.file_name)


def _small(form: CampaignForm, upload: Upload) -> int | FileCheck:
    made = importing.create_campaign(
        form.name.data or "",
        upload.chatbot_id,
        upload.stream,
        upload.file_name,
        current_user.id,
        clock.now(),
        country_code=upload.country_code,
        leave_out_wrong=bool(form.leave_out_wrong.data),
        mending=upload.mending,
    )
    return made.check if made.campaign_id is None else made.campaign_id


def _large(form: CampaignForm, upload: Upload) -> int | FileCheck:
    check = _check(upload)
    if not check.ok and not check.wrong_rows.count():
        return check  # nothing below such headers can be read
    wanted = preparing.Wanted(
        form.name.data or "",
        upload.chatbot_id,
        upload.file_name,
        current_user.id,
        language(),
        upload.country_code,
        bool(form.leave_out_wrong.data),
        upload.mending,
    )
    return preparing.ask_for_import(wanted, upload.stream, clock.now())


def _is_large(upload: Upload) -> bool:
    return upload.size >= preparing.BACKGROUND_BYTES


def _check(upload: Upload) -> FileCheck:
    first_rows = preparing.FIRST_ROWS if _is_large(upload) else None
    chatbot_id, stream, file_name, country_code = upload[:4]
    return importing.check_file(
        chatbot_id, stream, file_name, country_code, first_rows, mending=upload.mending
    )


def _checked(upload: Upload) -> FileAnswer:
    try:
        return _answer(_check(upload), upload)
    except importing.NoSuchChatbot:
        abort(404)


def _answer(check: FileCheck, upload: Upload) -> FileAnswer:
    kind = request.form.get("kind")
    return file_answer(check, upload.file_name, language(), upload.country_code, kind, upload.mending)


def _page(form: CampaignForm, chatbot_id: int | None, answer: FileAnswer | None, status: int) -> Any:
    """The page, or for htmx only the answer to the file; `answer` is None where no file has been looked at."""
    known = campaigns.all_chatbots()
    chosen = campaigns.chatbot(chatbot_id) or (known[0] if len(known) == 1 else None)
    script = chatbots.script_of(chosen.id) if chosen is not None else None
    if chatbot_id is not None and script is None:
        abort(404)
    if script is not None and not form.is_submitted():
        form.name.data = form.name.data or _proposed_name(script)
    response = respond(
        "contact_file/new.html",
        "contact_file/_check.html",
        status,
        form=form,
        known=known,
        chosen=chosen,
        columns=[] if script is None else _columns(script),
        answer=answer,
    )
    if wants_partial():
        response.status_code = 200  # the answer is what htmx asked for, also when the file is wrong
    return response


def _proposed_name(script: Script) -> str:
    today = format_date(local_date(script.active_hours, clock.now()), "d MMM y")
    return f"{script.name[: LONGEST_NAME - len(today) - 3]} – {today}"


def _columns(script: Script) -> list[Column]:
    """What the contact file of a chatbot needs, with an example of each."""
    today = local_date(script.active_hours, clock.now()).isoformat()
    examples = {"TEXT": "Carlos", "NUMBER": "1350.50", "DATE": today}
    columns = (
        Column(column.id, column.data_type, examples[column.data_type]) for column in script.custom_data
    )
    return [Column(CONTACT, CONTACT, "+525512345678"), *columns]
