"""What a tester does with a trial: the forms of the page as moves, and the token that carries the trial."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.exceptions import BadRequest

from smartchat import clock
from smartchat.domain.builder.playing import Scene, play
from smartchat.domain.builder.trial import (
    LONGEST_MESSAGE,
    MOST_MOVES,
    ClockSet,
    Move,
    SystemAnswered,
    Trial,
    Wrote,
    at_local,
    friday_evening,
    read_values,
)
from smartchat.domain.contact_file.problems import Problem
from smartchat.domain.hours import ActiveHours, next_open_time
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import External, values_of
from smartchat.models import ChatbotVersion
from smartchat.services.builder import chatbots, trying
from smartchat.web import formats

TAP = "tap:"
LONGEST_TOKEN = 40_000  # characters, compressed: with the longest message it fits into a form
FARTHEST = timedelta(days=366)


@dataclass
class TrialPage:
    """What the page shows: the trial as it stands, or the form to begin one, and a sentence on what went wrong."""

    version: ChatbotVersion
    script: Script
    trial: Trial | None = None
    typed: Mapping[str, str] | None = None
    problems: Mapping[str, Problem] | None = None
    row: int | None = None
    campaign_id: int | None = None
    trouble: str = ""
    status: int = 200
    at: str = ""  # what was typed as the time that the conversation begins at

    @property
    def sender(self) -> str:
        """The address that the trial talks from, as a launch would."""
        return chatbots.sender_of(self.script)


def trial_of_page(desk: TrialPage) -> Trial | None:
    """The trial that the page sent back, if it is ours and of this version; else it starts again and says so."""
    token = request.form.get("trial", "")
    try:
        sent = _serializer().loads(token) if 0 < len(token) <= LONGEST_TOKEN else None
    except BadData:
        sent = None
    if sent and sent["version"] == desk.version.id:
        desk.trial = Trial.from_json(sent)
        return desk.trial
    if sent:
        desk.trouble = _("The chatbot has been saved since: the trial starts again with its newest version.")
    else:
        desk.trouble = _("This trial could not be read any more: it starts again.")
    desk.typed = sent["data"] if sent else {}
    values, problems = read_values(desk.script.custom_data, desk.typed or {})
    if not problems:
        desk.trial = Trial(this_minute(), values)
    return None


def move(desk: TrialPage, trial: Trial, what: str) -> None:
    """Does what the tester wants; what cannot be done leaves a sentence in `trouble`. 400 for an unknown wish."""
    if what == "again":
        desk.trial = Trial(trial.began, trial.data)
    elif what == "values":
        desk.typed, desk.trial = trial.data, None
        desk.at = written_time(desk.script.active_hours, trial.began)
    elif what == "back":
        desk.trial = trial.without_last()
    elif trial.full:
        desk.trouble = _(
            "A trial has room for %(most)s moves. Start again, or take back the last one.", most=MOST_MOVES
        )
    else:
        _make(desk, trial, what)


def played(desk: TrialPage, trial: Trial) -> Scene | None:
    """What a trial comes to; None, and a sentence in `trouble`, where it takes longer than a turn may."""
    scene = trying.in_time(lambda: play(desk.script, trial, desk.sender))
    if scene is None:
        desk.trouble = _(
            "This takes too long to be understood, and is left out. In a campaign such a message is put aside for a"
            " person to read, and the chatbot pauses there."
        )
    return scene


def _make(desk: TrialPage, trial: Trial, what: str) -> None:
    scene = played(desk, trial)
    if scene is None:
        return
    move = _wanted(desk, scene, what)
    if isinstance(move, ClockSet) and move.to < scene.now:
        desk.trouble = _("The clock of a trial only goes forward. Start again for an earlier time.")
    elif isinstance(move, ClockSet) and move.to - trial.began > FARTHEST:
        desk.trouble = _("The clock of a trial goes one year ahead at most.")
    elif move is not None:
        go_on(desk, trial.then(move))


def go_on(desk: TrialPage, trial: Trial) -> None:
    """Takes the trial over, unless it has become too large for the page, or takes too long."""
    if len(token_of(desk, trial)) > LONGEST_TOKEN:
        desk.trouble = _("This is more text than a trial has room for. Start again, or write less.")
    elif played(desk, trial) is not None:
        desk.trial = trial


def _wanted(desk: TrialPage, scene: Scene, what: str) -> Move | None:
    hours = desk.script.active_hours
    match what:
        case tap if tap.startswith(TAP):
            return Wrote(tap.removeprefix(TAP)[:LONGEST_MESSAGE])
        case "write":
            text = request.form.get("text", "").strip()[:LONGEST_MESSAGE]
            # The Enter key in the clock's fields presses the first button of the form, which is this one.
            return (
                Wrote(text) if text else _wanted(desk, scene, "clock") if _clock_typed(hours, scene) else None
            )
        case "friday":
            return ClockSet(friday_evening(hours, scene.now))
        case "opening":
            return ClockSet(next_open_time(hours, scene.now))
        case "hour":
            return ClockSet(scene.now + timedelta(hours=1))
        case "clock":
            moment = typed_time(hours, f"{request.form.get('date', '')} {request.form.get('time', '')}")
            if moment is None:
                desk.trouble = _("The date and time could not be read: write them like 2026-11-27 20:59.")
            return None if moment is None else ClockSet(moment)
        case "system":
            typed = {id_: request.form.get(f"value-{id_}", "")[:500] for id_ in asked_of(desk, scene)}
            # A field that is left empty is one that the answer does not have.
            return SystemAnswered({id_: value for id_, value in typed.items() if value.strip()})
        case "fail":
            return SystemAnswered(None)
    raise BadRequest


def _clock_typed(hours: ActiveHours, scene: Scene) -> bool:
    typed = f"{request.form.get('date', '')} {request.form.get('time', '')}"
    return bool(typed.strip()) and typed != formats.local(scene.now, hours, "yyyy-MM-dd HH:mm")


def asked_of(desk: TrialPage, scene: Scene) -> tuple[str, ...]:
    """The IDs that the system which is being called gives values to."""
    step = desk.script.all_steps[desk.script.positions[scene.call.step_id]] if scene.call else None
    return values_of(step) if isinstance(step, External) else ()


def typed_time(hours: ActiveHours, text: str) -> datetime | None:
    """A date and time on the chatbot's clock; None where it is none that a calendar far from its ends has."""
    try:
        day, clock_time = text.replace("T", " ").split()
        moment = at_local(hours, date.fromisoformat(day), time.fromisoformat(clock_time).replace(tzinfo=None))
    except (ValueError, OverflowError):
        return None
    return moment if 2000 <= moment.year <= 2200 else None


def written_time(hours: ActiveHours, moment: datetime) -> str:
    """A moment on the chatbot's clock, as a field for date and time holds it."""
    return formats.local(moment, hours, "yyyy-MM-dd'T'HH:mm")


def this_minute() -> datetime:
    """When a trial begins by itself."""
    return clock.now().replace(second=0, microsecond=0)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="smartchat.trial.1")


def token_of(desk: TrialPage, trial: Trial) -> str:
    """The trial as it travels in the page: signed, compressed, bound to the version."""
    return str(_serializer().dumps(trial.to_json() | {"version": desk.version.id}))
