"""Whatever is chosen on the upload page: a sentence, and a page that goes on working."""

import io

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from smartchat import clock
from smartchat.db import db
from smartchat.models import Campaign, Contact
from smartchat.services.background import preparing
from tests.adapters.test_hostile_files import (
    OLE,
    PAGE,
    TSV,
    XLS,
    XLSX,
    XML,
    mutated,
    recompressed,
    workbook,
    zipped,
)
from tests.blueprints.desk import ONE_CONTACT, PARTIAL, Desk, words

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
FAR_CELL = '<row r="1"><c r="A1" t="str"><v>CONTACT</v></c><c r="XFD1"><v>1</v></c></row>'
LINK = '<row r="2"><c r="A2"><f>[1]Hoja1!A1</f></c></row>'
HOSTILE = {
    "nothing": b"",
    "noughts": bytes(5_000),
    "a PDF called xlsx": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a zip bomb": workbook("<worksheet/>", b"a" * 300_000_000),
    "entities": workbook("<worksheet/>", ENTITIES),
    "a truncated workbook": XLSX[: len(XLSX) // 2],
    "a truncated old workbook": XLS[: len(XLS) // 3],
    "a password": OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
    "broken OLE": OLE + b"\xff" * 4_000,
    "no sheet in it": zipped({"xl/workbook.xml": "<a/>"}),
    "16,384 columns": workbook(f"<worksheet><sheetData>{FAR_CELL}</sheetData></worksheet>"),
    "formulas with links": workbook(f"<worksheet><sheetData>{LINK}</sheetData></worksheet>"),
    "one long line": b"CONTACT\tNOMBRE\n" + b"x" * 20_000_000,
    "columns without end": b"\t".join(b"C%d" % n for n in range(16_384)) + b"\n",
    "an open quote": b'CONTACT\tNOMBRE\n+525500998877\t"Carlos\n' + b"+525500998878\tAna\n" * 50,
}


def post(desk: Desk, path: str, content: bytes, chatbot: int, **headers: str) -> tuple[int, str]:
    """The status and the words of the answer."""
    file = FileStorage(io.BytesIO(content), "contactos.xlsx", "file")
    # The client's own way leaves large bodies in a temporary file that nobody closes.
    boundary, body = encode_multipart({"chatbot": str(chatbot), "name": "Noviembre", "file": file})
    kind = f'multipart/form-data; boundary="{boundary}"'
    with desk.client.post(path, data=body, content_type=kind, headers=headers) as answer:
        page = answer.mimetype == "text/html"
        return answer.status_code, words(answer.text) if page else ""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_a_sentence_and_stores_nothing(desk: Desk, name: str) -> None:
    chatbot = desk.chatbot()
    status, told = post(desk, "/campaigns/check", HOSTILE[name], chatbot, **PARTIAL)
    assert status == 200
    assert "problem" in told
    for path in ("/campaigns/check", "/campaigns"):
        assert post(desk, path, HOSTILE[name], chatbot)[0] == 422
    assert post(desk, "/campaigns/repaired", HOSTILE[name], chatbot)[0] in (200, 422)
    with desk.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Campaign)) == 0
    assert desk.upload("/campaigns", ONE_CONTACT, chatbot).status_code == 303


@pytest.mark.parametrize("seed", range(100, 106))
def test_a_damaged_file_ends_in_contacts_or_in_sentences(desk: Desk, seed: int) -> None:
    chatbot = desk.chatbot()
    files = [mutated(content, seed) for content in (XLSX, XLS, PAGE, XML, TSV)]
    for content in [*files, recompressed(XLSX, seed)]:
        assert post(desk, "/campaigns/check", content, chatbot, **PARTIAL)[0] == 200
        assert post(desk, "/campaigns/repaired", content, chatbot)[0] in (200, 422)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_does_not_take_the_worker_down(
    desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = preparing.Wanted("Noviembre", desk.chatbot(), "contactos.xlsx", None, "en")
    with desk.app.app_context():
        campaign = preparing.ask_for_import(wanted, io.BytesIO(HOSTILE[name]), clock.now())
        assert preparing.work_once(clock.now, clock.machine_now, lambda: False)
        assert db.session.scalar(select(func.count()).select_from(Contact)) == 0
    assert "problem" in desk.page(f"/campaigns/{campaign}")


@pytest.mark.parametrize("path", ["/campaigns/check", "/campaigns", "/campaigns/repaired"])
@pytest.mark.parametrize("digits", [19, 31, 3000])
def test_a_chatbot_beyond_all_numbers_is_no_chatbot(desk: Desk, path: str, digits: int) -> None:
    form = {"name": "Noviembre", "chatbot": "9" * digits, "file": (io.BytesIO(TSV), "contactos.tsv")}
    with desk.client.post(path, data=form) as answer:
        assert answer.status_code in (404, 422)
