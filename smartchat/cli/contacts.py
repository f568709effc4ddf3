"""`flask contacts check`: is this contact file right?"""

import json
from pathlib import Path
from typing import Any, Literal

import click

from smartchat.db import db
from smartchat.domain.script.custom_data import DataColumn
from smartchat.domain.script.reserved import CONTACT
from smartchat.domain.script_file.reading import read_script
from smartchat.services.builder import chatbots
from smartchat.services.contact_file import file_checks, importing

from ._plain import Group

_MOST_VALUES = 1_000
group = Group("contacts", help="Check contact files.")
_existing_file = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@group.command("check")
@click.argument("path", metavar="FILE", type=_existing_file)
@click.option("--chatbot", "chatbot_id", type=int, help="The chatbot that the file is for.")
@click.option(
    "--script", "script_path", type=_existing_file, help="A script file instead; needs no database."
)
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@click.option("--values", is_flag=True, help="Add the first thousand contacts as they would be stored.")
@click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    default="en",
    show_default=True,
    help="Language of the messages.",
)
def check(
    path: Path,
    chatbot_id: int | None,
    script_path: Path | None,
    json_: bool,
    values: bool,
    lang: Literal["es", "en"],
) -> None:
    """Check a contact file (.tsv, .xls, .xlsx …): all problems, with row and column.

    Exit status 0 when it can be used, 1 when not, 2 when it could not be checked at all.
    """
    if (chatbot_id is None) == (script_path is None):
        raise click.UsageError("Say what the file is for: --chatbot ID or --script FILE.json.")
    columns = _columns_of_script(script_path, lang) if script_path else _columns_of_chatbot(chatbot_id or 0)
    with path.open("rb") as stream:
        found = importing.check_stream(
            stream, path.name, columns, first_contacts=_MOST_VALUES if values else 0
        )
    contacts = [{CONTACT: contact.phone, **contact.values} for contact in found.first_contacts]
    problems = [problem.to_json(lang) for problem in found.problems]
    if json_:
        report: dict[str, Any] = {
            "ok": found.ok,
            "rows": found.rows,
            "contacts": found.contacts,
            "problems": problems,
        }
        if values:
            report["values"] = contacts
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(problem["message"])
        for contact in contacts:
            click.echo("\t".join(f"{name}={value}" for name, value in contact.items()))
        click.echo(_summary(found, lang))
    raise SystemExit(0 if found.ok else 1)


def _summary(found: file_checks.FileCheck, lang: str) -> str:
    errors = sum(problem.severity == "error" for problem in found.problems)
    if lang == "es":
        verdict = "El archivo está bien" if found.ok else f"El archivo tiene errores ({errors})"
        return f"{verdict}. Filas: {found.rows}. Contactos que están bien: {found.contacts}."
    verdict = "The file is right" if found.ok else f"The file has errors ({errors})"
    return f"{verdict}. Rows: {found.rows}. Contacts that are right: {found.contacts}."


def _columns_of_chatbot(chatbot_id: int) -> tuple[DataColumn, ...]:
    script = chatbots.script_of(chatbot_id)
    if script is None:
        raise click.UsageError(
            f"There is no chatbot {chatbot_id}. `flask --app app chatbot list` shows them."
        )
    db.session.rollback()  # SQLite's write lock must not be held while the file is read
    return script.custom_data


def _columns_of_script(path: Path, lang: Literal["es", "en"]) -> tuple[DataColumn, ...]:
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{path.name} is not JSON: {error}") from None
    script, problems = read_script(data)
    if script is None:
        said = " ".join(problem.message(lang) for problem in problems)
        raise click.UsageError(f"{path.name} is not a script that can be read. {said}")
    return script.custom_data
