"""The builder's posts and its form for a step; every edit is kept in the draft at once."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound

from smartchat import clock
from smartchat.domain.builder import editing
from smartchat.domain.builder.editing import Document, IdTaken, NoSuchStep, StepJson, ValueNamedLikeStep
from smartchat.forms.chatbots import SettingsForm
from smartchat.forms.steps import FORMS, StepForm
from smartchat.services.builder import building
from smartchat.services.builder.building import Built, Draft
from smartchat.web.security import writes

from . import step_view
from .builder_page import page
from .editor_commands import FOCUS, WHOLE, carry_out, read_order

blueprint = Blueprint("builder", __name__, url_prefix="/chatbots/<int:chatbot_id>")
FOLLOWING = frozenset({"message", "text", "integer", "date", "multiple_choice", "binary", "email"})


@blueprint.errorhandler(LookupError)
def gone(_error: LookupError) -> Any:
    """A step that somebody deleted meanwhile, or a chatbot that never was."""
    return current_app.handle_http_exception(NotFound())


@blueprint.get("/steps/<step_id>")
@writes
def step(chatbot_id: int, step_id: str) -> Any:
    """The page with one step open for editing."""
    draft = _draft(chatbot_id)
    found = editing.find(draft.document, step_id)
    form: StepForm = FORMS[found["type"]](formdata=None)
    form.show(found)
    form.revision.data = draft.revision
    form.proposed.data = found["id"] if _follows_its_text(draft, found) else ""
    return page(chatbot_id, form=form, open_step=step_id)


@blueprint.post("/steps/<step_id>")
@writes
def change(chatbot_id: int, step_id: str) -> Any:
    """Keeps an edited step; its ID follows its text while nobody chose another."""
    draft = _draft(chatbot_id)
    form: StepForm = FORMS[editing.find(draft.document, step_id)["type"]]()
    if not form.validate_on_submit():
        return page(chatbot_id, form=form, open_step=step_id, status=422)
    new = _described(draft, form, step_id)
    try:
        built = building.edit(
            chatbot_id,
            form.revision.data or 0,
            lambda document: editing.change(document, step_id, new),
            current_user.id,
            clock.now(),
        )
    except IdTaken as taken:
        field = form["values"] if isinstance(taken, ValueNamedLikeStep) else form.id
        field.errors = [step_view.why_taken(taken)]
        return page(chatbot_id, form=form, open_step=step_id, status=422)
    if not built.done:
        _say_why(form, built, chatbot_id)
        return page(chatbot_id, form=form, open_step=step_id, status=422)
    empty = new["type"] == "flow" and not editing.find(draft.document, step_id)["steps"]
    return _back(chatbot_id, at=f"in-{new['id']}" if empty else new["id"], on="add")


@blueprint.post("/steps/<step_id>/check")
@writes
def check(chatbot_id: int, step_id: str) -> Any:
    """What there is to say about a step while it is typed; keeps nothing."""
    draft = _draft(chatbot_id)
    try:
        form: StepForm = FORMS[editing.find(draft.document, step_id)["type"]]()
    except NoSuchStep:
        return "", 204  # the step got another ID while this question was on its way
    form.validate()
    new = _described(draft, form, step_id)
    follows = new["id"] != form.id.data
    errors = [str(error) for messages in form.errors.values() for error in messages]
    problems: tuple[Any, ...] = ()
    try:
        problems = editing.checked(editing.change(draft.document, step_id, new)).problems
    except IdTaken as taken:
        errors.append(step_view.why_taken(taken))
    live = step_view.live(new, problems)
    return render_template(
        "builder/_check.html", live=live, errors=errors, new_id=new["id"] if follows else ""
    )


@blueprint.post("/edit")
@writes
def edit(chatbot_id: int) -> Any:
    """One of the page's buttons: add, up, down, move, copy, delete, undo, redo, discard."""
    order = read_order(request.form.get("do", ""), step_view.available_types())
    if order is None:
        abort(400)
    revision = request.form.get("revision", 0, int)
    if order.verb in WHOLE:
        act = {"undo": building.undo, "redo": building.redo, "discard": building.discard}[order.verb]
        return _back(chatbot_id, act(chatbot_id, revision, current_user.id, clock.now()), on=order.verb)
    done: list[str] = []
    built = building.edit(chatbot_id, revision, carry_out(order, done), current_user.id, clock.now())
    if order.verb == "add" and built.done:
        return redirect(url_for("builder.step", chatbot_id=chatbot_id, step_id=done[0]), 303)
    return _back(chatbot_id, built, at=done[0] if done else "", on=FOCUS[order.verb])


@blueprint.post("/settings")
@writes
def settings(chatbot_id: int) -> Any:
    """Name, language, sender and active hours."""
    form = SettingsForm()
    if not form.validate_on_submit():
        return page(chatbot_id, settings=form, status=422)

    def changed(document: Document) -> Document:
        hours = {name: form[name].data for name in ("opens", "closes", "utc_offset")}
        given = {"name": form.name.data, "language": form.language.data, "active_hours": hours}
        given |= {
            "sender": form.sender.data or None,
            "wrong_number_text": form.wrong_number_text.data or None,
        }
        return {**document, **given}

    built = building.edit(chatbot_id, form.revision.data or 0, changed, current_user.id, clock.now())
    if not built.done:
        _say_why(form, built, chatbot_id)
        return page(chatbot_id, settings=form, status=422)
    return _back(chatbot_id, on="settings")


@blueprint.post("/save")
@writes
def save(chatbot_id: int) -> Any:
    """Makes the draft the newest version."""
    built = building.save(chatbot_id, request.form.get("revision", 0, int), current_user.id, clock.now())
    if built.problems:
        return page(chatbot_id, refused=True, status=422)
    if built.done:
        flash(_("Saved. Campaigns launched from now on run this version."), "good")
    return _back(chatbot_id, built, on="saved")


def _draft(chatbot_id: int) -> Draft:
    draft = building.draft_of(chatbot_id)
    if draft is None:
        abort(404)
    return draft


def _follows_its_text(draft: Draft, step: StepJson) -> bool:
    """Whether the ID may still change with the text: nobody chose it, and no version has it yet."""
    if step["type"] not in FOLLOWING or step["id"] in editing.taken_ids(draft.saved.script):
        return False
    return editing.follows_its_text(step, editing.taken_ids(draft.document, but=step["id"]))


def _described(draft: Draft, form: StepForm, step_id: str) -> StepJson:
    """The step that the form describes, with the ID that its text proposes where nobody chose another."""
    new = form.step_json()
    if form.proposed.data and form.id.data == form.proposed.data:
        taken = editing.taken_ids(draft.document, but=step_id)
        new["id"] = editing.proposed_id(new.get("text", ""), taken, fallback=form.proposed.data)
    return new


def _say_why(form: FlaskForm, built: Built, chatbot_id: int) -> None:
    """Puts the reasons of a refusal on the form's fields; what was typed stays, to be sent again."""
    if built.late:
        draft = _draft(chatbot_id)
        form.revision.errors = [_late_words(draft)]
        form.revision.data, form.revision.raw_data = draft.revision, None
    for problem in built.problems:
        name = step_view.field_of(problem)
        field = form[name] if name in form else form[next(iter(form._fields))]
        field.errors = [*field.errors, step_view.beside(problem)]


def _late_words(draft: Draft) -> str:
    who = draft.changed_by or _("Somebody")
    words = _(
        "%(who)s changed this chatbot meanwhile. What you entered is still here: look, and send it again.",
        who=who,
    )
    return str(words)


def _back(chatbot_id: int, built: Built | None = None, at: str = "", on: str = "") -> Any:
    """To the page, with the focus where one goes on; a refused button says why."""
    if built is not None and not built.done:
        who = _draft(chatbot_id).changed_by or _("Somebody")
        words = _("%(who)s changed this chatbot meanwhile. Nothing was done: look, and press again.", who=who)
        if built.problems:
            words = " ".join(step_view.beside(problem) for problem in built.problems)
        flash(words, "warn")
    return redirect(url_for("chatbots.show", chatbot_id=chatbot_id, at=at or None, on=on or None), 303)
