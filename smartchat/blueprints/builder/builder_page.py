"""The builder's page: everything that its template shows."""

from typing import Any

from flask import abort, render_template, request

from smartchat.domain.builder import editing
from smartchat.domain.builder.wording_changes import change_sentence
from smartchat.domain.script.script import FAREWELL_TO_STRANGERS, Script
from smartchat.domain.script_file.reading import read_script
from smartchat.forms.chatbots import SettingsForm
from smartchat.forms.steps import StepForm
from smartchat.reading import chatbots as chatbot_queries
from smartchat.services.builder import building, chatbots
from smartchat.web.security import language

from . import step_view

MOST_NAMED = 5  # running campaigns that are named on the page


def page(
    chatbot_id: int,
    *,
    form: StepForm | None = None,
    open_step: str = "",
    settings: SettingsForm | None = None,
    refused: bool = False,
    status: int = 200,
) -> Any:
    """The builder; without its buttons for viewers. 404 where there is no such chatbot.

    `add`, `at` and `on` of the address say where the menu of steps is open, and what takes the focus.
    """
    draft = building.draft_of(chatbot_id)
    script, _problems = read_script(draft.document) if draft else (None, ())
    if draft is None or script is None:
        abort(404)
    changes = [change_sentence(change, _language()) for change in draft.unsaved]
    # What is not saved yet no campaign has; once it is, those of the version before keep that.
    kept = chatbot_queries.running(chatbot_id, None if changes else draft.saved.id)
    context = {
        "draft": draft,
        "chatbot": draft.chatbot,
        "script": script,
        "steps": draft.document["steps"],
        "problems": step_view.by_step(draft.problems),
        "blocking": {problem.step for problem in draft.blocking},
        "refused": refused,
        "columns": chatbots.script_of_version(draft.saved).custom_data,
        "changes": changes,
        "kept": [
            (campaign, version.number, chatbots.script_of_version(version).active_hours.to_json())
            for campaign, version in kept[:MOST_NAMED]
        ],
        "kept_count": len(kept),
        "settings": settings or _settings(script, draft.revision),
        "strangers": FAREWELL_TO_STRANGERS,
        "sender": chatbots.sender_of(script),
        "campaigns": chatbot_queries.uses(chatbot_id)[chatbot_id].campaigns,
        "adding": request.args.get("add", ""),
        "at": request.args.get("at", ""),
        "on": request.args.get("on", ""),
        "menu": step_view.menu(),
        "type_names": step_view.type_names(),
        "answer_word": step_view.answer_word,
    }
    return render_template("builder/show.html", **context, **_opened(draft, form, open_step)), status


def _opened(draft: building.Draft, form: StepForm | None, open_step: str) -> dict[str, Any]:
    """What the page shows of the step that is being edited, if one is."""
    if form is None:
        return {"form": None, "open_step": ""}
    return {
        "form": form,
        "open_step": open_step,
        "live": step_view.live(form.step_json() | {"id": open_step}, draft.problems),
        "errors": [],
        "usable": editing.earlier_values(draft.document, open_step),
        "answers": step_view.finite_answers(draft.document, open_step),
    }


def _settings(script: Script, revision: int) -> SettingsForm:
    hours = script.active_hours.to_json()
    return SettingsForm(
        formdata=None,
        name=script.name,
        language=script.language,
        sender=script.sender or "",
        opens=hours["opens"],
        closes=hours["closes"],
        utc_offset=hours["utc_offset"],
        wrong_number_text=script.wrong_number_text or "",
        revision=revision,
    )


def _language() -> str:
    return "es" if language() == "es" else "en"
