"""The list of who must not be written to: look, search, add, undo, import, export."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from smartchat import clock
from smartchat.forms.opt_outs import AddForm, OptOutImportForm, UndoForm
from smartchat.reading import opt_outs
from smartchat.services.contact_file import stored_files
from smartchat.services.conversation import wishing
from smartchat.services.opt_outs import opt_out_list
from smartchat.web.security import language, writes

from .contacts import TYPES

blueprint = Blueprint("opt_outs", __name__)


@blueprint.get("/opt-outs")
def index() -> Any:
    return _page()


@blueprint.post("/opt-outs")
@writes
def add() -> Any:
    """Puts one number on the list."""
    senders = opt_outs.senders()
    form = AddForm()
    form.offer(senders)
    if not form.validate():
        return _page(adding=form), 422
    reason = form.reason.data or _("by hand")
    if opt_out_list.add(form.chosen(senders), str(form.number.data), reason, current_user.id, clock.now()):
        flash(_("It is on the list: nothing more is sent to this number."), "good")
    else:
        flash(_("It was already on the list."), "good")
    return redirect(url_for("opt_outs.index"), 303)


@blueprint.post("/opt-outs/import")
@writes
def import_() -> Any:
    """Puts the numbers of a file on the list; says which rows it could not use."""
    senders = opt_outs.senders()
    form = OptOutImportForm()
    form.offer(senders)
    if not form.validate():
        return _page(importing=form), 422
    file = form.file.data
    done = opt_out_list.import_file(
        file.stream, file.filename or "", form.chosen(senders), current_user.id, clock.now()
    )
    told = ngettext(
        "%(count)s number was added.", "%(count)s numbers were added.", done.added, count=done.added
    )
    if done.known:
        told += " " + ngettext(
            "%(count)s was already on the list.",
            "%(count)s were already on the list.",
            done.known,
            count=done.known,
        )
    if done.wrong:
        return _page(importing=form, imported=done, told=told if done.added + done.known else ""), 422
    flash(told, "good")
    return redirect(url_for("opt_outs.index"), 303)


@blueprint.route("/opt-outs/<int:entry_id>/undo", methods=["GET", "POST"])
@writes
def undo(entry_id: int) -> Any:
    """Asks why, and takes the contact off the list."""
    entry = opt_outs.entry(entry_id) or abort(404)
    form = UndoForm()
    if request.method == "POST" and form.validate():
        if opt_out_list.undo(entry_id, str(form.reason.data), current_user.id, clock.now()):
            flash(_("The contact may be written to again. Conversations that were ended stay ended."), "good")
        return redirect(url_for("opt_outs.index", q=entry.opt_out.contact_key), 303)
    page = render_template("conversation/undo_opt_out.html", entry=entry, form=form)
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/opt-outs/doubtful/<int:wish_id>/<any(out, leave):decision>")
@writes
def decide(wish_id: int, decision: str) -> Any:
    """Whether a doubtful message is a wish to be left alone, as an operator reads it."""
    if decision == "out":
        done = wishing.opt_out(wish_id, current_user.id, clock.now())
        told = _("It is on the list: nothing more is sent to this number.")
    else:
        done = wishing.leave(wish_id, current_user.id, clock.now())
        told = _("The contact is written to as before.")
    flash(told if done else _("Somebody has decided this already."), "good")
    return redirect(url_for("opt_outs.index"), 303)


@blueprint.get("/opt-outs.<any(tsv, xlsx):file_format>")
def export(file_format: str) -> Any:
    """The list as a file, which can be imported elsewhere."""
    stream = stored_files.temporary_file()
    opt_out_list.export(file_format, stream)
    stream.seek(0)
    return send_file(
        stream, mimetype=TYPES[file_format], as_attachment=True, download_name=f"opt-outs.{file_format}"
    )


def _page(**more: Any) -> str:
    senders, q, sender = opt_outs.senders(), request.args.get("q", ""), request.args.get("sender", "")
    adding, importing = more.pop("adding", None) or AddForm(formdata=None), more.pop("importing", None)
    importing = importing or OptOutImportForm(formdata=None)
    adding.offer(senders)
    importing.offer(senders)
    return render_template(
        "conversation/opt_outs.html",
        q=q,
        sender=sender,
        found=opt_outs.entries(q, sender, request.args.get("before", type=int)),
        doubtful=opt_outs.doubtful(),
        doubtful_count=opt_outs.doubtful_count(),
        adding=adding,
        importing=importing,
        senders=senders,
        of_senders=sorted({*senders, sender} - {""}),
        message=lambda problem: problem.message(language()),
        **more,
    )
