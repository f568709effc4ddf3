"""What Twilio's answers and reports mean for a sender: slower, stopped, or going on again.

One bad destination never slows the rest: such a message fails alone. Where most of a sender's last messages fail so,
the sender is stopped after all, and what waits is kept.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from smartchat.domain.sending.delivery import Accepted, Refused, Result, Verdict, too_fast, verdict
from smartchat.domain.sending.twilio_codes import counts, failed_of_last, heard, is_senders_trouble, reported

from . import pacing


def tell_senders(outcomes: Iterable[tuple[str, Result]], machine: datetime) -> set[str]:
    """What the outcomes of a batch mean for its senders (no commit); those that most messages fail for.

    Their refused messages are not failed, but kept.
    """
    by_sender: dict[str, list[Result]] = {}
    for sender, result in outcomes:
        by_sender.setdefault(sender, []).append(result)
    refused = {
        sender for sender, results in by_sender.items() if any(isinstance(r, Refused) for r in results)
    }
    # In one order everywhere: their rows are locked.
    concerned = sorted(refused | pacing.concerned(by_sender))
    return {sender for sender in concerned if _tell(sender, by_sender[sender], machine)}


def _tell(address: str, results: Sequence[Result], machine: datetime) -> bool:
    refused = [result for result in results if isinstance(result, Refused)]
    counted = [result for result in refused if counts_against(result)]
    taken = sum(isinstance(result, Accepted) for result in results)
    sender = pacing.row(address)
    sender.recent = heard(sender.recent, taken, len(counted))
    stops = [r for r in refused if verdict(r.code, r.http_status) is Verdict.STOP_SENDER]
    if stops:
        pacing.stop(address, stops[-1].code, stops[-1].message, machine)
    elif counted and is_senders_trouble(sender.recent):
        share = failed_of_last(sender.recent)
        pacing.stop(address, counted[-1].code, counted[-1].message, machine, share=share)
        return True
    elif fast := [r for r in refused if too_fast(r.code, r.http_status)]:
        pacing.slow_down(address, fast[-1].code, machine)
    elif taken and not sender.stop_by_receipt:
        pacing.lift(sender)
    return False


def counts_against(refused: Refused) -> bool:
    """Whether this refusal fails its message alone, and counts against the sender."""
    return verdict(refused.code, refused.http_status) is Verdict.FAIL and counts(refused.code)


def reported_trouble(address: str, code: int | None, why: str, machine: datetime) -> None:
    """A report says that the sender cannot write: that Twilio takes a message proves nothing then (no commit)."""
    pacing.stop(address, code, why, machine, by_receipt=True)


def reported_failure(address: str, code: int | None, why: str, machine: datetime) -> bool:
    """A report says that a message failed; True, and the sender is stopped, where most of the last ones did."""
    sender = pacing.row(address)
    sender.recent = reported(sender.recent)
    if not is_senders_trouble(sender.recent):
        return False
    share = failed_of_last(sender.recent)
    pacing.stop(address, code, why, machine, by_receipt=True, share=share)
    return True
