"""`flask chatbot …`: scripts checked, tried, imported and exported."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from smartchat import clock
from smartchat.domain.conversation.dialogue import (
    CallExternal,
    Dialogue,
    Effect,
    ExternalAnswered,
    HandedOver,
    MissingValue,
    Opened,
    QuestionAnswered,
    QuestionNotAnswered,
    Received,
    Send,
    advance,
)
from smartchat.domain.conversation.wording import aside, too_long
from smartchat.domain.script.script import Script
from smartchat.domain.script.steps import Language
from smartchat.domain.script_file.parsing import parse_script_file
from smartchat.domain.script_file.problem import ScriptProblem
from smartchat.domain.script_file.reading import read_script
from smartchat.services.builder import chatbots, trying
from smartchat.services.builder.script_files import import_file

from ._plain import Group

group = Group("chatbot", help="Check, try, import and export chatbots.")
_script_file = click.argument(
    "path", metavar="FILE.json", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
_as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")
_language = click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    default="en",
    show_default=True,
    help="Language of the messages.",
)


@group.command("check", with_appcontext=False)
@_script_file
@_language
@_as_json
def check(path: Path, lang: Language, json_: bool) -> None:
    """Check a script file: all problems, with step and place. Exit status 1 where it has errors."""
    data, script, problems = _read(path)
    ok = script is not None and not _errors(problems)
    if json_:
        report = {"ok": ok, "name": _name(data), "problems": [problem.to_json(lang) for problem in problems]}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _tell(problems, lang)
        click.echo(_verdict(ok, _errors(problems), lang))
    raise SystemExit(0 if ok else 1)


@group.command("talk", with_appcontext=False)
@_script_file
@click.option("--data", "pairs", multiple=True, metavar="ID=VALUE", help="A Custom Data value; repeat it.")
@click.option("--now", "instant", help="The time of the conversation, like 2026-11-23T10:00:00-05:00.")
@_language
@_as_json
def talk(path: Path, pairs: Sequence[str], instant: str | None, lang: Language, json_: bool) -> None:
    """Talk with a chatbot: a line in, its replies out. No database, no Twilio, no active hours."""
    _, script, problems = _read(path)
    if script is None or _errors(problems):
        _tell(problems, lang)
        raise SystemExit(1)
    dialogue = Dialogue.begin(script, _custom_data(script, pairs))
    dialogue, effects = _moved(dialogue, Opened(now := _now(instant)), now, lang)
    _answer(dialogue, effects, lang, json_)
    for line in _lines(prompt=not json_ and sys.stdin.isatty()):
        if _silent(dialogue) and not json_:
            break
        dialogue, effects = _moved(dialogue, Received((line,), now := _now(instant)), now, lang)
        _answer(dialogue, effects, lang, json_)
        if _silent(dialogue) and not json_:
            break


@group.command("import")
@_script_file
@_language
@_as_json
def import_(path: Path, lang: Language, json_: bool) -> None:
    """Save a script file, or a flow of Twilio Studio, as a new chatbot. Exit status 1 where nothing is saved.

    Of a Studio flow, what could not be carried over is listed by the widget's name, with the reason.
    """
    data, problems = parse_script_file(path.read_bytes())
    imported = None if problems else import_file(data, None, clock.now())
    id_, name = (None, "") if imported is None else (imported.chatbot.id, imported.chatbot.name)
    problems = problems if imported is None else imported.chatbot.problems
    left_out = () if imported is None else imported.left_out
    if json_:
        report: dict[str, Any] = {
            "id": id_,
            "name": name,
            "problems": [problem.to_json(lang) for problem in problems],
        }
        if imported is not None and imported.is_flow:
            report["carried"] = list(imported.carried)
            report["left_out"] = [one.to_json(lang) for one in left_out]
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _tell(problems, lang)
        for one in left_out:
            click.echo(f"{one.name} ({one.type}): {one.reason(lang)}", err=True)
        click.echo(_verdict(False, _errors(problems), lang) if id_ is None else f"{id_} {name}")
    raise SystemExit(1 if id_ is None else 0)


@group.command("export")
@click.argument("chatbot_id", metavar="ID", type=int)
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def export(chatbot_id: int, path: Path | None) -> None:
    """Write a chatbot as a script file, to standard output or to --out."""
    data = chatbots.export(chatbot_id)
    if data is None:
        raise click.ClickException(
            f"There is no chatbot {chatbot_id}. `flask --app app chatbot list` shows them."
        )
    text = json.dumps(data, ensure_ascii=False, indent=2)
    if path is None:
        click.echo(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")


@group.command("list")
@_as_json
def list_(json_: bool) -> None:
    """All chatbots, with the columns that their contact files need."""
    rows = chatbots.list_chatbots()
    if json_:
        listed = [
            {
                "id": row.id,
                "name": row.name,
                "sender": row.sender,
                "custom_data": [{"id": column.id, "type": column.data_type} for column in row.custom_data],
            }
            for row in rows
        ]
        click.echo(json.dumps(listed, ensure_ascii=False))
        return
    for row in rows:
        columns = ", ".join(f"{column.id} {column.data_type}" for column in row.custom_data)
        click.echo(f"{row.id}\t{row.name}\t{row.sender}\t{columns}")


def _read(path: Path) -> tuple[object, Script | None, tuple[ScriptProblem, ...]]:
    data, problems = parse_script_file(path.read_bytes())
    if problems:
        return None, None, problems
    return data, *read_script(data)


def _name(data: object) -> str:
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def _errors(problems: Sequence[ScriptProblem]) -> int:
    return sum(problem.severity == "error" for problem in problems)


def _tell(problems: Sequence[ScriptProblem], lang: Language) -> None:
    for problem in problems:
        click.echo(problem.message(lang), err=True)


def _verdict(ok: bool, errors: int, lang: Language) -> str:
    if lang == "es":
        return "El chatbot está bien." if ok else f"El chatbot tiene errores: {errors}."
    return "The chatbot is right." if ok else f"The chatbot has errors: {errors}."


def _custom_data(script: Script, pairs: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    known = [column.id for column in script.custom_data]
    for pair in pairs:
        id_, equals, value = pair.partition("=")
        if not equals or id_ not in known:
            raise click.BadParameter(
                f"{pair!r}: write ID=VALUE, where ID is one of {', '.join(known) or '(the chatbot has none)'}.",
                param_hint="--data",
            )
        given[id_] = value
    missing = [id_ for id_ in known if id_ not in given]
    if missing:
        click.echo(f"Without a value: {', '.join(missing)}. Give it with --data {missing[0]}=…", err=True)
    return given


def _now(instant: str | None) -> datetime:
    """The time that --now names stands still, so that a conversation can be repeated."""
    if instant is None:
        return clock.now()
    try:
        return clock.parse_instant(instant)
    except clock.BadClock as error:
        raise click.BadParameter(str(error), param_hint="--now") from error


def _lines(*, prompt: bool) -> Iterator[str]:
    lines = click.open_file("-", encoding="utf-8", errors="replace")
    while True:
        if prompt:
            click.echo("> ", nl=False)
        line = lines.readline()
        if not line:
            return
        yield line.rstrip("\r\n")


def _moved(
    dialogue: Dialogue, event: Opened | Received, now: datetime, lang: Language
) -> tuple[Dialogue, tuple[Effect, ...]]:
    """What an event makes of a dialogue. Nothing is called from a terminal: other systems count as failed."""
    moved = trying.in_time(lambda: advance(dialogue, event))
    if moved is None:
        raise click.ClickException(too_long(lang))
    dialogue, effects = moved
    while dialogue.status == "calling":
        dialogue, more = advance(dialogue, ExternalAnswered(None, now, "not_called"))
        effects += more
    return dialogue, effects


def _silent(dialogue: Dialogue) -> bool:
    return dialogue.ended or dialogue.status == "handed_over"


def _asides(effects: Sequence[Effect], lang: Language) -> list[str]:
    """What the contact does not see, and whoever tries the chatbot should."""
    lines = []
    for effect in effects:
        match effect:
            case MissingValue(why="not_called"):
                pass  # it was said where it would be called
            case CallExternal() | MissingValue() | HandedOver():
                lines.append(aside(effect, lang))
    return lines


def _answer(dialogue: Dialogue, effects: Sequence[Effect], lang: Language, json_: bool) -> None:
    for line in _asides(effects, lang):
        click.echo(f"[{line}]", err=True)
    sends = [effect for effect in effects if isinstance(effect, Send)]
    if json_:
        click.echo(json.dumps(_turn(dialogue, effects, sends), ensure_ascii=False))
        return
    for send in sends:
        click.echo(send.text if send.media_url is None else f"{send.text} [{send.media_url}]")


def _turn(dialogue: Dialogue, effects: Sequence[Effect], sends: Sequence[Send]) -> dict[str, Any]:
    """`understood`: null where no question waited for an answer."""
    heard = [
        isinstance(e, QuestionAnswered)
        for e in effects
        if isinstance(e, QuestionAnswered | QuestionNotAnswered)
    ]
    return {
        "replies": [send.text for send in sends],
        "values": dialogue.values,
        "ended": dialogue.ended,
        "understood": heard[0] if heard else None,
    }
