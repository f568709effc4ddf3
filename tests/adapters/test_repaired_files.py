"""Repaired files: every value comes back as it was, under its own row, and no spreadsheet runs anything."""

import io
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import count, islice

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartchat.adapters.repaired_files import Layout, SheetRow, styles, write_text, write_workbook
from smartchat.adapters.spreadsheets import open_table
from smartchat.domain.contact_file.cells import read_text, trimmed, unguarded
from smartchat.domain.contact_file.table import NOT_CALCULATED, Row
from smartchat.domain.contact_file.values import ErrorValue, Value
from tests.effort import examples

HEADER = SheetRow(1, ["CONTACT", "NOMBRE", "REASON"], (), Layout(frozenset({0, 1}), 2))
RUNNABLE = [
    *("=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1"),
    *("＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", "\u200b=1+1", "\ufeff@A1", "+52 55 (1234)", '=HYPERLINK("x")'),
]
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30
) | (st.text("=+-@'\"\t\r\n,;| _x000D\u200b", min_size=1, max_size=12))
DAYS = st.dates(date(1900, 1, 1), date(9999, 12, 30))
TYPED = st.one_of(
    TEXTS,
    st.integers(0, 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    DAYS,
    st.builds(
        datetime.combine, DAYS, st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(1, 59))
    ),
    st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59)),
    st.sampled_from([ErrorValue("#N/A"), ErrorValue("#DIV/0!"), None]),
)


def text_of(rows: Sequence[SheetRow], delimiter: str = "\t") -> bytes:
    out = io.BytesIO()
    write_text(rows, out, delimiter)
    return out.getvalue()


def workbook_of(rows: Sequence[SheetRow], sheet: str = "Hoja") -> bytes:
    out = io.BytesIO()
    write_workbook(rows, out, sheet)
    return out.getvalue()


def read(content: bytes, name: str) -> list[Row]:
    with open_table(io.BytesIO(content), name) as table:
        return [(number, list(cells)) for number, cells in table.rows]


def value_in_workbook(value: Value) -> Value:
    return read(workbook_of([HEADER, SheetRow(2, ["+525500998877", value, None], {1})]), "x.xlsx")[1][1][1]


@examples(25)
@given(st.lists(st.lists(TYPED, min_size=1, max_size=4), min_size=1, max_size=12))
def test_typed_values_come_back_from_a_workbook_as_they_were(rows: list[list[Value]]) -> None:
    content = workbook_of([HEADER, *(SheetRow(at * 2, ["x", *row]) for at, row in enumerate(rows, 2))])
    expected: list[list[Value]] = [list(HEADER.cells)]
    for row in rows:
        expected.append(["x", *row])
        while expected[-1][-1] is None:
            expected[-1].pop()
    found = read(content, "x.xlsx")
    assert [cells for _, cells in found] == expected
    assert [list(map(type, cells)) for _, cells in found] == [list(map(type, cells)) for cells in expected]
    assert [number for number, _ in found] == [1, *range(4, 2 * len(rows) + 4, 2)]


@examples(100)
@given(st.lists(TEXTS, min_size=1, max_size=6), st.sampled_from("\t,;|"))
def test_texts_come_back_from_a_text_file_as_the_check_reads_them(texts: list[str], delimiter: str) -> None:
    header = HEADER._replace(cells=["CONTACT", *(f"C{at}" for at in range(len(texts)))])
    content = text_of([header, SheetRow(2, ["+525500998877", *texts])], delimiter)
    (_, (number, cells)) = read(content, "x.csv")
    assert number == 2
    assert list(map(read_text, cells)) == list(map(read_text, ["+525500998877", *texts]))


@pytest.mark.parametrize("text", RUNNABLE)
def test_no_workbook_cell_is_a_formula_whatever_its_text(text: str) -> None:
    content = workbook_of(
        [HEADER._replace(cells=["CONTACT", text, "R"]), SheetRow(2, [text, text, text], {1})]
    )
    for line in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows():
        assert all(cell.data_type != "f" for cell in line)
    wrong = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["B2"]
    assert (wrong.data_type, wrong.number_format, wrong.quotePrefix) == ("s", "@", True)
    assert read(content, "x.xlsx")[1][1] == [text, text, text]


@pytest.mark.parametrize("text", RUNNABLE)
@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_what_a_spreadsheet_might_run_stands_behind_an_apostrophe(text: str, delimiter: str) -> None:
    content = text_of([HEADER, SheetRow(2, ["+525500998877", text, ""])], delimiter)
    cell = str(read(content, "x.csv")[1][1][1])
    assert cell == f"'{trimmed(text)}"
    assert unguarded(cell) == trimmed(text)


@pytest.mark.parametrize(
    "text", ["+525500998877", "-3", "-1350.50", "'=A1", "'Óscar", "Ana", "a=b", " Ana ", "1"]
)
def test_what_nobody_runs_is_written_as_it_is(text: str) -> None:
    assert read(text_of([SheetRow(1, ["x", text])]), "x.tsv") == [(1, ["x", text])]


def test_empty_rows_of_a_text_file_keep_the_numbers_of_the_others() -> None:
    content = text_of([HEADER._replace(number=2), SheetRow(5, ["x"])])
    assert [number for number, cells in read(content, "x.tsv") if cells] == [2, 5]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (ErrorValue("#¡VALOR!"), ErrorValue("#VALUE!")),
        (NOT_CALCULATED, ErrorValue("#N/A")),
        (date(1899, 5, 1), "1899-05-01"),
        (date(1900, 2, 28), date(1900, 2, 28)),
        (date(1900, 3, 1), date(1900, 3, 1)),
        (datetime.combine(date(2026, 3, 5), time()), date(2026, 3, 5)),
        ("x" * 40_000, "x" * 32_767),
        ("\ud800", "\ufffd"),
        ("_x0041_ \x01\r\uffff", "_x0041_ \x01\r\uffff"),
    ],
)
def test_what_a_workbook_cannot_hold_is_written_as_the_nearest_thing(value: Value, found: Value) -> None:
    assert value_in_workbook(value) == found


def test_wrong_cells_are_coloured_even_where_they_are_empty() -> None:
    content = workbook_of([HEADER, SheetRow(2, ["hola", None, "why"], {0, 1})])
    line = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0][2]
    assert [cell.fill.fgColor.rgb == styles.SHADE for cell in line] == [True, True, False]


def test_numbers_are_numbers_and_what_is_typed_over_a_phone_is_text() -> None:
    content = workbook_of([HEADER, SheetRow(2, [5512345678, 3.5, None], {0}), SheetRow(3, [None, None, 1])])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert [(cell.value, cell.number_format) for cell in sheet[2][:2]] == [
        (5512345678, "@"),
        (3.5, "General"),
    ]
    assert [cell.number_format for cell in sheet[3]] == ["@", "@", "General"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("", "1"),
        ("a/b[c]:d*e?f\\g", "a b c  d e f g"),
        ("'x'", "x"),
        ("n" * 50, "n" * 31),
        ("Año & <1>", "Año & <1>"),
    ],
)
def test_the_sheet_keeps_its_name_as_far_as_a_workbook_can(name: str, kept: str) -> None:
    assert openpyxl.load_workbook(io.BytesIO(workbook_of([HEADER], name))).sheetnames == [kept]


class Nowhere(io.RawIOBase):
    """Takes what is written and keeps nothing; cannot seek."""

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        return len(content)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["text", "workbook"])
def test_many_rows_take_no_more_memory_than_a_few(kind: str) -> None:
    def rows() -> Iterator[SheetRow]:
        yield HEADER
        for at in count(2):
            yield SheetRow(at, [f"+52{at:010}", f"Ana {at}", "why"], {0})

    peaks = []
    for number in (2_000, 20_000):
        out = io.BufferedWriter(Nowhere())
        tracemalloc.start()
        if kind == "text":
            write_text(islice(rows(), number), out, "\t")
        else:
            write_workbook(islice(rows(), number), out, "Hoja")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
