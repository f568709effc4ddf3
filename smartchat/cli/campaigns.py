"""`flask campaign …` and `flask sweep`: the main job without a browser."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import with_appcontext

from smartchat import clock
from smartchat.db import db
from smartchat.models import Campaign
from smartchat.reading.numbers import campaign_report, every_campaign
from smartchat.services.campaign import exporting, finishing, launching, recounting
from smartchat.services.contact_file import importing
from smartchat.services.conversation import fetching
from smartchat.services.operations import clock_jumps, sweeping

from ._plain import Command, Group

LONGEST_NAME = 200

group = Group("campaign", help="Launch, watch and finish campaigns.")
as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")
language = click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    default="en",
    show_default=True,
    help="Language of the messages.",
)


@group.command("launch")
@click.option("--chatbot", "chatbot_id", type=int, required=True, help="The chatbot's id.")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The contact file.",
)
@click.option("--name", required=True, help="The campaign's name.")
@click.option(
    "--leave-out-live",
    is_flag=True,
    help="Leave out contacts who are in another live conversation with the same sender.",
)
@click.option(
    "--leave-out-wrong-numbers",
    is_flag=True,
    help="Leave out contacts at whose number somebody else answered before.",
)
@language
@as_json
def launch(  # noqa: PLR0913, PLR0917 - one for each option
    chatbot_id: int,
    path: Path,
    name: str,
    leave_out_live: bool,
    leave_out_wrong_numbers: bool,
    lang: str,
    json_: bool,
) -> None:
    """Check the contact file, make the campaign and launch it. Exit status 1 where the file is wrong."""
    if not 0 < len(name.strip()) <= LONGEST_NAME or "\0" in name:
        raise click.UsageError(f"A campaign's name has 1 to {LONGEST_NAME} characters.")
    with path.open("rb") as stream:
        try:
            created = importing.create_campaign(name, chatbot_id, stream, path.name, None, clock.now())
        except importing.NoSuchChatbot:
            _no_such("chatbot", chatbot_id)
    if created.campaign_id is None:
        _refuse([problem.to_json(lang) for problem in created.check.problems], json_)
    launched = launching.launch(
        created.campaign_id, None, clock.now(), leave_out_live, leave_out_wrong_numbers
    )
    if not launched.done:
        _refuse([{"code": o.code, "message": o.message(lang)} for o in launched.obstacles], json_)
    _report(created.campaign_id, json_)


@group.command("finish")
@click.argument("campaign_id", metavar="ID", type=int)
@as_json
def finish(campaign_id: int, json_: bool) -> None:
    """End a campaign for good. Finishing it twice changes nothing more."""
    campaign = _campaign(campaign_id)
    if not finishing.finish(campaign_id, None, clock.now()):
        db.session.refresh(campaign)
        click.echo(f"Campaign {campaign_id} is {campaign.status}: nothing was changed.", err=True)
    _report(campaign_id, json_)


@group.command("show")
@click.argument("campaign_id", metavar="ID", type=int)
@as_json
def show(campaign_id: int, json_: bool) -> None:
    """A campaign in numbers."""
    _report(campaign_id, json_)


@group.command("list")
@as_json
def list_(json_: bool) -> None:
    """All campaigns, the newest first."""
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "chatbot": one.chatbot,
            "status": one.status,
            "contacts": one.contacts,
        }
        for one in every_campaign()
    ]
    if json_:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(
            f"{row['id']:>4}  {row['status']:<9}  {row['name']} ({row['chatbot']}), contacts: {row['contacts']}"
        )


@group.command("export")
@click.argument("campaign_id", metavar="ID", type=int)
@click.option(
    "--out",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="A .tsv or .xlsx file.",
)
def export(campaign_id: int, path: Path) -> None:
    """Write the contacts with their answers to a file."""
    campaign = _campaign(campaign_id)
    file_format = path.suffix.lower().lstrip(".")
    if file_format not in ("tsv", "xlsx"):
        raise click.UsageError(f"{path.name}: write to a file that ends in .tsv or .xlsx.")
    with path.open("wb") as stream:
        exporting.write(campaign, file_format, stream)
    click.echo(f"{campaign.contacts_count} contacts written to {path}")


@group.command("recount")
@click.argument("campaign_id", metavar="[ID]", type=int, required=False)
@click.option("--repair", is_flag=True, help="Set the tallies right.")
@as_json
def recount(campaign_id: int | None, repair: bool, json_: bool) -> None:
    """Count every row of a campaign, or of all, and compare with the tallies that the pages show.

    Exit status 1 where they differ and were not repaired.
    """
    if campaign_id is not None:
        _campaign(campaign_id)
    found = recounting.differences(campaign_id)
    if repair and found:
        found = recounting.repair(campaign_id)
    if json_:
        answer = {"ok": not found, "repaired": repair and bool(found)}
        click.echo(json.dumps(answer | {"differences": [asdict(one) for one in found]}))
    for one in [] if json_ else found:
        click.echo(f"campaign {one.campaign_id}: {one.what}: tally {one.tally}, rows {one.rows}")
    if not json_:
        said = "Repaired." if repair else "They differ; --repair sets the tallies right."
        click.echo(said if found else "The tallies are what the rows are.")
    if found and not repair:
        raise SystemExit(1)


@click.command("sweep", cls=Command)
@click.option(
    "--since",
    metavar="INSTANT",
    help="First fetch from Twilio's list what contacts wrote since then and did not reach us, such as "
    "2026-11-23T10:00:00-05:00.",
)
@as_json
@with_appcontext
def sweep(since: str | None, json_: bool) -> None:
    """Find work that is due and wake the workers, once."""
    fetched = None if since is None else _fetch(since)
    clock_jumps.take_back(clock.now(), clock.machine_now())
    due = sweeping.sweep(clock.now(), clock.machine_now())
    found: dict[str, Any] = {
        "inbound": due.inbound,
        "openings": due.openings,
        "outbound": due.outbound,
        "doubtful": due.doubtful,
    }
    if json_:
        if fetched is not None:
            found["fetched"] = asdict(fetched)
        click.echo(json.dumps(found))
    else:
        if fetched is not None:
            click.echo(
                f"Twilio lists {fetched.found} messages since {since}; {fetched.new} of them were new."
            )
        names = ", ".join(name for name, is_due in found.items() if is_due)
        click.echo(f"Due: {names}. The workers were woken." if names else "Nothing is due.")
    if fetched is not None and not fetched.complete:
        raise click.ClickException("Not everything could be fetched; its reason is in the log. Run it again.")


def _fetch(since: str) -> fetching.Fetched:
    try:
        instant = clock.parse_instant(since)
    except clock.BadClock as error:
        raise click.UsageError(f"--since: {error}") from None
    return fetching.fetch(fetching.twilio(), instant, clock.now())


def _campaign(campaign_id: int) -> Campaign:
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        _no_such("campaign", campaign_id)
    return campaign


def _no_such(what: str, id_: int) -> NoReturn:
    """`what` is the name of the group of commands whose list shows what there is."""
    raise click.ClickException(f"There is no {what} {id_}. `flask --app app {what} list` shows them.")


def _refuse(problems: list[dict[str, Any]], json_: bool) -> NoReturn:
    if json_:
        click.echo(json.dumps({"problems": problems}, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(problem["message"], err=True)
    raise SystemExit(1)


def _report(campaign_id: int, json_: bool) -> None:
    report = campaign_report(_campaign(campaign_id))
    if json_:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(f"{report['id']} {report['name']} ({report['chatbot']}): {report['status']}")
    click.echo(f"contacts: {report['contacts']}")
    for part in ("conversations", "outbound", "inbound"):
        counts = ", ".join(f"{name} {n}" for name, n in report[part].items())
        click.echo(f"{part}: {counts}")
