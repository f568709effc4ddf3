# ruff: noqa: E501  the XML stands as programs write it
"""Workbooks, and what is called one: the same rows out of every format, read in a process of its own."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

from smartchat.adapters.spreadsheets import open_table
from smartchat.domain.contact_file.check import CheckedFile, ErrorValue, check
from smartchat.domain.contact_file.table import NOT_CALCULATED, Row
from smartchat.domain.script.custom_data import DataColumn

COLUMNS = (DataColumn("NOMBRE", "TEXT"), DataColumn("MONTO", "NUMBER"), DataColumn("FECHA", "DATE"))
EXAMPLES = Path(__file__).parents[2] / "examples"
HALF_PAST_TWO = datetime.fromisoformat("2026-03-05T14:30")


def rows(content: bytes, name: str = "contacts.xlsx") -> list[Row]:
    with open_table(io.BytesIO(content), name) as table:
        return list(table.rows)


def check_bytes(content: bytes, name: str = "contacts.xlsx") -> CheckedFile:
    with open_table(io.BytesIO(content), name) as table:
        return check(table, COLUMNS)


def xlsx(fill: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(content: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """An .xlsx with one part rewritten, or left out where the edit gives nothing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            text = edit(text) if name == part else text
            if text:
                target.writestr(name, text)
    return out.getvalue()


def sheet_of(cells: str) -> bytes:
    """An .xlsx whose only sheet has these rows, as XML."""
    empty = xlsx(lambda _: None)
    filled = f"<sheetData>{cells}</sheetData>"
    return edited(
        empty,
        "xl/worksheets/sheet1.xml",
        lambda text: re.sub("<sheetData ?/>|<sheetData></sheetData>", filled, text),
    )


@pytest.mark.parametrize("name", ["contacts.tsv", "contacts.xls", "contacts.xlsx"])
def test_the_examples_are_right_in_every_format(name: str) -> None:
    with (EXAMPLES / name).open("rb") as stream, open_table(stream, name) as table:
        checked = check(table, COLUMNS)
    assert checked.ok
    assert [(contact.row, contact.phone, dict(contact.values)) for contact in checked.contacts] == [
        (2, "+525500998877", {"NOMBRE": "Carlos", "MONTO": "1200", "FECHA": "2016-12-25"}),
        (3, "+525511223344", {"NOMBRE": "Ana", "MONTO": "1350", "FECHA": "2016-10-25"}),
        (4, "+525533445566", {"NOMBRE": "Alfredo", "MONTO": "1480", "FECHA": "2016-11-25"}),
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("contacts.xls", "x.xlsx"),
        ("contacts.xlsx", "x.xls"),
        ("contacts.xlsx", "x.tsv"),
        ("contacts.tsv", "x.xls"),
    ],
)
def test_the_content_decides_and_not_the_name(content: str, name: str) -> None:
    assert check_bytes((EXAMPLES / content).read_bytes(), name).ok


def test_cells_of_an_xlsx_keep_their_types() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["texto", 1, 1.5, True, date(2026, 3, 5), HALF_PAST_TWO, time(14, 30), "#N/A"])
        sheet["H1"].data_type = "e"
        sheet["J1"] = "=1+1"

    assert rows(xlsx(fill)) == [
        (
            1,
            [
                *("texto", 1, 1.5, True, date(2026, 3, 5), HALF_PAST_TWO, time(14, 30)),
                *(ErrorValue("#N/A"), None, NOT_CALCULATED),
            ],
        )
    ]


def test_cells_of_an_xls_keep_their_types() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("A")
    day, clock = xlwt.easyxf(num_format_str="yyyy-mm-dd"), xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm")
    sheet.write(2, 1, "texto")
    sheet.write(2, 2, 525500998877)
    sheet.write(2, 3, 1.5)
    sheet.write(2, 4, date(2026, 3, 5), day)
    sheet.write(2, 5, HALF_PAST_TWO, clock)
    sheet.write(2, 6, True)
    sheet.row(2).set_cell_error(7, 0x2A)
    out = io.BytesIO()
    book.save(out)
    assert rows(out.getvalue()) == [
        (
            3,
            [
                None,
                "texto",
                525500998877,
                1.5,
                date(2026, 3, 5),
                HALF_PAST_TWO,
                True,
                ErrorValue("#N/A"),
            ],
        )
    ]


def test_rows_and_columns_keep_their_places_and_empty_ones_are_left_out() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C3"] = "x"
        sheet["A7"] = "y"
        sheet["B7"].number_format = "0.00"
        for row in range(8, 300):
            sheet.cell(row, 1).number_format = "@"

    assert rows(xlsx(fill)) == [(3, [None, None, "x"]), (7, ["y"])]


def test_places_that_a_writer_leaves_out_are_counted() -> None:
    assert rows(
        sheet_of('<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c><v>1</v></c></row>')
    ) == [
        (1, ["a", "b"]),
        (2, [1]),
    ]


def test_rich_text_phonetic_guides_and_escapes_come_out_as_the_text_that_shows() -> None:
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>Jo</t></r><r><rPr/><t xml:space="preserve">sé </t></r>'
        '<rPh sb="0" eb="1"><t>ho-se</t></rPh></is></c><c r="B1" t="str"><v>a_x000D_b</v></c>'
        '<c r="C1" t="inlineStr"><is><t></t></is></c><c r="D1" t="d"><v>2026-03-05</v></c></row>'
    )
    assert rows(sheet_of(cells)) == [(1, ["José ", "a\rb", None, date(2026, 3, 5)])]


@pytest.mark.parametrize(
    ("code", "is_day"),
    [
        ("yyyy-mm-dd", True),
        ("dd/mm/yyyy", True),
        ('[$-80A]d "de" mmmm "de" yyyy;@', True),
        ("d-mmm", True),
        ("[h]:mm", True),
        ("mm-dd-yy", True),
        ("0.00", False),
        ("General", False),
        ('"día" 0', False),
        ("[Red]0;[Blue]-0", False),
        ("0.00E+00", False),
        ('_-"$"* #,##0.00_-', False),
        ("@", False),
        ("\\d0", False),
    ],
)
def test_the_format_of_a_cell_tells_a_day_from_a_number(code: str, is_day: bool) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = 46086
        sheet["A1"].number_format = code

    assert rows(xlsx(fill)) == [(1, [date(2026, 3, 5) if is_day else 46086])]


@pytest.mark.parametrize(
    ("serial", "since_1904", "day"),
    [
        (46086, False, date(2026, 3, 5)),
        (44624, True, date(2026, 3, 5)),
        (1, False, date(1900, 1, 1)),
        (59, False, date(1900, 2, 28)),
        (60, False, 60),
        (61, False, date(1900, 3, 1)),
        (0.5, False, time(12)),
        (46086.5, False, datetime.fromisoformat("2026-03-05T12:00")),
        (-1, False, -1),
        (2_958_465, False, date(9999, 12, 31)),
        (2_958_466, False, 2_958_466),
    ],
)
def test_days_are_counted_as_excel_counts_them(serial: float, since_1904: bool, day: object) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = serial
        sheet["A1"].number_format = "yyyy-mm-dd hh:mm"

    content = xlsx(fill)
    if since_1904:
        content = edited(
            content,
            "xl/workbook.xml",
            lambda text: re.sub("<workbookPr ?/>", '<workbookPr date1904="1"/>', text),
        )
    assert rows(content) == [(1, [day])]


def test_the_first_visible_sheet_with_data_is_read_and_the_others_are_named() -> None:
    book = openpyxl.Workbook()
    names = ("oculta", "muy oculta", "vacía", "Contactos", "Otra", "Nada")
    hidden, very_hidden, _, contacts, other, formatted = (book.create_sheet(name) for name in names)
    del book["Sheet"]
    hidden.sheet_state, very_hidden.sheet_state = "hidden", "veryHidden"
    for sheet in (hidden, very_hidden, contacts, other):
        sheet.append(["CONTACT"])
    formatted["A1"].number_format = "@"
    contacts.append(["+525500998877"])
    contacts.row_dimensions[2].hidden = True
    out = io.BytesIO()
    book.save(out)
    with open_table(io.BytesIO(out.getvalue()), "x.xlsx") as table:
        checked = check(table, [])
        assert table.sheet == "Contactos"
    assert len(checked.contacts) == 1
    assert [(problem.code, problem.params["others"]) for problem in checked.problems] == [
        ("other_sheets", "Otra")
    ]


def test_a_false_dimension_is_not_believed() -> None:
    content = xlsx(lambda sheet: sheet.append(["a", "b"]))
    for false in ("A1", "A1:XFD1048576"):
        wrong = edited(content, "xl/worksheets/sheet1.xml", partial(re.sub, 'ref="A1:B1"', f'ref="{false}"'))
        assert rows(wrong) == [(1, ["a", "b"])]


def test_a_stray_value_in_the_last_corner_is_an_extra_cell_and_no_disaster() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["CONTACT", "NOMBRE", "MONTO", "FECHA"])
        sheet.append(["+525500998877", "Ana", 1, date(2026, 3, 5)])
        sheet["XFD1048576"] = "x"

    found = [(p.row, p.column, p.code) for p in check_bytes(xlsx(fill)).problems]
    assert (1_048_576, "XFD", "extra_cell") in found


def test_a_workbook_without_its_styles_has_numbers_for_days() -> None:
    content = edited((EXAMPLES / "contacts.xlsx").read_bytes(), "xl/styles.xml", lambda _: "")
    assert {(p.column, p.code) for p in check_bytes(content).problems} == {("FECHA", "invalid_date")}


def test_prefixed_names_are_read_like_plain_ones() -> None:
    def prefix(text: str) -> str:
        return (
            text.replace("<", "<x:")
            .replace("<x:/", "</x:")
            .replace("xmlns=", "xmlns:x=")
            .replace("<x:?", "<?")
        )

    content = xlsx(lambda sheet: sheet.append(["a", 2]))
    assert rows(edited(content, "xl/worksheets/sheet1.xml", prefix)) == [(1, ["a", 2])]


HTML = """<html><head><title>CONTACT</title><style>td {{}}</style></head><body><table><tr><td>Reporte</td></tr></table>
<TABLE><thead><tr><th>CONTACT</th><th>NOMBRE</th><th> </th><th>MONTO<th>FECHA</thead>
<tr><td>+52&nbsp;55&nbsp;0099&nbsp;8877<td>Jos&eacute;<br>Núñez<td><td>1350.50<td>2026-03-05
<tr><td colspan=5><!-- nada --></td></tr>
<tr><td>5.255E+11</td></tr></table><p>Total</p></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_web_page_called_xls_gives_its_table(encoding: str) -> None:
    assert rows(HTML.encode(encoding), "reporte.xls") == [
        (1, ["CONTACT", "NOMBRE", None, "MONTO", "FECHA"]),
        (2, ["+52\u00a055\u00a00099\u00a08877", "José\nNúñez", None, "1350.50", "2026-03-05"]),
        (4, ["5.255E+11"]),
    ]


def test_merged_cells_of_a_page_have_their_value_in_the_first() -> None:
    page = b"<table><tr><td>CONTACT<td>A<td>B<tr><td>1<td rowspan=2>x<td>y<tr><td>2<td>z<tr><td colspan=2>3<td>w</table>"
    assert rows(page) == [
        (1, ["CONTACT", "A", "B"]),
        (2, ["1", "x", "y"]),
        (3, ["2", None, "z"]),
        (4, ["3", None, "w"]),
    ]


def test_tables_in_tables_and_other_tables_are_told_apart() -> None:
    page = b"<table><tr><td><table><tr><td>CONTACT<tr><td>+525500998877</table></td></tr></table><table><tr><td>x</table>"
    with open_table(io.BytesIO(page), "x.xls") as table:
        checked = check(table, [])
    assert len(checked.contacts) == 1
    assert [problem.code for problem in checked.problems] == ["other_sheets"]


def test_the_number_that_excel_writes_beside_what_it_shows_is_taken() -> None:
    page = b"<table><tr><td>CONTACT<tr><td x:num='525500998877'>5.25501E+11</table>"
    assert rows(page)[1] == (2, [525500998877.0])


XML2003 = """
<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="oculta"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
<Worksheet ss:Name="Contactos"><Table>
<Row><Cell><Data ss:Type="String">CONTACT</Data><Comment><ss:Data>nota</ss:Data></Comment></Cell><Cell ss:Index="3"><ss:Data
 ss:Type="String"><B>FE</B>CHA</ss:Data></Cell></Row>
<Row ss:Index="4" ss:Span="1"/>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="Number">5.25500998877E11</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-03-05T14:30:00.000</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell>
<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell ss:Formula="=1"/></Row></Table></Worksheet></Workbook>"""


def test_xml_spreadsheet_2003_gives_typed_cells_in_their_places() -> None:
    with open_table(io.BytesIO(XML2003.encode()), "x.xls") as table:
        assert table.sheet == "Contactos"
        assert list(table.rows) == [
            (1, ["CONTACT", None, "FECHA"]),
            (
                6,
                [
                    *(525500998877.0, None, HALF_PAST_TWO, ErrorValue("#N/A")),
                    *(True, NOT_CALCULATED),
                ],
            ),
        ]


ODS = """<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:calcext="c">
<office:automatic-styles><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="oculta" table:style-name="ta2"><table:table-row><table:table-cell office:value-type="string">
<text:p>x</text:p></table:table-cell></table:table-row></table:table>
<table:table table:name="Contactos">
<table:table-header-rows><table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>nota</text:p>
</office:annotation><text:p>CONTACT</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
<table:table-row table:number-rows-repeated="2" table:visibility="filter">
<table:table-cell office:value-type="float" office:value="525500998877"><text:p>5.255E+11</text:p></table:table-cell>
<table:covered-table-cell/><table:table-cell/>
<table:table-cell office:value-type="date" office:date-value="2026-03-05"><text:p>5/3/26</text:p></table:table-cell>
<table:table-cell table:formula="of:=NA()" office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>
<table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>a<text:s text:c="2"/>b</text:p><text:p>c<text:span>d</text:span></text:p></table:table-cell>
<table:table-cell office:value-type="time" office:time-value="PT14H30M00S"><text:p>14:30</text:p></table:table-cell>
<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>x</text:p></table:table-cell>
<table:table-cell table:formula="of:=1"/>
<table:table-cell table:number-columns-repeated="16000"/>
</table:table-row><table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def ods(content: str, **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
        archive.writestr("content.xml", content)
    return out.getvalue()


def test_open_document_gives_typed_cells_in_their_places() -> None:
    cells = [
        *(
            525500998877,
            None,
            None,
            date(2026, 3, 5),
            ErrorValue("#N/A"),
            "a  b\ncd",
            "a  b\ncd",
            time(14, 30),
        ),
        *(True, NOT_CALCULATED),
    ]
    assert rows(ods(ODS), "x.ods") == [(1, ["CONTACT"]), (5, cells), (6, cells)]


def test_flat_open_document_is_the_same_without_its_container() -> None:
    flat = ODS.replace('xmlns:office="o"', 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"')
    assert rows(("<?xml version='1.0'?>" + flat).encode(), "x.xls") == rows(ods(ODS))


def test_a_page_saved_as_one_file_gives_the_table_of_its_parts() -> None:
    content = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n"
        b"<frameset></frameset>\r\n--x\r\nContent-Type: text/html; charset=windows-1252\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<table><tr><td>CONTACT<td>AL=\r\nIAS<tr><td x:num>525500998877"
        b"<td>Pe=F1a</table>\r\n--x--\r\n"
    )
    assert rows(content, "x.xls") == [(1, ["CONTACT", "ALIAS"]), (2, ["525500998877", "Peña"])]


def test_characters_beyond_the_first_plane_survive_their_escapes() -> None:
    assert rows(sheet_of('<row><c t="str"><v>a_xD83D__xDE00_b_xD83D_</v></c></row>')) == [(1, ["a😀b\ufffd"])]


def test_progress_of_a_workbook_ends_at_one() -> None:
    def fill(sheet: Worksheet) -> None:
        for number in range(3000):
            sheet.append([f"+5255{number:08}", "Ana"])

    with open_table(io.BytesIO(xlsx(fill)), "x.xlsx") as table:
        seen = [table.progress() for _ in table.rows]
        assert table.progress() == 1.0
    assert len(seen) == 3000
    assert seen == sorted(seen)
