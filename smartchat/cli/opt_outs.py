"""`flask opt-out`: the list of who must not be written to."""

import json
from pathlib import Path

import click

from smartchat import clock
from smartchat.domain.addresses import canonical_key
from smartchat.domain.contact_file.phone import Phone, read_phone
from smartchat.reading import opt_outs
from smartchat.services.opt_outs import opt_out_list

from ._plain import Group

group = Group("opt-out", help="Who must not be written to.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_sender = click.option("--sender", help="Only for this sender; without it for all of them.")


def _senders(sender: str | None) -> list[str]:
    senders = [sender] if sender else opt_outs.senders()
    if not senders:
        raise click.ClickException("There is no sender yet: no chatbot has one. Name one with --sender.")
    return senders


@group.command("list")
@click.option("--number", default="", help="Only this number, also where it is not on the list any more.")
@click.option("--sender", default="", help="Only those of this sender.")
@_json
def list_(number: str, sender: str, as_json: bool) -> None:
    """The newest fifty, or all that is known of one number."""
    rows = [
        {
            "id": entry.opt_out.id,
            "contact": entry.opt_out.contact_key,
            "sender": entry.opt_out.sender,
            "opted_out_at": entry.opt_out.opted_out_at.isoformat(),
            "opted_in_at": entry.opt_out.opted_in_at.isoformat() if entry.opt_out.opted_in_at else None,
            "reason": entry.opt_out.reason,
            "trace": [
                {"what": event.what, "reason": event.reason, "by": who, "at": event.at.isoformat()}
                for event, who in entry.trace
            ],
        }
        for entry in opt_outs.entries(number, sender).entries
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        state = "back in" if row["opted_in_at"] else row["opted_out_at"]
        click.echo(f"{row['id']}  {row['contact']}  {row['sender']}  {state}  {row['reason']}")


@group.command("add")
@click.argument("number")
@click.option("--reason", default="by hand", show_default=True)
@_sender
@_json
def add(number: str, reason: str, sender: str | None, as_json: bool) -> None:
    """Put a number on the list."""
    found = read_phone(number)
    if not isinstance(found, Phone):
        raise click.ClickException(f"{number} is no number: write it with + and its country code.")
    new = opt_out_list.add(_senders(sender), found.phone, reason, None, clock.now())
    told = "It is on the list." if new else "It was already on the list."
    click.echo(json.dumps({"contact": canonical_key(found.phone), "added": new}) if as_json else told)


@group.command("undo")
@click.argument("number")
@click.option("--reason", required=True, help="Why it may be written to again; kept.")
@_sender
@_json
def undo(number: str, reason: str, sender: str | None, as_json: bool) -> None:
    """Take a number off the list."""
    entries = opt_outs.entries(canonical_key(number), sender or "").entries
    done = [opt_out_list.undo(entry.opt_out.id, reason, None, clock.now()) for entry in entries]
    if not any(done):
        raise click.ClickException(
            f"{number} is not on the list. `flask --app app opt-out list` shows who is."
        )
    told = json.dumps({"contact": canonical_key(number), "undone": sum(done)})
    click.echo(told if as_json else "It is off the list.")


@group.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_sender
@_json
def import_(path: Path, sender: str | None, as_json: bool) -> None:
    """Put the numbers of a file (a column CONTACT) on the list. Exit status 1 where rows were left out."""
    with path.open("rb") as stream:
        done = opt_out_list.import_file(stream, path.name, _senders(sender), None, clock.now())
    if as_json:
        problems = [problem.to_json("en") for problem in done.problems]
        report = {"added": done.added, "known": done.known, "wrong": done.wrong, "problems": problems}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        for problem in done.problems:
            click.echo(problem.message("en"))
        click.echo(f"Added: {done.added}. On the list already: {done.known}. Left out: {done.wrong}.")
    raise SystemExit(1 if done.wrong else 0)


@group.command("export")
@click.option("--out", "path", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(path: Path) -> None:
    """Write who is on the list to a .tsv or .xlsx file."""
    if path.suffix not in (".tsv", ".xlsx"):
        raise click.UsageError("The file has to end in .tsv or .xlsx.")
    with path.open("wb") as stream:
        opt_out_list.export(path.suffix[1:], stream)
    click.echo(f"Written to {path}.")
