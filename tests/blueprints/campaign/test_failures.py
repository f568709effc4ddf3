"""Why messages failed: on the campaign's page, in the list of contacts, and in the download; in both languages."""

import csv
import io

from smartchat.domain.sending.delivery import Refused
from tests.blueprints.desk import Desk, words

PHONES = ("+525500998801", "+525500998802", "+525500998803")


def failed(desk: Desk, code: int | None = 21211, said: str = "The 'To' number is not valid.") -> int:
    """A campaign of three contacts whose first two openings are refused."""
    campaign = desk.launch(desk.chatbot(), PHONES)
    accept = desk.line.send

    def send(message):  # type: ignore[no-untyped-def]
        return Refused(code, 400, said) if message.to in PHONES[:2] else accept(message)

    desk.line.send = send  # type: ignore[method-assign]
    desk.work()
    return campaign


def download(desk: Desk, campaign: int) -> str:
    with desk.client.get(f"/campaigns/{campaign}/export.tsv") as answer:
        return answer.data.decode("utf-8-sig")


def test_the_campaigns_page_counts_what_failed_by_reason_and_leads_to_the_people(desk: Desk) -> None:
    campaign = failed(desk)
    page = desk.client.get(f"/campaigns/{campaign}").text
    assert "Failed, by reason 2 messages The number does not exist. (Twilio 21211)" in words(page)
    assert f'href="/campaigns/{campaign}/contacts?reason=21211"' in page
    people = words(desk.client.get(f"/campaigns/{campaign}/contacts?reason=21211").text)
    assert "2 contacts" in people
    assert "+52 55 0099 8801" in people
    assert "+52 55 0099 8803" not in people
    assert "0 contacts" in words(desk.client.get(f"/campaigns/{campaign}/contacts?reason=30003").text)


def test_a_failure_without_a_code_has_its_people_too(desk: Desk) -> None:
    campaign = failed(desk, None, "It was refused.")
    assert "2 messages Twilio gave no reason." in desk.page(f"/campaigns/{campaign}")
    people = desk.page(f"/campaigns/{campaign}/contacts?reason=0")
    assert people.count("It was refused.") == 2


def test_the_list_of_contacts_says_why_in_the_operators_language(desk: Desk) -> None:
    campaign = failed(desk)
    shown = desk.page(f"/campaigns/{campaign}/contacts", headers={"Accept-Language": "es"})
    assert "El número no existe. (Twilio 21211: The 'To' number is not valid.)" in shown


def test_the_download_says_why_where_something_failed(desk: Desk) -> None:
    campaign = failed(desk)
    file = download(desk, campaign)
    headers, *rows = list(csv.reader(io.StringIO(file, newline=""), delimiter="\t"))
    assert headers[-1] == "Reason of failure"
    assert [row[-1].partition(" (")[0] for row in rows] == ["The number does not exist."] * 2 + [""]


def test_the_second_time_nothing_failed_and_the_file_has_no_such_column(desk: Desk) -> None:
    campaign = desk.launch(desk.chatbot(), PHONES)
    desk.work()
    file = download(desk, campaign)
    assert "Reason of failure" not in file
    assert "Failed, by reason" not in desk.page(f"/campaigns/{campaign}")


def test_a_sender_that_most_messages_fail_for_says_how_many_and_why(desk: Desk) -> None:
    phones = [f"+5255009987{n:02}" for n in range(30)]
    desk.launch(desk.chatbot(), phones)
    desk.line.answer = Refused(21408, 400, "Permission to send an SMS has not been enabled")
    desk.work()
    shown = desk.page("/senders")
    assert "Of the last 25 messages 20 failed for reasons that are not the contacts' own" in shown
    assert "Geo permissions" in shown
