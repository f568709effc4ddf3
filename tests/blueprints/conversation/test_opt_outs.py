"""The page of the opt-out list."""

import io

from smartchat.domain.statuses import Role
from tests.blueprints.builder.test_builder import sign_in
from tests.blueprints.desk import Desk, words

NUMBER = "+525512345678"


def page(desk: Desk, path: str = "/opt-outs") -> str:
    return words(desk.client.get(path).text)


def add(desk: Desk, number: str = NUMBER, **more: str) -> int:
    data = {"number": number, "reason": "asked by phone", "sender": "every", **more}
    return desk.client.post("/opt-outs", data=data).status_code


def test_a_number_is_added_by_hand_and_shown_with_who_and_why(desk: Desk) -> None:
    desk.chatbot()
    assert add(desk, "+52 55 1234-5678") == 303
    assert "+52 55 1234 5678" in page(desk)
    assert "put on the list by operator@example.com: asked by phone" in page(desk)


def test_a_number_that_is_none_is_told_beside_the_field(desk: Desk) -> None:
    desk.chatbot()
    answer = desk.client.post("/opt-outs", data={"number": "55 1234", "sender": "every"})
    assert answer.status_code == 422
    assert "Write it with + and its country code" in answer.text
    assert 'value="55 1234"' in answer.text


def test_a_contact_who_wrote_baja_is_on_the_page_with_the_words(desk: Desk) -> None:
    desk.launch(desk.chatbot(), [NUMBER])
    desk.work()
    desk.hear(NUMBER, "ya no me escriban")
    assert "asked for it: “ya no me escriban”" in page(desk)


def test_undo_wants_a_reason_and_leaves_a_trace(desk: Desk) -> None:
    desk.chatbot()
    add(desk)
    assert desk.client.get("/opt-outs/1/undo").status_code == 200
    assert desk.client.post("/opt-outs/1/undo", data={"reason": ""}).status_code == 422
    assert desk.client.post("/opt-outs/1/undo", data={"reason": "wrote to us"}).status_code == 303
    shown = page(desk, f"/opt-outs?q={NUMBER[1:]}")
    assert "not on the list any more" in shown
    assert "undone by operator@example.com: wrote to us" in shown
    assert "Nobody has opted out." in page(desk)


def test_a_file_is_imported_and_its_wrong_rows_are_named(desk: Desk) -> None:
    desk.chatbot()
    file = (io.BytesIO(f"CONTACT\n{NUMBER}\n55 12\n".encode()), "bajas.tsv")
    answer = desk.client.post("/opt-outs/import", data={"sender": "every", "file": file})
    assert answer.status_code == 422
    assert "1 row could not be used. 1 number was added." in words(answer.text)
    assert "Row 3" in words(answer.text)
    assert "imported from bajas.tsv by operator@example.com" in words(answer.text)


def test_a_good_file_says_how_many_were_new(desk: Desk) -> None:
    desk.chatbot()
    for expected in ("1 number was added.", "0 numbers were added. 1 was already on the list."):
        file = (io.BytesIO(f"CONTACT\n{NUMBER}\n".encode()), "bajas.tsv")
        answer = desk.client.post("/opt-outs/import", data={"sender": "every", "file": file})
        assert answer.status_code == 303
        assert expected in page(desk)


def test_the_list_comes_as_a_file(desk: Desk) -> None:
    desk.chatbot()
    add(desk)
    answer = desk.client.get("/opt-outs.tsv", buffered=True)
    assert answer.data.decode("utf-8-sig").splitlines()[0].startswith("CONTACT\tSENDER\t")
    assert NUMBER in answer.text
    assert desk.client.get("/opt-outs.xlsx", buffered=True).data[:2] == b"PK"


def test_a_viewer_looks_and_changes_nothing(desk: Desk) -> None:
    desk.chatbot()
    add(desk)
    viewer = sign_in(desk, "viewer@example.com", Role.VIEWER)
    shown = viewer.get("/opt-outs").text
    assert "+52 55 1234 5678" in shown
    assert "Undo" not in shown
    assert viewer.post("/opt-outs/1/undo", data={"reason": "x"}).status_code == 403


def test_a_long_list_has_older_pages(desk: Desk) -> None:
    desk.chatbot()
    for number in range(60):
        add(desk, f"+5255123456{number:02}")
    first = desk.client.get("/opt-outs").text
    assert "+52 55 1234 5659" in first
    assert "+52 55 1234 5600" not in first
    older = first.split('rel="next" href="')[1].split('"')[0]
    assert "+52 55 1234 5600" in desk.client.get(older).text


def test_the_list_of_one_sender_shows_its_own_only(desk: Desk) -> None:
    other, whatsapp = "+525598765432", "whatsapp:+15005550006"
    desk.chatbot()
    assert "All senders</option>" not in desk.client.get("/opt-outs").text.split("Add a number")[0]
    desk.chatbot(name="Por WhatsApp", sender=whatsapp)
    add(desk, sender="+15005550006")
    add(desk, other, sender=whatsapp)
    assert "+52 55 1234 5678" in page(desk)
    assert "+52 55 9876 5432" in page(desk)
    shown = page(desk, f"/opt-outs?sender={whatsapp}".replace("+", "%2B"))
    assert "+52 55 9876 5432" in shown
    assert "+52 55 1234 5678" not in shown
    assert (
        f'<option value="{whatsapp}" selected>'
        in desk.client.get("/opt-outs?sender=whatsapp:%2B15005550006").text
    )
    nobody = page(desk, f"/opt-outs?q={other[1:]}&sender=%2B15005550006")
    assert "This number is not on the list" in nobody
    assert "Nobody has opted out of this sender." in page(desk, "/opt-outs?sender=%2B15005559999")


def test_older_pages_stay_with_the_sender(desk: Desk) -> None:
    desk.chatbot()
    rows = "".join(f"+5255{number:08}\n" for number in range(60))
    file = (io.BytesIO(f"CONTACT\n{rows}".encode()), "bajas.tsv")
    desk.client.post("/opt-outs/import", data={"sender": "every", "file": file})
    assert "sender=%2B15005550006&amp;before=" in desk.client.get("/opt-outs?sender=%2B15005550006").text


def test_a_doubtful_wish_is_decided_with_one_click(desk: Desk) -> None:
    desk.launch(desk.chatbot(), [NUMBER])
    desk.work()
    desk.hear(NUMBER, "basta")
    shown = page(desk)
    assert "Doubtful wishes (1)" in shown
    assert "basta" in shown
    assert "Opt-outs (1 doubtful)" in page(desk, "/inbox")
    assert desk.client.post("/opt-outs/doubtful/1/out").status_code == 303
    assert "Doubtful wishes" not in page(desk)
    assert "put on the list by operator@example.com: basta" in page(desk)


def test_a_doubtful_wish_that_is_none_is_left(desk: Desk) -> None:
    desk.launch(desk.chatbot(), [NUMBER])
    desk.work()
    desk.hear(NUMBER, "esto es spam")
    assert desk.client.post("/opt-outs/doubtful/1/leave").status_code == 303
    shown = page(desk)
    assert "Doubtful wishes" not in shown
    assert "Nobody has opted out." in shown
    assert "Somebody has decided this already." in words(
        desk.client.post("/opt-outs/doubtful/1/out", follow_redirects=True).text
    )
