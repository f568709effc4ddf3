# ruff: noqa: E501  the XML stands as programs write it
"""Workbooks that Excel opens and strict readers do not, or that say one thing in two places: each kind once."""

import hashlib
import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from datetime import date

import msoffcrypto.format.ooxml
import olefile
import pytest
import python_calamine
import xlwt
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from msoffcrypto.method.rc4 import _makekey
from xlwt.CompoundDoc import XlsDoc

from smartchat.adapters.spreadsheets import open_table
from smartchat.adapters.spreadsheets.second_reader import read_biff, read_xlsb
from smartchat.domain.contact_file.check import CheckedFile, Unreadable, check
from smartchat.domain.contact_file.table import Row
from smartchat.domain.contact_file.values import ErrorValue
from smartchat.domain.script.custom_data import DataColumn

COLUMNS = (DataColumn("NOMBRE", "TEXT"), DataColumn("MONTO", "NUMBER"), DataColumn("FECHA", "DATE"))
HEADERS = ("CONTACT", "NOMBRE", "MONTO", "FECHA")
ANA = {"NOMBRE": "Ana", "MONTO": "1350.5", "FECHA": "2026-03-05"}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = f'<styleSheet {MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'


def rows(content: bytes, name: str = "x.xlsx") -> list[Row]:
    with open_table(io.BytesIO(content), name) as table:
        return list(table.rows)


def check_bytes(content: bytes, name: str = "x.xlsx") -> CheckedFile:
    with open_table(io.BytesIO(content), name) as table:
        return check(table, COLUMNS)


def values(content: bytes, name: str = "x.xlsx") -> list[dict[str, str]]:
    checked = check_bytes(content, name)
    assert checked.ok, checked.problems
    return [dict(contact.values) for contact in checked.contacts]


def reason(content: bytes, name: str = "x.xlsx") -> tuple[str, object]:
    with pytest.raises(Unreadable) as refused:
        rows(content, name)
    return refused.value.problem.code, refused.value.problem.params.get(
        "kind"
    ) or refused.value.problem.params.get("reason")


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(*pairs: tuple[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(pairs, 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(row: str, headers: str | None = None) -> str:
    headers = headers or "".join(
        text_cell(f"{letter}1", name) for letter, name in zip("ABCD", HEADERS, strict=True)
    )
    return f'<worksheet {MAIN}><sheetData><row r="1">{headers}</row><row r="2">{row}</row></sheetData></worksheet>'


GOOD = (
    text_cell("A2", "+525512340001")
    + text_cell("B2", "Ana")
    + '<c r="C2"><v>1350.5</v></c><c r="D2" s="1"><v>46086</v></c>'
)


def book(properties: str = "", after: str = "") -> str:
    return f'<workbook {MAIN}>{properties}<sheets><sheet name="Hoja1" sheetId="1" r:id="rId1"/></sheets>{after}</workbook>'


def xlsx(sheet_: str, book_: str | None = None, styles: str = STYLES, folder: str = "xl/") -> bytes:
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("officeDocument", f"{folder}workbook.xml")),
        f"{folder}workbook.xml": book_ or book(),
        f"{folder}_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
        ),
        f"{folder}worksheets/sheet1.xml": sheet_,
        f"{folder}styles.xml": styles,
    }
    return zipped(parts)


@pytest.mark.parametrize("prefix", ["x15", "x14"])
@pytest.mark.parametrize("attributes", ['chartTrackingRefBase="1"', 'date1904="0"'])
def test_the_workbooks_own_properties_alone_say_from_when_days_are_counted(
    prefix: str, attributes: str
) -> None:
    more = f'<extLst><ext xmlns:{prefix}="http://schemas.microsoft.com/x"><{prefix}:workbookPr {attributes}/></ext></extLst>'
    serial = GOOD.replace("46086", "44624")
    assert values(xlsx(sheet(serial), book('<workbookPr date1904="1"/>', more))) == [ANA]
    counted_from_1900 = more.replace(attributes, 'date1904="1"')
    assert values(xlsx(sheet(GOOD), book("<workbookPr/>", counted_from_1900))) == [ANA]


def test_the_format_of_a_conditional_style_says_nothing_about_cells() -> None:
    styles = STYLES.replace(
        "</styleSheet>", '<dxfs><dxf><numFmt numFmtId="14" formatCode="0.00"/></dxf></dxfs></styleSheet>'
    )
    assert values(xlsx(sheet(GOOD), styles=styles)) == [ANA]


@pytest.mark.parametrize(
    "inside",
    [
        "<v>0</v><is><t>Ana</t></is>",
        "<is><t>Ana</t></is><v>0</v>",
        "<v>Ana</v>",
        "<v>0</v><is><r><t>A</t></r><r><t>na</t></r></is>",
    ],
)
def test_the_text_of_an_inline_cell_is_its_own_and_a_lone_value_counts(inside: str) -> None:
    cell = f'<c r="B2" t="inlineStr">{inside}</c>'
    assert values(xlsx(sheet(GOOD.replace(text_cell("B2", "Ana"), cell)))) == [ANA]


def test_the_value_of_another_cell_counts_and_not_a_text_beside_it() -> None:
    cell = '<c r="C2"><is><t>7</t></is><v>1350.5</v></c>'
    assert values(xlsx(sheet(GOOD.replace('<c r="C2"><v>1350.5</v></c>', cell)))) == [ANA]


@pytest.mark.parametrize("place", [str.lower, lambda place: f"${place[0]}${place[1:]}"])
def test_places_may_be_written_in_small_letters(place: Callable[[str], str]) -> None:
    content = sheet(GOOD)
    for letter in "ABCD":
        for row in "12":
            content = content.replace(f'r="{letter}{row}"', f'r="{place(letter + row)}"')
    assert values(xlsx(content)) == [ANA]


def test_cells_stand_where_they_say_in_whatever_order_they_come() -> None:
    a, *others = GOOD.replace("</c>", "</c>\n").splitlines()
    assert values(xlsx(sheet("".join([*others, a])))) == [ANA]


@pytest.mark.parametrize("folder", ["", "datos/libro/"])
def test_the_package_says_where_its_workbook_is(folder: str) -> None:
    assert values(xlsx(sheet(GOOD), folder=folder)) == [ANA]


def test_a_package_that_holds_something_else_is_named() -> None:
    assert reason(zipped({"_rels/.rels": relations(("officeDocument", "a.xml")), "a.xml": "<dibujo/>"})) == (
        "unreadable_file",
        "document",
    )
    assert reason(zipped({"a.txt": "x"})) == ("unreadable_file", "archive")


def ods(body: str) -> bytes:
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    return f'<?xml version="1.0"?>\n<office:document {names}><office:body><office:spreadsheet>\n <table:table table:name="A">{body}</table:table>\n</office:spreadsheet></office:body></office:document>'.encode()


def ods_row(*cells: str, repeated: int = 1) -> str:
    inside = "".join(
        f'\n  <table:table-cell office:value-type="string">\n    {cell}\n  </table:table-cell>'
        for cell in cells
    )
    return f'\n <table:table-row table:number-rows-repeated="{repeated}">{inside}\n </table:table-row>'


def ods_values(*cells: str) -> list[str]:
    paragraphs = (f"<text:p>{cell}</text:p>" for cell in cells)
    return list(paragraphs)


@pytest.mark.parametrize("packed", [True, False], ids=["ods", "fods"])
def test_the_blanks_between_the_tags_of_an_indented_sheet_are_no_text(packed: bool) -> None:
    name = '<text:p>Calle 5</text:p>\n    <text:p>\n      <text:span>Col.</text:span>\n      <text:span>Centro<text:s text:c="2"/>x</text:span>\n    </text:p>'
    content = ods(
        ods_row(*ods_values(*HEADERS))
        + ods_row("<text:p>+525512340001</text:p>", name, *ods_values("1350.5", "2026-03-05"))
    )
    content = zipped({"content.xml": content.decode()}) if packed else content
    assert values(content, "x.ods") == [ANA | {"NOMBRE": "Calle 5\nCol. Centro  x"}]


def test_a_repeated_row_counts_as_often_as_it_is_repeated() -> None:
    empty = '<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="9"/></table:table-row>'
    contact = ods_row(*ods_values("+525512340001", "Ana", "1350.5", "2026-03-05"), repeated=3)
    last = ods_row(*ods_values("+525512340002", "Ana", "1350.5", "2026-03-05"))
    checked = check_bytes(ods(ods_row(*ods_values(*HEADERS)) + empty + contact + last), "x.fods")
    assert [(problem.row, problem.code, problem.params["first_row"]) for problem in checked.problems] == [
        (6, "duplicate_contact", 5),
        (7, "duplicate_contact", 5),
    ]
    assert [contact.row for contact in checked.contacts] == [5, 8]


def test_a_row_with_values_that_is_repeated_without_an_end_is_too_large() -> None:
    content = ods(ods_row(*ods_values(*HEADERS)) + ods_row(*ods_values("0"), repeated=1_000_000))
    assert reason(content, "x.fods") == ("too_large", "sheet")


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"", b"\xff\xfe", b"\xfe\xff"])
@pytest.mark.parametrize("blanks", ["\t\t\t", "\r\n \n"])
def test_blanks_before_the_declaration_of_xml_do_not_count(mark: bytes, blanks: str) -> None:
    encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(mark, "utf-8")
    lines = [HEADERS, ("+525512340001", "Ana", "1350.5", "2026-03-05")]
    cells = ("".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in line) for line in lines)
    told = "".join(f"<Row>{line}</Row>" for line in cells)
    xml = f'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="A"><Table>{told}</Table></Worksheet></Workbook>'
    assert values(mark + (blanks + xml).encode(encoding), "x.xls") == [ANA]
    flat = ods(ods_row(*ods_values(*HEADERS)) + ods_row(*ods_values(*lines[1]))).decode()
    assert values(mark + (blanks + flat).encode(encoding), "x.fods") == [ANA]


def xls(more: Callable[[xlwt.Worksheet], None] = lambda _: None, contacts: int = 1) -> bytes:
    workbook = xlwt.Workbook()
    worksheet = workbook.add_sheet("Hoja1")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for column, name in enumerate(HEADERS):
        worksheet.write(0, column, name)
    for row in range(1, contacts + 1):
        worksheet.write(row, 0, f"+5255123400{row:02}")
        worksheet.write(row, 1, "Ana")
        worksheet.write(row, 2, 1350.5)
        worksheet.write(row, 3, date(2026, 3, 5), day)
    more(worksheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def stream_of(content: bytes) -> bytes:
    with olefile.OleFileIO(io.BytesIO(content)) as container:
        return bytes(container.openstream("Workbook").read())


def with_record(content: bytes, kind: int, body: bytes, before: int) -> bytes:
    """The bare stream with a record before the first one of a kind: the places that sheets are said to be at move on."""
    stream, at = bytearray(stream_of(content) if content.startswith(olefile.MAGIC) else content), 0
    record = struct.pack("<HH", kind, len(body)) + body
    places: list[int] = []
    where = 0
    while at + 4 <= len(stream):
        found, length = struct.unpack_from("<HH", stream, at)
        if found == 0x85:
            places.append(at + 4)
        where = where or (at if found == before else 0)
        at += 4 + length
    for place in places:
        (offset,) = struct.unpack_from("<I", stream, place)
        if offset > where:
            struct.pack_into("<I", stream, place, offset + len(record))
    stream[where:where] = record
    return bytes(stream)


def with_strings_said(content: bytes, difference: int) -> bytes:
    at = content.index(struct.pack("<H", 0xFC), 512)
    while (
        struct.unpack_from("<I", content, at + 8)[0] != 6
    ):  # the shared strings: the headers, a phone, a name
        at = content.index(struct.pack("<H", 0xFC), at + 1)
    return content[: at + 8] + struct.pack("<I", 6 + difference) + content[at + 12 :]


def named(body: bytes) -> bytes:
    """A defined name `x` with a formula of these tokens."""
    head = struct.pack("<HBBHHHBBBB", 0, 0, 1, len(body), 0, 0, 0, 0, 0, 0)
    return head + b"\0x" + body


def phpexcel(content: bytes) -> bytes:
    """The root of the container points at the sectors of the workbook, as PHPExcel has it."""
    (directory,) = struct.unpack_from("<I", content, 48)
    at = 512 * (directory + 1)
    entries = [at + 128 * n for n in range(4)]
    stream = next(entry for entry in entries if content[entry : entry + 16] == "Workbook".encode("utf-16-le"))
    start, size = struct.unpack_from("<II", content, stream + 116)
    return content[: at + 116] + struct.pack("<II", start, size) + content[at + 124 :]


def said_shorter(content: bytes) -> bytes:
    """The size of the stream without its last 3,000 bytes, which are the end of the file's padding and more."""
    (directory,) = struct.unpack_from("<I", content, 48)
    at = 512 * (directory + 1)
    stream = next(
        at + 128 * n for n in range(4) if content[at + 128 * n :].startswith("Workbook".encode("utf-16-le"))
    )
    size = len(stream_of(content))
    return content[: stream + 120] + struct.pack("<I", size - 1024) + content[stream + 124 :]


ODD_XLS = {
    "sectors that two streams share": phpexcel(xls()),
    "more strings said than there are": with_strings_said(xls(), 5),
    "fewer strings said than there are": with_strings_said(xls(), -5),
    "a name with a relative area": with_record(
        xls(), 0x18, named(struct.pack("<BHHHH", 0x2D, 0, 1, 0, 1)), 0x85
    ),
    "a comment that is too long": with_record(xls(), 0x1C, b"\0" * 40, 0x023E),
}


@pytest.mark.parametrize("kind", ODD_XLS)
def test_an_old_workbook_that_a_strict_reader_refuses_is_read(kind: str) -> None:
    assert values(ODD_XLS[kind], "x.xls") == [ANA]


def test_a_stream_that_is_longer_than_it_is_said_to_be_is_read_to_its_end() -> None:
    padded = xls(lambda worksheet: worksheet.write(0, 4, ""), contacts=90)
    assert len(values(said_shorter(padded), "x.xls")) == 90


def test_errors_of_formulas_stay_errors_in_a_workbook_with_odd_names() -> None:
    content = xls(lambda worksheet: worksheet.write(1, 4, xlwt.Formula("1/0")))
    with_error = with_record(content, 0x18, named(struct.pack("<BHHHH", 0x2D, 0, 1, 0, 1)), 0x85)
    assert rows(with_error, "x.xls") == rows(content, "x.xls")


def test_the_second_reader_gives_the_rows_of_the_first() -> None:
    content = xls(lambda worksheet: worksheet.write(9, 6, True), contacts=3)
    first = rows(content, "x.xls")
    assert list(read_biff(content).rows) == first
    assert first[-1] == (10, [None] * 6 + [True])
    assert ErrorValue not in map(type, first[1][1])


def test_a_panic_of_the_second_reader_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """Not an Exception, as Rust's."""

    def panics(_file: object) -> None:
        raise PanicException

    monkeypatch.setattr(python_calamine, "load_workbook", panics)
    for read, kind in ((read_biff, "damaged"), (read_xlsb, "kind")):
        with pytest.raises(Unreadable) as refused:
            read(io.BytesIO(b"") if read is read_xlsb else b"")  # type: ignore[operator]
        assert refused.value.problem.params["reason"] == kind


def test_one_blank_in_the_last_corner_of_an_old_workbook_costs_nothing() -> None:
    content = xls(lambda worksheet: worksheet.write(65_535, 255, " "))
    with open_table(io.BytesIO(content), "x.xls") as table:
        found = list(table.rows)
    assert [row for row, _ in found] == [1, 2, 65_536]
    assert values(content, "x.xls") == [ANA]


def record(kind: int, body: bytes = b"") -> bytes:
    """One record of a binary workbook: its kind and its length in sevens of bits."""
    head = bytes([kind & 0x7F | 0x80, kind >> 7]) if kind > 0x7F else bytes([kind])
    return head + bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(content: bytes) -> bytes:
    sheets = record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Hoja1")) + record(144)
    formats = (
        struct.pack("<HHHHHBBHH", 0, 0, 0, 0, 0, 0, 0, 0, 0),
        struct.pack("<HHHHHBBHH", 0, 14, 0, 0, 0, 0, 0, 0, 0),
    )
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(("officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": record(131) + sheets + record(132),
            "xl/_rels/workbook.bin.rels": relations(
                ("worksheet", "worksheets/sheet1.bin"), ("styles", "styles.bin")
            ),
            "xl/worksheets/sheet1.bin": content,
            "xl/styles.bin": record(278)
            + record(617, struct.pack("<I", 2))
            + b"".join(record(47, f) for f in formats)
            + record(618)
            + record(279),
            "xl/theme/theme1.xml": "<theme/>",
        }
    )


def good_xlsb() -> bytes:
    def texts(row: int, *cells: str) -> bytes:
        inside = b"".join(
            record(6, struct.pack("<II", column, 0) + wide(cell)) for column, cell in enumerate(cells)
        )
        return record(0, struct.pack("<IIHBBI", row, 0, 0, 0, 0, 0)) + inside

    numbers = record(5, struct.pack("<IId", 2, 0, 1350.5)) + record(5, struct.pack("<IId", 3, 1, 46086))
    cells = texts(0, *HEADERS) + texts(1, "+525512340001", "Ana") + numbers
    size = record(148, struct.pack("<IIII", 0, 1, 0, 3))
    return xlsb(record(129) + size + record(145) + cells + record(146) + record(130))


def test_a_binary_workbook_is_read() -> None:
    assert values(good_xlsb(), "x.xlsb") == [ANA]


@pytest.mark.parametrize("content", [b"", b"\x81\x01\x00", b"\xff" * 40])
def test_a_binary_workbook_that_cannot_be_read_is_called_one(content: bytes) -> None:
    assert reason(xlsb(content), "x.xlsb") == ("unreadable_file", "xlsb")


def locked(content: bytes, password: str) -> bytes:
    with io.BytesIO(content) as larger, zipfile.ZipFile(larger, "a") as archive:
        archive.writestr("x", b"x" * 8_000)  # what is shorter than 4 kB is locked wrongly by the library
        archive.close()
        content = larger.getvalue()
    out = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(content)).encrypt(password, out)
    return out.getvalue()


def test_a_workbook_under_the_standard_password_is_read_as_excel_reads_it() -> None:
    assert values(locked(xlsx(sheet(GOOD)), "VelvetSweatshop")) == [ANA]


def rc4(key: bytes, data: bytes) -> bytes:
    return Cipher(ARC4(key), None).encryptor().update(data)


def locked_xls(content: bytes, password: str) -> bytes:
    """The old way: a FILEPASS record after the first one, and the bodies of nearly all others under RC4."""
    salt, verifier, blocks = b"s" * 16, b"v" * 16, 64
    keys = [_makekey(password, salt, block) for block in range(blocks)]
    proof = rc4(keys[0], verifier + hashlib.md5(verifier).digest())
    plain = with_record(content, 0x2F, struct.pack("<HHH", 1, 1, 1) + salt + proof, 0x42)
    stream = b"".join(rc4(key, b"\0" * 1024) for key in keys)
    end = len(plain.rstrip(b"\0")) - 1 + 4  # with the padding, the library wants a multiple of four
    plain = with_record(plain, 0x0FFE, b"\0" * (-end % 4), 0x42)
    out, at = bytearray(plain), 0
    while at + 4 <= len(out):
        kind, length = struct.unpack_from("<HH", out, at)
        start = at + 4 + (4 if kind == 0x85 else 0)
        if kind not in (0x0809, 0x2F, 0xE1, 0xE2):
            out[start : at + 4 + length] = bytes(
                a ^ b for a, b in zip(out[start : at + 4 + length], stream[start:], strict=False)
            )
        at += 4 + length
    file = io.BytesIO()
    XlsDoc().save(file, bytes(out))
    return file.getvalue()


def test_an_old_workbook_under_the_standard_password_is_read_too() -> None:
    assert values(locked_xls(xls(), "VelvetSweatshop"), "x.xls") == [ANA]
    assert reason(locked_xls(xls(), "secreto"), "x.xls") == ("encrypted_file", None)


def test_a_workbook_under_a_password_of_its_own_needs_it() -> None:
    assert reason(locked(xlsx(sheet(GOOD)), "secreto")) == ("encrypted_file", None)
