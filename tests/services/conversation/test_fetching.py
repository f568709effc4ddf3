"""After an outage: what Twilio could not deliver is found in its list, stored once, and answered once, in order."""

import threading
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from twilio.rest import Client

import worker
from smartchat import clock
from smartchat.db import db
from smartchat.domain.operations.worker_roles import FETCHED, WorkerRole
from smartchat.domain.sending.fetched import ListedInbound, ListNotGiven
from smartchat.models import Heartbeat, OptOut
from smartchat.services.campaign import finishing
from smartchat.services.conversation import fetching
from smartchat.services.operations import sweeping
from tests.services.conftest import SENDER, Stage, new_phone
from tests.simulator_server import RunningSimulator

MINUTE = timedelta(minutes=1)
TEN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # ten in the morning at UTC-05:00


class List:
    """Twilio's list as a test wants it: newest first, in pages of two."""

    def __init__(self, *messages: ListedInbound, breaks: bool = False) -> None:
        self.messages, self.breaks = messages[::-1], breaks
        self.asked: list[tuple[str, datetime]] = []

    def list_inbound(
        self, sender: str, since: datetime, numbers: Collection[str] = ()
    ) -> Iterator[list[ListedInbound]]:
        self.asked.append((sender, since))
        found = [m for m in self.messages if sender in (m.to, m.service)]
        for start in range(0, len(found), 2):
            yield found[start : start + 2]
        if self.breaks:
            raise ListNotGiven("ReadTimeout")

    def attachments(self, sid: str) -> tuple[tuple[str, str], ...]:
        return ((f"https://api.twilio.example/{sid}/ME1", "image/jpeg"),)


_sids = iter(range(10**6, 2 * 10**6))  # none that the stage gives to what it hears


def lost(phone: str, body: str, minute: float, to: str = SENDER, media: int = 0) -> ListedInbound:
    """A message that was written so many minutes after ten and did not reach us."""
    return ListedInbound(f"SM{next(_sids):032x}", phone, to, body, media=media, at=TEN + minute * MINUTE)


def opened(stage: Stage, phone: str) -> int:
    campaign = stage.launch([phone])
    stage.work()
    return campaign


def fetch(register: List) -> fetching.Fetched:
    return fetching.fetch(register, TEN, clock.now())


def test_what_was_written_during_an_outage_is_stored_once_and_answered_once(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    campaign = opened(stage, phone)
    register = List(lost(phone, "sí", 5))
    at("2026-11-23T10:30")
    assert fetch(register) == fetching.Fetched(found=1, new=1)
    assert fetch(register) == fetching.Fetched(found=1, new=0)
    stage.work()
    assert stage.told(phone)[-1] == "¿Edad?"
    assert stage.numbers(campaign).inbound == {"received": 1, "answered": 1, "waiting": 0}


def test_twilios_own_time_is_kept_and_is_never_later_than_now(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T10:30")
    undated = ListedInbound("SM" + "a" * 32, phone, SENDER, "?")
    fetch(List(lost(phone, "sí", 5), undated, lost(phone, "25", 45)))
    times = [message.received_at for message in stage.inbound()]
    assert times[0].replace(microsecond=0) == TEN + 5 * MINUTE
    assert times[1:] == [clock.now()] * 2


def test_a_webhook_that_comes_after_all_changes_nothing(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    message = lost(phone, "sí", 5)
    at("2026-11-23T10:30")
    fetch(List(message))
    assert not stage.hear(phone, "sí", MessageSid=message.sid).new
    stage.work()
    assert stage.told(phone).count("¿Edad?") == 1


def test_several_messages_of_one_contact_are_one_turn_in_the_order_they_were_written(
    stage: Stage, at
) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T10:30")
    assert fetch(List(lost(phone, "claro", 5), lost(phone, "que sí", 6), lost(phone, "gracias", 7))).new == 3
    assert [message.body for message in stage.inbound()] == ["claro", "que sí", "gracias"]
    before = len(stage.told(phone))
    stage.work()
    assert len(stage.told(phone)) == before + 1


def test_one_that_a_later_answered_message_has_overtaken_is_shown_only(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T10:10")
    stage.hear(phone, "sí")
    stage.work()
    at("2026-11-23T10:30")
    fetch(List(lost(phone, "40", 5)))
    stage.work()
    late = stage.inbound()[-1]
    assert (late.outcome, late.due_at) == ("late", None)
    assert stage.told(phone)[-1] == "¿Edad?"


def test_one_that_was_written_before_the_conversation_began_does_not_answer_it(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    at("2026-11-23T10:20")
    campaign = opened(stage, phone)
    at("2026-11-23T10:30")
    fetch(List(lost(phone, "sí", 5)))
    stage.work()
    assert stage.inbound()[0].outcome == "unmatched"
    assert stage.numbers(campaign).inbound["received"] == 0


@pytest.mark.parametrize("answers_at", ["2026-11-23T10:00:03", "2026-11-23T10:05:00"])
def test_a_clock_that_was_set_back_costs_no_answer(stage: Stage, at, answers_at: str) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    at("2026-11-23T10:00:20")
    campaign = opened(stage, phone)
    at("2026-11-23T10:00:03")
    fetch(List(lost(phone, "sí", 40 / 60)))  # by Twilio's clock
    at(answers_at)
    stage.work()
    assert stage.inbound()[0].outcome == "answered"
    assert stage.numbers(campaign).inbound == {"received": 1, "answered": 1, "waiting": 0}


def test_a_clock_that_was_ahead_of_twilios_when_the_question_left_costs_no_answer(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    at("2026-11-23T10:03")
    opened(stage, phone)
    at("2026-11-23T10:01")  # put right
    fetch(List(lost(phone, "sí", 0.5)))
    stage.work()
    assert stage.inbound()[0].outcome == "answered"


def test_a_lost_stop_counts_though_our_clock_was_set_back_behind_the_last_start(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T10:05")
    stage.hear(phone, "STOP")
    at("2026-11-23T10:10")
    stage.hear(phone, "START")
    at("2026-11-23T10:02")
    fetch(List(lost(phone, "STOP", 20)))
    assert stage.inbound()[-1].outcome == "opt_out"
    (entry,) = db.session.query(OptOut).all()
    assert entry.opted_in_at is None


def test_a_lost_stop_counts_where_clocks_leave_in_doubt_which_was_first(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T10:02")
    stage.hear(phone, "STOP")
    at("2026-11-23T10:10:02")
    stage.hear(phone, "START")
    at("2026-11-23T10:30")
    fetch(List(lost(phone, "STOP", 10)))
    assert stage.inbound()[-1].outcome == "opt_out"


def test_one_that_twilio_lists_after_the_answered_one_is_not_late_though_that_reached_us_later(
    stage: Stage, at
) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T10:10:20")  # Twilio had it at ten past, and tried again
    stage.hear(phone, "sí")
    stage.work()
    known = replace(lost(phone, "sí", 10), sid=stage.inbound()[0].provider_sid)
    at("2026-11-23T10:30")
    fetch(List(known, lost(phone, "40", 10 + 18 / 60)))
    stage.work()
    assert [message.outcome for message in stage.inbound()] == ["answered", "answered"]


def test_one_whose_campaign_was_finished_meanwhile_is_shown_and_not_answered(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    campaign = opened(stage, phone)
    at("2026-11-23T10:20")
    finishing.finish(campaign, None, clock.now())
    before = len(stage.told(phone))
    assert fetch(List(lost(phone, "sí", 5))).new == 1
    stage.work()
    assert (stage.inbound()[0].outcome, stage.inbound()[0].campaign_id) == ("unmatched", campaign)
    assert len(stage.told(phone)) == before


def test_at_night_a_fetched_message_waits_for_the_opening(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T22:00")
    fetch(List(lost(phone, "sí", 5)))
    assert stage.inbound()[0].due_at == datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


def test_a_lost_stop_opts_out_from_when_it_was_written(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    campaign = opened(stage, phone)
    at("2026-11-23T10:30")
    fetch(List(lost(phone, "STOP", 5)))
    assert stage.conversation(campaign, phone).status == "opted_out"
    (entry,) = db.session.query(OptOut).all()
    assert entry.opted_out_at.replace(microsecond=0) == TEN + 5 * MINUTE


def test_a_lost_stop_before_a_start_that_reached_us_has_no_effect_any_more(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T10:02")
    stage.hear(phone, "STOP")
    at("2026-11-23T10:10")
    stage.hear(phone, "START")
    at("2026-11-23T10:30")
    fetch(List(lost(phone, "STOP", 5)))
    assert stage.inbound()[-1].outcome == "late"
    (entry,) = db.session.query(OptOut).all()
    assert entry.opted_in_at is not None


def test_pictures_are_noted_with_their_addresses(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T10:30")
    message = lost(phone, "", 5, media=1)
    fetch(List(message))
    params = stage.inbound()[0].params
    assert (params["NumMedia"], params["MediaContentType0"]) == ("1", "image/jpeg")
    assert params["MediaUrl0"].endswith(f"{message.sid}/ME1")


def test_a_list_that_breaks_off_is_kept_as_far_as_it_came_and_looked_at_again(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    phone = new_phone()
    opened(stage, phone)
    at("2026-11-23T10:30")
    assert fetch(List(lost(phone, "sí", 5), breaks=True)) == fetching.Fetched(1, 1, complete=False)


def test_only_senders_with_a_campaign_in_that_time_are_asked_for(stage: Stage, at) -> None:  # type: ignore[no-untyped-def]
    over = stage.launch([new_phone()], stage.chatbot(name="Ayer", sender="+15005550099"))
    finishing.finish(over, None, TEN - MINUTE)
    opened(stage, new_phone())
    at("2026-11-23T10:30")
    register = List()
    fetch(register)
    assert register.asked == [(SENDER, TEN)]


def beats(**ago: timedelta) -> None:
    """The heartbeats, so long before ten; `begun` and `fetch` for those of fetching."""
    names = {"sweep": WorkerRole.SWEEP, "fetch": FETCHED, "begun": fetching.BEGUN}
    for name, age in ago.items():
        db.session.merge(Heartbeat(name=names[name], beat_at=TEN - age))
    db.session.commit()


def test_the_first_look_ever_finds_nothing_to_fetch(stage: Stage) -> None:
    assert fetching.begin(TEN, 5 * MINUTE) is None
    assert fetching.begin(TEN + 5 * MINUTE, 5 * MINUTE) == TEN - fetching.OVERLAP


@pytest.mark.parametrize(
    "sweep, begun, looks",
    [
        (timedelta(seconds=3), 4 * MINUTE, False),
        (timedelta(seconds=3), 5 * MINUTE, True),
        (timedelta(seconds=59), 4 * MINUTE, False),
        (timedelta(seconds=61), 2 * MINUTE, True),
        (timedelta(seconds=61), timedelta(seconds=30), False),
    ],
)
def test_it_looks_every_five_minutes_and_after_a_silence_of_the_sweep(
    stage: Stage, sweep: timedelta, begun: timedelta, looks: bool
) -> None:
    beats(sweep=sweep, begun=begun, fetch=7 * MINUTE)
    since = fetching.begin(TEN, 5 * MINUTE)
    assert since == (TEN - 7 * MINUTE - fetching.OVERLAP if looks else None)


def test_of_two_sweeps_one_looks(stage: Stage) -> None:
    beats(sweep=timedelta(seconds=3), begun=10 * MINUTE, fetch=10 * MINUTE)
    looks = [fetching.begin(TEN, 5 * MINUTE) for _ in range(2)]
    assert [since is not None for since in looks] == [True, False]


def test_what_could_not_be_read_is_looked_at_again_from_the_same_moment(stage: Stage) -> None:
    beats(sweep=timedelta(seconds=3), begun=10 * MINUTE, fetch=10 * MINUTE)
    first = fetching.begin(TEN, 5 * MINUTE)
    assert fetching.begin(TEN + 5 * MINUTE, 5 * MINUTE) == first
    fetching.complete(TEN + 5 * MINUTE)
    assert fetching.begin(TEN + 10 * MINUTE, 5 * MINUTE) == TEN + 5 * MINUTE - fetching.OVERLAP


def its_time(simulator: RunningSimulator) -> datetime:
    """The simulator's clock runs on while ours stands still."""
    return datetime.fromisoformat(simulator.log()["now"])


def written(
    simulator: RunningSimulator, phone: str, body: str, to: str = SENDER, media_url: str | None = None
) -> str:
    """A contact writes, and the webhook is lost; the sid."""
    simulator.faults(lose_webhooks=1)
    return str(simulator.write(phone, body, to=to, media_url=media_url)["sid"])


def test_the_official_client_reads_them_from_the_list_in_pages(
    stage: Stage, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartchat.adapters.twilio_channel.PAGE", 2)
    phone = new_phone()
    before = its_time(simulator) - timedelta(seconds=2)
    sids = [written(simulator, phone, body) for body in ("uno", "dos", "tres")]
    pages = list(stage.channel.list_inbound(SENDER, before))
    listed = [message for page in pages for message in page if message.from_ == phone]
    assert len(pages) >= 2
    assert [message.sid for message in listed] == sids[::-1]
    assert all(m.at is not None and before <= m.at <= its_time(simulator) for m in listed)


def test_what_is_older_is_left_out_though_twilio_looks_at_the_day_alone(
    stage: Stage, simulator: RunningSimulator
) -> None:
    phone = new_phone()
    written(simulator, phone, "ahora")
    later = its_time(simulator) + timedelta(seconds=3)
    found = [m for page in stage.channel.list_inbound(SENDER, later) for m in page]
    assert [m for m in found if m.from_ == phone] == []


def test_a_picture_in_the_list_has_its_address_and_type(stage: Stage, simulator: RunningSimulator) -> None:
    sid = written(simulator, new_phone(), "mire", media_url="https://example.com/foto.png")
    ((url, kind),) = stage.channel.attachments(sid)
    assert url.startswith(f"{simulator.url}/2010-04-01/Accounts/")
    assert (sid in url, kind) == (True, "image/png")


def test_messages_to_a_messaging_service_are_found_among_all(
    stage: Stage, simulator: RunningSimulator
) -> None:
    service, phone = "MG" + "1" * 32, new_phone()
    client = Client("AC00000000000000000000000000000001", "simulator")
    client.api.base_url = simulator.url
    client.messages.create(to=phone, messaging_service_sid=service, body="Hola")
    client.http_client.session.close()
    before = its_time(simulator) - timedelta(seconds=2)
    simulator.faults(lose_webhooks=1)
    sid = simulator.write(phone, "sí", to=service)["sid"]
    found = [m for page in stage.channel.list_inbound(service, before) for m in page]
    assert [(m.sid, m.service) for m in found if m.from_ == phone] == [(sid, service)]
    assert [m for m in found if m.from_ != phone and m.to == SENDER] == []


def test_a_twilio_that_does_not_answer_is_said_so(stage: Stage) -> None:
    stage.app.config["TWILIO_API_URL"] = "http://127.0.0.1:9"
    from smartchat.adapters.twilio_channel import TwilioChannel

    with pytest.raises(ListNotGiven, match="ConnectionError"):
        list(TwilioChannel(stage.app.config).list_inbound(SENDER, TEN))


def test_flask_sweep_since_fetches_once_and_says_how_many(stage: Stage, simulator: RunningSimulator) -> None:
    phone, sender = (
        new_phone(),
        f"+1500{new_phone()[-7:]}",
    )  # of its own: the others' messages are in the list too
    stage.launch([phone], stage.chatbot(sender=sender))
    stage.work()
    since = (its_time(simulator) - timedelta(seconds=2)).isoformat()
    written(simulator, phone, "sí", sender)
    runner = stage.app.test_cli_runner()
    first = runner.invoke(args=["sweep", "--since", since])
    assert "lists 1 messages" in first.output, first.output
    assert "1 of them were new" in first.output
    again = runner.invoke(args=["sweep", "--since", since, "--json"])
    assert '"fetched": {"found": 1, "new": 0, "complete": true}' in again.output
    assert runner.invoke(args=["sweep", "--since", "ayer"]).exit_code == 2


def test_a_slow_twilio_does_not_hold_up_the_sweep(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    answered, asked = threading.Event(), threading.Event()

    class Slow(List):
        def list_inbound(
            self, sender: str, since: datetime, numbers: Collection[str] = ()
        ) -> Iterator[list[ListedInbound]]:
            asked.set()
            answered.wait(30)
            return super().list_inbound(sender, since, numbers)

    opened(stage, new_phone())
    beats(fetch=10 * MINUTE, begun=10 * MINUTE)
    monkeypatch.setattr(fetching, "twilio", Slow)
    looker = worker.look_for_lost_messages(stage.app)
    assert asked.wait(30)
    assert looker.is_alive()
    assert not sweeping.sweep(clock.now(), clock.machine_now()).inbound
    answered.set()
    looker.join(30)
    db.session.expire_all()
    assert db.session.get_one(Heartbeat, FETCHED).beat_at == TEN
