"""Whatever is uploaded: a sentence, soon, and nothing else."""

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
import xlwt

from smartchat.adapters.spreadsheets import Limits, open_table
from smartchat.adapters.spreadsheets.limits import MEGABYTE
from smartchat.domain.contact_file.check import Problem, Unreadable, check
from smartchat.domain.script.custom_data import DataColumn

COLUMNS = (DataColumn("NOMBRE", "TEXT"), DataColumn("MONTO", "NUMBER"), DataColumn("FECHA", "DATE"))
EXAMPLES = Path(__file__).parents[2] / "examples"
XLSX = (EXAMPLES / "contacts.xlsx").read_bytes()
XLS = (EXAMPLES / "contacts.xls").read_bytes()
SMALL = Limits(inflated_bytes=8 * MEGABYTE, cpu_seconds=20, waiting_seconds=30)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    "{more}</Relationships>"
)
STRINGS = (
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
    ' Target="sharedStrings.xml"/>'
)
BOOK = '<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'


def problem_of(content: bytes, name: str = "x.xlsx", limits: Limits = SMALL) -> Problem:
    """The problem that a file has as a whole."""
    try:
        with open_table(io.BytesIO(content), name, limits) as table:
            (problem,) = check(table, COLUMNS).problems
            return problem
    except Unreadable as unreadable:
        return unreadable.problem


def told(content: bytes, name: str = "x.xlsx", limits: Limits = SMALL) -> tuple[str, object]:
    problem = problem_of(content, name, limits)
    assert problem.row is None
    return problem.code, problem.params.get("reason")


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(sheet: str | bytes, strings: str | bytes = "<sst/>") -> bytes:
    return zipped(
        {
            "_rels/.rels": RELS.format(kind="officeDocument", target="xl/workbook.xml", more=""),
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": RELS.format(
                kind="worksheet", target="worksheets/sheet1.xml", more=STRINGS
            ),
            "xl/sharedStrings.xml": strings,
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "picture"),
        (b"{\\rtf1\\ansi contactos}", "document"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "archive"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "archive"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x01\x02\x03\x04\x05\x06", "program"),
        (zipped({"word/document.xml": "<w/>"}), "document"),
        (zipped({"xl/workbook.bin": "x"}), "xlsb"),
        (zipped({"Index/Document.iwa": "x"}), "numbers"),
        (zipped({"fotos/1.jpg": "x"}), "archive"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "document"),
        (b"<?xml version='1.0'?><cfdi/>", "xml"),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\n", "sylk"),
    ],
)
@pytest.mark.parametrize("name", ["x.xlsx", "x.tsv"])
def test_what_is_no_spreadsheet_is_named(content: bytes, kind: str, name: str) -> None:
    problem = problem_of(content, name)
    assert (problem.code, problem.params) == ("unreadable_file", {"reason": "kind", "kind": kind})
    assert "{" not in problem.message("es") + problem.message("en")


def test_noise_is_unreadable() -> None:
    assert told(random.Random(1).randbytes(5000))[0] == "unreadable_file"
    assert told(bytes(5000), "x.tsv")[0] == "empty_file"
    assert told(OLE + random.Random(2).randbytes(5000)) == ("unreadable_file", "damaged")
    assert told(b"PK\x03\x04" + random.Random(3).randbytes(5000)) == ("unreadable_file", "damaged")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_an_upload_that_broke_off_is_unreadable(share: float) -> None:
    assert told(XLSX[: int(len(XLSX) * share)]) == ("unreadable_file", "damaged")
    assert told(XLS[: int(len(XLS) * share * 0.8)], "x.xls") == ("unreadable_file", "damaged")


def test_a_sheet_whose_checksum_is_wrong_is_unreadable_though_its_rows_were_read() -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as source, zipfile.ZipFile(stored, "w") as target:
        for part in source.namelist():
            target.writestr(part, source.read(part))
    assert told(stored.getvalue().replace(b"Alfredo", b"Alfreda")) == ("unreadable_file", "damaged")


def test_a_password_is_named() -> None:
    assert told(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))[0] == "encrypted_file"
    # FILEPASS follows the first record of a protected BIFF8 workbook.
    at = XLS.index(b"\x09\x08\x10\x00")
    filepass = struct.pack("<HHH", 0x2F, 4, 0) + b"\1\2"
    protected = XLS[: at + 20] + filepass + XLS[at + 20 + len(filepass) :]
    assert told(protected, "x.xls")[0] == "encrypted_file"
    flagged = bytearray(zipped({"xl/workbook.xml": "<a/>"}))
    flagged[6] |= 1
    flagged[flagged.index(b"PK\1\2") + 8] |= 1
    assert told(bytes(flagged))[0] == "encrypted_file"
    manifest = '<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    assert (
        told(zipped({"META-INF/manifest.xml": manifest, "content.xml": "x"}), "x.ods")[0] == "encrypted_file"
    )


def test_a_bomb_is_refused_by_the_size_it_declares() -> None:
    assert told(workbook("<worksheet/>", b"a" * (9 * MEGABYTE))) == ("too_large", "inflated")


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_inflates() -> None:
    bomb = b"<sst><si><t>" + b"a" * (20 * MEGABYTE)
    content = bytearray(workbook("<worksheet/>", bomb))
    size, lie = struct.pack("<I", len(bomb)), struct.pack("<I", 1000)
    assert content.count(size) >= 2
    assert told(bytes(content.replace(size, lie)))[0] in ("too_large", "unreadable_file")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
def test_document_types_and_entities_are_never_followed(doctype: str) -> None:
    assert told(workbook("<worksheet/>", doctype + "<sst><si><t>&e;</t></si></sst>")) == (
        "unreadable_file",
        "unsafe",
    )
    assert told(workbook(doctype + "<worksheet/>")) == ("unreadable_file", "unsafe")
    assert told(f'<?xml version="1.0"?>{doctype}<Workbook/>'.encode(), "x.xls") == (
        "unreadable_file",
        "unsafe",
    )
    assert told(zipped({"content.xml": doctype + "<a/>"}), "x.ods") == ("unreadable_file", "unsafe")


def test_one_huge_token_is_stopped_before_it_costs_time() -> None:
    limits = Limits(cpu_seconds=5, waiting_seconds=20)
    sheet = "<worksheet><sheetData><row x='" + "a" * (24 * MEGABYTE) + "'/></sheetData></worksheet>"
    assert told(workbook(sheet), limits=limits) == ("too_large", "line")


def test_one_huge_cell_is_refused() -> None:
    text = "a" * (2 * MEGABYTE)
    sheet = (
        f'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>{text}</v></c></row></sheetData></worksheet>'
    )
    assert told(workbook(sheet)) == ("too_large", "line")
    assert told(workbook("<worksheet/>", f"<sst><si><t>{text}</t></si></sst>")) == ("too_large", "line")
    assert told(f"<table><tr><td>{text}</table>".encode(), "x.xls") == ("too_large", "line")


def test_hundreds_of_rows_that_reach_far_to_the_right_are_refused() -> None:
    headers = '<row r="1"><c t="str"><v>CONTACT</v></c></row>'
    rows = headers + "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 3000))
    assert told(workbook(f"<worksheet><sheetData>{rows}</sheetData></worksheet>")) == ("too_large", "sheet")
    repeated = (
        '<a xmlns:table="t" xmlns:office="o"><table:table><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
        "</table:table-row></table:table></a>"
    )
    assert told(zipped({"content.xml": repeated}), "x.ods") == ("too_large", "sheet")


def test_places_that_no_sheet_has_are_damage() -> None:
    for cell in (
        '<row r="1048577"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
    ):
        assert told(workbook(f"<worksheet><sheetData>{cell}</sheetData></worksheet>"))[0] == "unreadable_file"
    assert told(
        workbook('<worksheet><sheetData><row r="1"><c t="s"><v>7</v></c></row></sheetData></worksheet>')
    ) == (
        "unreadable_file",
        "damaged",
    )


def test_a_file_over_the_limit_is_not_opened() -> None:
    assert told(XLSX, limits=Limits(file_bytes=100)) == ("too_large", "bytes")


def test_a_reader_that_runs_out_of_memory_gives_a_sentence() -> None:
    strings = "<sst>" + "".join(f"<si><t>{n:0200}</t></si>" for n in range(200_000)) + "</sst>"
    limits = Limits(memory_bytes=64 * MEGABYTE)
    assert told(workbook("<worksheet/>", strings), limits=limits)[0] in ("too_large", "unreadable_file")


def test_a_reader_that_runs_out_of_time_gives_a_sentence() -> None:
    row = "<tr>" + "<td>x" * 50
    assert told(("<table>" + row * 100_000).encode(), "x.xls", Limits(cpu_seconds=1)) == (
        "too_large",
        "resources",
    )
    assert told(("<table>" + row * 100_000).encode(), "x.xls", Limits(waiting_seconds=0.5)) == (
        "unreadable_file",
        "gave_up",
    )


def test_a_page_without_a_table_is_told_so() -> None:
    page = b"<!DOCTYPE html><html><body><form>Iniciar sesi\xc3\xb3n</form></body></html>"
    assert told(page, "reporte.xls") == ("unreadable_file", "no_table")
    assert told(b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + page) == (
        "unreadable_file",
        "no_table",
    )


def test_a_mail_or_a_document_in_ole_is_named() -> None:
    content = OLE + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(512)
    assert told(content, "x.xls") == ("unreadable_file", "kind")


def test_empty_workbooks_are_empty_files() -> None:
    book = xlwt.Workbook()
    book.add_sheet("A")
    out = io.BytesIO()
    book.save(out)
    assert told(out.getvalue(), "x.xls")[0] == "empty_file"
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    assert told(out.getvalue())[0] == "empty_file"


def mutated(content: bytes, seed: int) -> bytes:
    """A file with a few bytes changed, cut out, or doubled."""
    chance = random.Random(seed)
    damaged = bytearray(content)
    for _ in range(chance.choice([1, 2, 8, 40])):
        at = chance.randrange(len(damaged))
        match chance.randrange(4):
            case 0:
                damaged[at] ^= 1 << chance.randrange(8)
            case 1:
                damaged[at] = chance.randrange(256)
            case 2:
                del damaged[at : at + chance.randrange(1, 64)]
            case _:
                damaged[at:at] = damaged[at : at + chance.randrange(1, 64)]
    return bytes(damaged)


def recompressed(content: bytes, seed: int) -> bytes:
    """A workbook whose sheet is damaged inside, with right checksums: the XML itself is wrong."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for number, name in enumerate(source.namelist()):
            part = source.read(name)
            damage = name.endswith((".xml", ".rels")) and zlib.crc32(f"{seed}{number}".encode()) % 3 == 0
            target.writestr(name, mutated(part, seed) if damage else part)
    return out.getvalue()


PAGE = (
    b"<html><body><table><tr><td>CONTACT<td>NOMBRE<td>MONTO<td>FECHA"
    b"<tr><td>+525500998877<td>Jos&eacute;<td>1<td>2026-03-05"
    b"</table></body></html>"
)
XML = (
    b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet Name="A"><Table>'
    b'<Row><Cell><Data Type="String">CONTACT</Data></Cell></Row><Row Index="3"><Cell Index="1">'
    b'<Data Type="Number">525500998877</Data></Cell></Row></Table></Worksheet></Workbook>'
)
TSV = (EXAMPLES / "contacts.tsv").read_bytes()


@pytest.mark.parametrize("seed", range(12))
def test_damaged_files_of_every_kind_end_in_contacts_or_in_problems(seed: int) -> None:
    files = [mutated(content, seed) for content in (XLSX, XLS, PAGE, XML, TSV, TSV.decode().encode("utf-16"))]
    for content in [*files, recompressed(XLSX, seed)]:
        try:
            with open_table(io.BytesIO(content), "x.xls", SMALL) as table:
                checked = check(table, COLUMNS)
                problems = checked.problems
                assert checked.contacts or problems
        except Unreadable as unreadable:
            problems = [unreadable.problem]
        for problem in problems:
            assert problem.message("es")
            assert problem.message("en")
