"""`flask sender`: how fast each sender may send."""

import json

import click

from smartchat import clock
from smartchat.domain.sending.wording import why_stopped
from smartchat.reading import senders
from smartchat.services.sending import pacing

from ._plain import Group

group = Group("sender", help="Senders: their rates, and what is wrong with them.")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One list of objects.")
def list_senders(as_json: bool) -> None:
    """All senders with their rate."""
    states = senders.senders(clock.machine_now())
    if as_json:
        rows = [
            {
                "sender": state.address,
                "kind": state.rate.kind,
                "per_second": state.rate.per_second,
                "counted": state.rate.counted,
                "now_per_second": state.now.per_second,
                "stopped": state.stopped_for is not None,
                "stop_code": state.stop_code,
                "active_campaigns": state.active,
            }
            for state in states
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for state in states:
        rate = f"{state.now.per_second:g} {state.rate.counted} a second"
        stopped = (
            f"  STOPPED: {why_stopped(state.stop_code, 'en', state.stop_share)}"
            if state.stopped_for is not None
            else ""
        )
        click.echo(f"{state.address}  {rate}{stopped}")


@group.command("set")
@click.argument("address")
@click.option(
    "--rate", type=float, help="Segments (for WhatsApp messages) a second; without it the usual one."
)
def set_rate(address: str, rate: float | None) -> None:
    """Set how fast a sender may send."""
    if not pacing.set_rate(address, rate, None, clock.now()):
        raise click.ClickException(f"{rate:g} is no rate: write a number from 0.01 to 10000.")
    state = senders.sender_state(address, clock.machine_now())
    click.echo(f"{address}  {state.rate.per_second:g} {state.rate.counted} a second")
