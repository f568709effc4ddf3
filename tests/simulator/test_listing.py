"""GET Messages.json: filters, order, pages; and one message by its SID."""

from datetime import UTC, date, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.conftest import SENDER, client_of
from tests.simulator.rest import MESSAGES, ask, check
from tests.simulator_server import RunningSimulator


def _send(client: Client, simulator: RunningSimulator, to: str, count: int) -> list[str]:
    """The SIDs of so many delivered messages, newest first."""
    sids = [client.messages.create(to=to, from_=SENDER, body=str(index)).sid for index in range(count)]
    simulator.wait_for(lambda s: all(m["status"] == "delivered" for m in s.messages(to)))
    return sids[::-1]


def test_a_page_has_every_field_of_twilios_description(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    _send(client, simulator, phone, 3)
    answer = ask(f"{simulator.url}{MESSAGES}?PageSize=2&To=%2B{phone[1:]}")
    check("page", answer.body)
    assert [m["body"] for m in answer.body["messages"]] == ["2", "1"]
    assert answer.body["next_page_uri"].startswith(
        f"{MESSAGES}?To=%2B{phone[1:]}&PageSize=2&Page=1&PageToken=PASM"
    )


def test_an_empty_page_has_every_field_too(simulator: RunningSimulator, phone: str) -> None:
    answer = ask(f"{simulator.url}{MESSAGES}?To=%2B{phone[1:]}")
    check("page", answer.body)
    assert (answer.body["messages"], answer.body["next_page_uri"]) == ([], None)


def test_the_newest_message_comes_first(client: Client, simulator: RunningSimulator, phone: str) -> None:
    sids = _send(client, simulator, phone, 5)
    assert [message.sid for message in client.messages.list(to=phone)] == sids


def test_the_official_client_reads_all_pages(client: Client, simulator: RunningSimulator, phone: str) -> None:
    sids = _send(client, simulator, phone, 7)
    assert [message.sid for message in client.messages.list(to=phone, page_size=3)] == sids
    assert [message.sid for message in client.messages.list(to=phone, page_size=3, limit=4)] == sids[:4]


def test_pages_lead_forth_and_back_also_when_messages_come_in_between(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    sids = _send(client, simulator, phone, 6)
    first = client.messages.page(to=phone, page_size=2)
    _send(client, simulator, phone, 1)
    second = first.next_page()
    assert [message.sid for message in second] == sids[2:4]
    assert [message.sid for message in second.next_page()] == sids[4:6]
    assert [message.sid for message in second.previous_page()] == sids[0:2]


def test_filters_by_sender_and_by_receiver(client: Client, simulator: RunningSimulator, phone: str) -> None:
    sent = _send(client, simulator, phone, 1)[0]
    other = client.messages.create(to=phone, from_="+15005551111", body="x").sid
    received = simulator.write(phone, "hola", to=SENDER)["sid"]
    assert [m.sid for m in client.messages.list(to=phone, from_=SENDER)] == [sent]
    assert [m.sid for m in client.messages.list(to=phone)] == [other, sent]
    assert [m.sid for m in client.messages.list(from_=phone)] == [received]
    assert client.messages.list(from_=phone, to="+15005551111") == []


def test_filters_by_the_time_of_sending_with_both_ends_included(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    _send(client, simulator, phone, 1)
    sent = client.messages.list(to=phone)[0].date_sent

    def found(**when: object) -> int:
        return len(client.messages.list(to=phone, **when))

    day, hour = timedelta(days=1), timedelta(hours=1)
    assert (found(date_sent=sent), found(date_sent_after=sent), found(date_sent_before=sent)) == (1, 1, 1)
    assert (found(date_sent_after=sent + hour), found(date_sent_before=sent - hour)) == (0, 0)
    today, tomorrow, yesterday = str(sent.date()), str(sent.date() + day), str(sent.date() - day)
    assert (found(date_sent=today), found(date_sent=yesterday), found(date_sent=sent.date())) == (1, 0, 1)
    assert (found(date_sent_after=today), found(date_sent_before=today)) == (1, 1)
    assert (found(date_sent_after=tomorrow), found(date_sent_before=yesterday)) == (0, 0)
    assert found(date_sent_after=sent - hour, date_sent_before=sent + hour) == 1


def test_a_message_that_was_not_sent_yet_is_in_no_time(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    simulator.faults(hold_deliveries=True)
    client.messages.create(to=phone, from_=SENDER, body="x")
    assert len(client.messages.list(to=phone)) == 1
    assert client.messages.list(to=phone, date_sent_after=date(2000, 1, 1)) == []


@pytest.mark.parametrize(
    "query, code",
    [("PageSize=1001", 20007), ("PageSize=0", 20001), ("Page=x", 20001), ("DateSent=mañana", 20001)],
)
def test_a_query_that_makes_no_sense_is_refused(simulator: RunningSimulator, query: str, code: int) -> None:
    answer = ask(simulator.url + MESSAGES + "?" + query.replace("ñ", "%C3%B1"))
    check("error", answer.body)
    assert (answer.status, answer.body["code"]) == (400, code)


def test_an_unknown_message_is_20404(client: Client, simulator: RunningSimulator) -> None:
    with pytest.raises(TwilioRestException) as missing:
        client.messages("SM" + "f" * 32).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)
    check("error", ask(simulator.url + MESSAGES.replace(".json", f"/SM{'f' * 32}.json")).body)


def test_inbound_messages_are_listed_as_received(
    client: Client, simulator: RunningSimulator, phone: str
) -> None:
    sid = simulator.write(phone, "¿Sí?", to=SENDER)["sid"]
    answer = ask(simulator.url + MESSAGES.replace(".json", f"/{sid}.json"))
    check("message", answer.body)
    assert (answer.body["direction"], answer.body["status"]) == ("inbound", "received")
    assert answer.body["date_sent"] is not None


def test_the_clock_starts_where_smartchat_now_says(phone: str) -> None:
    start = "2026-11-23T22:00:00-05:00"
    with RunningSimulator(env={"SMARTCHAT_NOW": start}) as simulator:
        client = client_of(simulator)
        created = client.messages.create(to=phone, from_=SENDER, body="x").date_created
        client.http_client.session.close()
    assert timedelta(0) <= created - datetime(2026, 11, 24, 3, tzinfo=UTC) < timedelta(minutes=1)
