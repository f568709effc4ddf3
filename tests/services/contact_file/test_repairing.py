"""A wrong file goes in; the same file comes out, with what to do beside each wrong row."""

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import Cell

from smartchat.adapters.repaired_files import styles
from smartchat.adapters.spreadsheets import open_table
from smartchat.domain.contact_file.check import CheckedFile, check
from smartchat.domain.contact_file.table import Row
from smartchat.domain.contact_file.values import Value
from smartchat.domain.script.custom_data import DataColumn
from smartchat.services.contact_file.repairing import NotRepaired, Repaired, name_of, repair

COLUMNS = (DataColumn("NOMBRE", "TEXT"), DataColumn("MONTO", "NUMBER"))
CORPUS = Path(__file__).parents[2] / "contact_files"
MANIFEST: list[dict[str, Any]] = json.loads((CORPUS / "manifest.json").read_text())["files"]
WRONG_WORKBOOKS = [entry for entry in MANIFEST if entry["file"].startswith("wrong_")]
TEXT_FILES = [
    ("contactos.tsv", "\t", "utf-8"),
    ("contactos.txt", "\t", "utf-16"),
    ("contactos.csv", ",", "cp1252"),
    ("contactos.csv", ";", "utf-8-sig"),
    ("contactos.csv", "|", "utf-8"),
]
MARK = styles.SHADE

Fixed = tuple[Repaired, bytes]


def fixed(
    content: bytes,
    name: str = "contactos.tsv",
    columns: Sequence[DataColumn] = COLUMNS,
    country_code: str = "",
    language: str = "es",
) -> Fixed:
    out = io.BytesIO()
    repaired = repair(io.BytesIO(content), name, columns, language, out, country_code)
    assert isinstance(repaired, Repaired)
    return repaired, out.getvalue()


def refusal(content: bytes, name: str = "contactos.tsv") -> str:
    refused = repair(io.BytesIO(content), name, COLUMNS, "es", io.BytesIO())
    assert isinstance(refused, NotRepaired)
    return refused.problem.code


def rows(content: bytes, name: str) -> list[Row]:
    with open_table(io.BytesIO(content), name) as table:
        return list(table.rows)


def cells(content: bytes, name: str = "contactos.tsv") -> list[list[Value]]:
    return [list(row) for _, row in rows(content, name)]


def checked(content: bytes, name: str, columns: Sequence[DataColumn] = COLUMNS) -> CheckedFile:
    with open_table(io.BytesIO(content), name) as table:
        return check(table, columns)


def tsv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def workbook(*lines: Sequence[Value], first: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for number, line in enumerate(lines, first):
        for column, value in enumerate(line, 1):
            book.worksheets[0].cell(number, column).value = value  # type: ignore[assignment]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def marked(content: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [cell.coordinate for line in sheet.iter_rows() for cell in line if is_marked(cell)]


def is_marked(cell: Any) -> bool:
    return bool(cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb == MARK)


def corrected(content: bytes, value: Callable[[Cell], Value]) -> bytes:
    """The workbook with new values in its coloured cells, and nothing else changed."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for line in book.worksheets[0].iter_rows():
        for cell in line:
            if is_marked(cell):
                assert isinstance(cell, Cell)
                cell.value = value(cell)  # type: ignore[assignment]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("name", "delimiter", "encoding"), TEXT_FILES)
def test_a_text_file_comes_back_in_its_format_and_is_right_once_its_cells_are(
    name: str, delimiter: str, encoding: str
) -> None:
    lines = [
        ["CONTACT", "NOMBRE", "CIUDAD", "MONTO"],
        ["+52 55 0099 8877", "José", "León", "1350"],
        [],
        ["5512345678", "Íñigo", "Mérida", "-3"],
        ["+525500998878", '"Ana"', "", "mil"],
    ]
    text = "\n".join(delimiter.join(cell.replace('"', '""') for cell in line) for line in lines)
    repaired, content = fixed(text.encode(encoding), name)
    extension = name[-3:] if name.endswith("csv") else "tsv"
    assert (repaired.file_name, repaired.format) == (f"contactos-corregir.{extension}", extension)
    assert (repaired.wrong_rows, repaired.good_rows, repaired.mended) == (2, 1, 1)
    assert content.startswith(b"\xef\xbb\xbfCONTACT" if extension == "tsv" else b'\xef\xbb\xbf"CONTACT"')
    sheet = cells(content, repaired.file_name)
    assert sheet[:3] == [[*lines[0], "REASON"], ["+525500998877", "José", "León", "1350", ""], []]
    assert str(sheet[3][-1]).startswith("CONTACT: 5512345678 tiene 10 dígitos")
    assert str(sheet[4][-1]).startswith("MONTO: «mil»")
    again = content.decode("utf-8-sig").replace("5512345678", "+525512345678", 1).replace("mil", "1000", 1)
    outcome = checked(again.encode("utf-8-sig"), repaired.file_name)
    assert outcome.ok
    assert [(contact.row, contact.phone, contact.values["MONTO"]) for contact in outcome.contacts] == [
        (2, "+525500998877", "1350"),
        (4, "+525512345678", "-3"),
        (5, "+525500998878", "1000"),
    ]
    assert [contact.extra for contact in outcome.contacts] == [
        {"CIUDAD": "León"},
        {"CIUDAD": "Mérida"},
        {"CIUDAD": ""},
    ]


@pytest.mark.parametrize("entry", MANIFEST, ids=[entry["file"] for entry in MANIFEST])
def test_a_repaired_file_says_to_the_check_what_the_first_one_said(entry: dict[str, Any]) -> None:
    columns = [DataColumn(column["id"], column["type"]) for column in entry["columns"]]
    before = (CORPUS / "files" / entry["file"]).read_bytes()
    first = checked(before, entry["file"], columns)
    repaired, after = fixed(before, entry["file"], columns)
    second = checked(after, repaired.file_name, columns)
    assert second.contacts == first.contacts
    assert [(problem.row, problem.code) for problem in second.problems if problem.severity == "error"] == [
        (problem.row, problem.code) for problem in first.problems if problem.severity == "error"
    ]
    assert repaired.format == Path(entry["file"]).suffix[1:] or repaired.format == "xlsx"


@pytest.mark.parametrize("entry", WRONG_WORKBOOKS, ids=[entry["file"] for entry in WRONG_WORKBOOKS])
def test_a_workbook_is_right_once_its_coloured_cells_are(entry: dict[str, Any]) -> None:
    columns = [DataColumn(column["id"], column["type"]) for column in entry["columns"]]
    before = (CORPUS / "files" / entry["file"]).read_bytes()
    repaired, after = fixed(before, entry["file"], columns)
    right: dict[str, Value] = {"NOMBRE": "Eva", "MONTO": 5, "FECHA": "2026-03-05"}
    headers = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(after)).worksheets[0][1]]

    def value(cell: Cell) -> Value:
        header = str(headers[cell.column - 1] if cell.column <= len(headers) else "")
        return f"+5255123456{cell.row:02}" if header == "CONTACT" else right.get(header)

    outcome = checked(corrected(after, value), repaired.file_name, columns)
    assert outcome.ok
    assert len(outcome.contacts) == repaired.wrong_rows + repaired.good_rows
    untouched = {contact.row: contact for contact in checked(before, entry["file"], columns).contacts}
    assert {contact.row: contact for contact in outcome.contacts if contact.row in untouched} == untouched


def test_a_text_file_may_come_back_as_a_workbook() -> None:
    lines = ["CONTACT\tNOMBRE\tMONTO", "5512345678\tAna\t1,350", "", "+525500998877\tEva\t0012"]
    out = io.BytesIO()
    repaired = repair(io.BytesIO(tsv(*lines)), "lista.tsv", COLUMNS, "es", out, as_workbook=True)
    assert isinstance(repaired, Repaired)
    assert repaired.file_name == "lista-corregir.xlsx"
    assert marked(out.getvalue()) == ["A2", "C2"]
    assert rows(out.getvalue(), repaired.file_name)[2] == (4, ["+525500998877", "Eva", "0012"])


def test_row_numbers_stay_whatever_is_empty() -> None:
    content = workbook(
        ["CONTACT", "NOMBRE", "MONTO"],
        ["5512345678", "Ana", 1],
        [],
        [],
        ["+525500998877", "Eva", None],
        first=3,
    )
    repaired, after = fixed(content, "lista.xlsx")
    assert [number for number, _ in rows(after, repaired.file_name)] == [3, 4, 7]
    assert marked(after) == ["A4", "C7"]
    assert openpyxl.load_workbook(io.BytesIO(after)).worksheets[0].freeze_panes == "A4"


def test_empty_rows_of_a_text_file_stay_empty_and_are_kept() -> None:
    lines = ["", "\t\t", "CONTACT\tNOMBRE\tMONTO", "", "hola\tAna\t1", "\t\t", "+525500998877\tEva\t2", ""]
    _, after = fixed(tsv(*lines))
    assert [number for number, row in rows(after, "x.tsv") if any(row)] == [3, 5, 7]
    assert [contact.row for contact in checked(after, "x.tsv").contacts] == [7]


def test_a_formula_that_came_in_as_text_goes_out_as_text() -> None:
    columns = COLUMNS[:1]
    repaired, text = fixed(
        tsv("CONTACT\tNOMBRE\tEXTRA", "hola\t=1+1\t@x", "+525500998877\t'=2+2\t-x"), columns=columns
    )
    assert cells(text)[1][:3] == ["hola", "'=1+1", "'@x"]
    (contact,) = checked(text, repaired.file_name, columns).contacts
    assert (contact.values, contact.extra) == ({"NOMBRE": "=2+2"}, {"EXTRA": "-x"})
    _, again = fixed(text, repaired.file_name, columns)
    assert cells(again) == cells(text)


def test_several_reasons_stand_in_one_cell() -> None:
    _, after = fixed(tsv("CONTACT\tNOMBRE\tMONTO", "hola\t\tmil"))
    reasons = str(cells(after)[1][3]).split(" · ")
    assert [reason.split(":")[0] for reason in reasons] == ["CONTACT", "NOMBRE", "MONTO"]


def test_the_reasons_are_told_in_the_operators_language() -> None:
    repaired, after = fixed(tsv("CONTACT\tNOMBRE\tMONTO", "+525500998877\t\t1"), language="en")
    assert repaired.file_name == "contactos-to-correct.tsv"
    assert str(cells(after)[1][3]).startswith("NOMBRE: this cell is empty.")


def test_numbers_are_completed_with_the_country_code_and_kept_as_text() -> None:
    repaired, after = fixed(
        workbook(["CONTACT", "NOMBRE", "MONTO"], [5512345678, "Ana", 1], ["52 55 0099 8877", "", 2]),
        "lista.xlsx",
        country_code="52",
    )
    sheet = openpyxl.load_workbook(io.BytesIO(after)).worksheets[0]
    assert [(sheet.cell(at, 1).value, sheet.cell(at, 1).number_format) for at in (2, 3)] == [
        ("+525512345678", "@"),
        ("+525500998877", "@"),
    ]
    assert (repaired.mended, repaired.wrong_rows, marked(after)) == (2, 1, ["B3"])


def test_a_bad_number_stays_as_it_was() -> None:
    _, after = fixed(workbook(["CONTACT", "NOMBRE", "MONTO"], [5512345678, "Ana", "1,350"]), "lista.xlsx")
    assert cells(after, "x.xlsx")[1][:3] == [5512345678, "Ana", "1,350"]


def test_a_value_beyond_the_headers_moves_behind_the_reason_and_is_named_by_its_new_letter() -> None:
    content = workbook(["CONTACT", "NOMBRE", "MONTO"], ["+525500998877", "Ana", 1, None, "sobra"])
    _, after = fixed(content, "lista.xlsx")
    _, row = rows(after, "x.xlsx")[1]
    assert str(row[3]).startswith("Columna F: «sobra»")
    assert (row[5], marked(after)) == ("sobra", ["F2"])


def test_a_file_that_comes_back_wrong_again_keeps_one_column_of_reasons() -> None:
    first, once = fixed(tsv("CONTACT\tNOMBRE\tMONTO", "hola\tAna\t1", "+525500998877\tEva\tmil"))
    second, twice = fixed(once.replace(b"hola", b"+525500998878"), first.file_name)
    assert second.file_name == first.file_name == "contactos-corregir.tsv"
    assert cells(twice)[0] == ["CONTACT", "NOMBRE", "MONTO", "REASON"]
    assert cells(twice)[1] == ["+525500998878", "Ana", "1", ""]
    assert cells(twice)[2] == cells(once)[2]


def test_a_column_that_was_added_behind_the_reasons_stays_where_it_is() -> None:
    _, after = fixed(tsv("CONTACT\tREASON\tNOMBRE\tMONTO", "hola\told\tAna\t1", "+525500998877\told\tEva\t2"))
    assert cells(after)[0] == ["CONTACT", "REASON", "NOMBRE", "MONTO"]
    assert str(cells(after)[1][1]).startswith("CONTACT: «hola»")
    assert cells(after)[2] == ["+525500998877", "", "Eva", "2"]


@pytest.mark.parametrize(
    ("headers", "told", "places"),
    [
        (["Contacto", "NOMBRE", "MONTO"], "Contacto: ", ["A1"]),
        (["CONTACT", "Nombre", "MONTO"], "NOMBRE: ", ["B1"]),
        (["CONTACT", "NOMBRE", "MONTO", "MONTO"], "MONTO: ", ["C1", "D1"]),
        (["CONTACT", "NOMBRE"], "MONTO: ", []),
    ],
)
def test_where_the_headers_are_wrong_their_row_says_why(
    headers: list[str], told: str, places: list[str]
) -> None:
    every: list[Value] = ["+52 55 0099 8877", "Ana", 1, 2]
    data = every[: len(headers)]
    repaired, after = fixed(workbook(headers, data, [], data), "lista.xlsx")
    assert (repaired.wrong_headers, repaired.wrong_rows) == (True, 0)
    assert marked(after) == places
    first, *others = rows(after, "x.xlsx")
    assert list(first[1][:-1]) == headers
    assert str(first[1][-1]).startswith(f"REASON: {told}")
    assert others == [(2, data), (4, data)]


@pytest.mark.parametrize(("name", "delimiter", "encoding"), TEXT_FILES)
def test_wrong_headers_are_all_that_has_to_be_mended_in_a_text_file(
    name: str, delimiter: str, encoding: str
) -> None:
    lines = [["Contacto", "NOMBRE", "Monto"], ["+525500998877", "Ñu, Ana; y | Eva", "1"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    repaired, after = fixed(text.encode(encoding), name)
    mended = after.decode("utf-8-sig").replace("Contacto", "CONTACT", 1).replace("Monto", "MONTO", 1)
    outcome = checked(mended.encode("utf-8-sig"), repaired.file_name)
    assert (outcome.ok, len(outcome.contacts)) == (True, 1)


def test_a_right_file_comes_back_with_nothing_to_do() -> None:
    repaired, after = fixed(tsv("CONTACT\tNOMBRE\tMONTO", "+525500998877\tAna\t1"))
    assert (repaired.wrong_rows, repaired.good_rows, repaired.mended) == (0, 1, 0)
    assert cells(after) == [["CONTACT", "NOMBRE", "MONTO", "REASON"], ["+525500998877", "Ana", "1", ""]]


def test_an_excel_line_that_names_the_delimiter_is_no_row() -> None:
    repaired, after = fixed(tsv("sep=;", "CONTACT;NOMBRE;MONTO", "hola;Ana;1"), "lista.csv")
    assert [number for number, row in rows(after, repaired.file_name) if row] == [1, 2]


def test_a_row_of_formulas_that_were_never_calculated_is_not_lost() -> None:
    content = workbook(["CONTACT", "NOMBRE", "MONTO"], ["+525500998877", "Ana", 1], ["=A9", "=A9", "=A9"])
    repaired, after = fixed(content, "lista.xlsx")
    assert repaired.wrong_rows == 1
    assert not checked(after, repaired.file_name).ok


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"CONTACT\tNOMBRE\tMONTO\n", "no_rows"),
        (b"CONTACT,NOMBRE,MONTO\n", "wrong_delimiter"),
        (b"%PDF-1.7", "unreadable_file"),
        (
            b'CONTACT\tNOMBRE\tMONTO\nhola\tAna\t1\n+525500998877\t"Ana\t1\n+525500998878\tEva\t1\n',
            "unclosed_quote",
        ),
        (("CONTACT\t" + "\t".join(f"C{n}" for n in range(120))).encode(), "too_large"),
        (workbook(["CONTACT"])[:400], "unreadable_file"),
    ],
)
def test_what_cannot_be_corrected_row_by_row_is_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_file_with_too_many_rows_is_refused_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartchat.adapters.spreadsheets.text.TEXT_ROW_LIMIT", 2)
    assert refusal(tsv("CONTACT\tNOMBRE\tMONTO", *["hola\tAna\t1"] * 3)) == "too_large"


@pytest.mark.parametrize(
    ("name", "kind", "language", "offered"),
    [
        ("contactos.xls", "xlsx", "es", "contactos-corregir.xlsx"),
        ("C:\\fakepath\\lista 1.csv", "csv", "en", "lista 1-to-correct.csv"),
        ("lista-corregir.xlsx", "xlsx", "es", "lista-corregir.xlsx"),
        ("a.b.tsv", "tsv", "es", "a.b-corregir.tsv"),
        (".tsv", "tsv", "es", "contactos-corregir.tsv"),
        ("lista", "tsv", "en", "lista-to-correct.tsv"),
        ("../../x\r\ny.tsv", "tsv", "es", "xy-corregir.tsv"),
    ],
)
def test_the_name_says_whose_file_it_is_and_what_is_to_be_done(
    name: str, kind: str, language: str, offered: str
) -> None:
    assert name_of(name, kind, language) == offered
