"""Text files: encodings, line ends, delimiters, quotes."""

import io

import pytest

from smartchat.adapters.spreadsheets import open_table
from smartchat.domain.contact_file.check import CheckedFile, Unreadable, check
from smartchat.domain.contact_file.table import Row, Table
from smartchat.domain.script.custom_data import DataColumn

NOMBRE = (DataColumn("NOMBRE", "TEXT"),)
SPANISH = "CONTACT\tNOMBRE\r\n+525500998877\tJosé Núñez\r\n+525500998878\tMaría Peña\r\n+523312345678\tMUÑOZ GARCÍA\r\n"
NAMES = ["José Núñez", "María Peña", "MUÑOZ GARCÍA"]


def rows(content: bytes, name: str = "contacts.tsv") -> list[Row]:
    with open_table(io.BytesIO(content), name) as table:
        return list(table.rows)


def check_bytes(content: bytes, name: str = "contacts.tsv") -> CheckedFile:
    with open_table(io.BytesIO(content), name) as table:
        return check(table, NOMBRE)


def problem_of(content: bytes, name: str = "contacts.tsv") -> tuple[str, int | None]:
    """The code and row of the one problem."""
    try:
        (problem,) = check_bytes(content, name).problems
    except Unreadable as unreadable:
        problem = unreadable.problem
    return problem.code, problem.row


def opened(content: bytes, name: str = "contacts.tsv") -> Table:
    with open_table(io.BytesIO(content), name) as table:
        return table


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman", "cp850"],
)
def test_names_survive_every_encoding(encoding: str) -> None:
    checked = check_bytes(SPANISH.encode(encoding))
    assert [contact.values["NOMBRE"] for contact in checked.contacts] == NAMES


@pytest.mark.parametrize(("byte_order", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf16_is_read_by_its_mark(byte_order: bytes, encoding: str) -> None:
    checked = check_bytes(byte_order + SPANISH.encode(encoding))
    assert [contact.values["NOMBRE"] for contact in checked.contacts] == NAMES


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_rows_end_in_any_way(end: str, final: bool, encoding: str) -> None:
    text = SPANISH.replace("\r\n", end)
    checked = check_bytes((text if final else text.removesuffix(end)).encode(encoding))
    assert [contact.row for contact in checked.contacts] == [2, 3, 4]


def test_an_encoding_that_was_guessed_shows_a_line_to_judge_by() -> None:
    assert "Jos" in (opened(SPANISH.encode("cp1252")).guessed_sample or "")
    assert opened(SPANISH.encode("utf-8")).guessed_sample is None
    assert opened(SPANISH.encode("utf-16")).guessed_sample is None
    assert opened(b"CONTACT\r\n+525500998877").guessed_sample is None


@pytest.mark.parametrize(
    "text",
    [
        "MUÑOZ “EL TOÑO” – €5",
        "L’Hôtel",
        "Ángel Óscar",
        "¿Cómo?",
        "90 m² · 5º",
        "PEÑA",
        "Iñaki",
        "Ñ",
        "ü",
        "O’Brien",
        "MUñOZ",
    ],
)
def test_windows_1252_is_told_from_older_code_pages(text: str) -> None:
    checked = check_bytes(f"CONTACT\tNOMBRE\r\n+525500998877\t{text}\r\n".encode("cp1252"))
    assert checked.contacts[0].values["NOMBRE"] == text


@pytest.mark.parametrize("page", ["mac_roman", "cp850"])
@pytest.mark.parametrize("text", ["José Núñez", "María García", "Iñaki Peña", "Begoña Ibáñez", "Sofía Gómez"])
def test_older_code_pages_are_told_from_windows_1252(page: str, text: str) -> None:
    checked = check_bytes(f"CONTACT\tNOMBRE\r\n+525500998877\t{text}\r\n".encode(page))
    assert checked.contacts[0].values["NOMBRE"] == text


def test_accents_beyond_the_first_megabyte_are_read_too() -> None:
    plain = "".join(
        f"+52550000{n:04}\tAna Luisa Hernandez Hernandez Hernandez {n}\r\n" for n in range(10_000)
    )
    content = ("CONTACT\tNOMBRE\r\n" + plain * 3).encode() + "+525511223344\tMuñoz".encode("cp1252")
    assert rows(content)[-1][1] == ["+525511223344", "Muñoz"]


def test_damaged_utf8_is_named_with_its_row_and_not_read_as_something_else() -> None:
    content = "CONTACT\tNOMBRE\n+525500998877\tJosé\n+525500998878\tMaría\n".encode()
    assert problem_of(content + b"+525500998879\tPe\xf1a\n") == ("bad_encoding", 4)
    assert problem_of(b"\xef\xbb\xbf" + b"CONTACT\tNOMBRE\n+525500998877\tPe\xf1a\n") == ("bad_encoding", 2)


def test_utf16_that_breaks_off_is_named() -> None:
    assert problem_of(SPANISH.encode("utf-16")[:-1])[0] == "bad_encoding"


def test_bytes_that_windows_1252_does_not_have_are_named() -> None:
    assert problem_of(b"CONTACT\tNOMBRE\n+525500998877\tPe\xf1a\n+525500998878\tIb\xe1\xf1ez \x81\n") == (
        "bad_encoding",
        3,
    )


def test_a_letter_lost_before_is_an_error_of_its_cell() -> None:
    checked = check_bytes("CONTACT\tNOMBRE\n+525500998877\tJos\ufffd\n".encode())
    assert [(p.row, p.column, p.code) for p in checked.problems] == [(2, "NOMBRE", "bad_encoding")]


def test_nul_is_dropped() -> None:
    assert rows(b"CON\0TACT\tNOMBRE\n+5255\x0000998877\tAna\0\n") == [
        (1, ["CONTACT", "NOMBRE"]),
        (2, ["+525500998877", "Ana"]),
    ]


def test_a_file_padded_with_nul_is_read_as_far_as_it_goes() -> None:
    assert check_bytes(SPANISH.encode() + bytes(5000)).ok


def test_quoted_cells_hold_tabs_line_breaks_and_quotes() -> None:
    content = b'CONTACT\tNOMBRE\r\n+525500998877\t"Ana\tLuisa\r\n""La Jefa"""\r\n+525500998878\tEva\r\n'
    assert rows(content) == [
        (1, ["CONTACT", "NOMBRE"]),
        (2, ["+525500998877", 'Ana\tLuisa\r\n"La Jefa"']),
        (3, ["+525500998878", "Eva"]),
    ]


def test_a_quote_inside_a_cell_is_a_quote() -> None:
    assert rows(b'CONTACT\tNOMBRE\n+525500998877\tAna "La Jefa"\n')[1] == (
        2,
        ["+525500998877", 'Ana "La Jefa"'],
    )


@pytest.mark.parametrize(
    "rest",
    [
        b'\t"Luis\n+525500998879\tEva\n',
        b'\t"Luis\n+525500998879\tEva\n+525500998880\t"Ivo"\n',
        b'\t"Luis\n',
        b'\t"Luis',
        b'\t"',
        b'\t"Luis\n' + b"+525500998879\tEva\n" * 100_000,
    ],
)
def test_a_quote_that_is_never_closed_is_named_where_it_opens(rest: bytes) -> None:
    content = b"CONTACT\tNOMBRE\n+525500998877\tAna\n+525500998878" + rest
    assert problem_of(content) == ("unclosed_quote", 3)


def test_a_cell_with_many_lines_is_no_unclosed_quote() -> None:
    content = b'CONTACT\tNOMBRE\n+525500998877\t"Ana\nCalle 5\n06600 CDMX\ntel 55 1234 5678\n"\n+525500998878\tEva\n'
    assert check_bytes(content).ok


@pytest.mark.parametrize(("mark", "name"), [(",", "commas"), (";", "semicolons"), ("|", "vertical bars")])
def test_a_tsv_must_use_tabs(mark: str, name: str) -> None:
    content = f"\nCONTACT{mark}NOMBRE\n+525500998877{mark}Ana\n".encode()
    assert problem_of(content) == ("wrong_delimiter", 2)
    with pytest.raises(Unreadable) as raised, open_table(io.BytesIO(content), "x.TSV"):
        pass
    assert name in raised.value.problem.message("en")


@pytest.mark.parametrize("mark", [",", ";", "|", "\t"])
def test_a_csv_may_use_any_delimiter(mark: str) -> None:
    content = f'CONTACT{mark}NOMBRE\r\n+525500998877{mark}"Ana{mark} Luis"\r\n'.encode()
    assert rows(content, "contactos.CSV")[1] == (2, ["+525500998877", f"Ana{mark} Luis"])


def test_commas_in_a_single_column_are_no_delimiters_of_a_tsv() -> None:
    assert rows(b"CONTACT\n+525500998877\n") == [(1, ["CONTACT"]), (2, ["+525500998877"])]


def test_the_sep_line_of_excel_names_the_delimiter_and_is_no_row() -> None:
    assert rows(b"sep=;\r\nCONTACT;NOMBRE\r\n+525500998877;Ana\r\n", "x.csv") == [
        (1, ["CONTACT", "NOMBRE"]),
        (2, ["+525500998877", "Ana"]),
    ]
    assert rows(b"sep=\t\r\nCONTACT\tNOMBRE\r\n")[0] == (1, ["CONTACT", "NOMBRE"])
    assert problem_of(b"sep=;\r\nCONTACT;NOMBRE\r\n") == ("wrong_delimiter", 1)


ANA = {"NOMBRE": "Ana", "MONTO": "1350.5", "FECHA": "2026-03-05"}


def values(content: bytes, name: str) -> list[dict[str, str]]:
    with open_table(io.BytesIO(content), name) as table:
        checked = check(
            table, [DataColumn("NOMBRE", "TEXT"), DataColumn("MONTO", "NUMBER"), DataColumn("FECHA", "DATE")]
        )
    assert checked.ok, checked.problems
    return [dict(contact.values) for contact in checked.contacts]


@pytest.mark.parametrize(
    "header",
    [
        '"CONTACT\n";NOMBRE;MONTO;FECHA',
        '"CONTACT";"NOMBRE\n\n";MONTO;"FECHA"',
        '\n"CONT\u200bACT";NOMBRE;MONTO;FECHA',
    ],
)
@pytest.mark.parametrize("name", ["x.csv", "x.xls"])
def test_a_header_may_have_line_breaks(header: str, name: str) -> None:
    assert values(f"{header}\n+525512340001;Ana;1350.5;2026-03-05\n".encode(), name) == [ANA]


def test_a_header_of_a_tsv_may_have_line_breaks_too() -> None:
    content = b'"CONTACT\n"\tNOMBRE\tMONTO\tFECHA\n+525512340001\tAna\t1350.5\t2026-03-05\n'
    assert values(content, "x.tsv") == [ANA]


@pytest.mark.parametrize("mark", [",", ";", "|"])
def test_blanks_may_stand_before_the_quotes_of_a_csv(mark: str) -> None:
    header = f"{mark} ".join(f'"{name}"' for name in ("CONTACT", "NOMBRE", "MONTO", "FECHA"))
    row = f"{mark}  ".join(('"+525512340001"', f'"Ana{mark} Luis"', "1350.5", '"2026-03-05"'))
    assert values(f"{header}\r\n{row}\r\n".encode(), "x.csv") == [ANA | {"NOMBRE": f"Ana{mark} Luis"}]


@pytest.mark.parametrize("name", ["x.xls", "x.xlsx", "x"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_text_that_is_called_a_workbook_may_use_any_delimiter(name: str, mark: str) -> None:
    lines = (
        mark.join(("CONTACT", "NOMBRE", "MONTO", "FECHA")),
        mark.join(("+525512340001", "Ana", "1350.5", "2026-03-05")),
    )
    assert values("\n".join(lines).encode(), name) == [ANA]


@pytest.mark.parametrize("mark", ["\x1f", "\x1c", "\x1d", "\x1e", "\x0b", "\x02"])
def test_control_characters_around_cells_do_not_count(mark: str) -> None:
    row = f"{mark}525512340001\t{mark}Ana{mark}\t{mark}1350.5\t2026-03-05{mark}\n"
    text = (
        "CONTACT\tNOMBRE\tMONTO\tFECHA\n"
        + row
        + "+525512340002\tAna con un nombre mucho mas largo\t1\t2026-03-05\n" * 1
    )
    assert values(text.encode(), "x.tsv")[0] == ANA


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\r\n\x1a\x1a\r\n", "\n\x1a\0\0"])
def test_the_ctrl_z_at_the_end_of_a_file_is_no_row(end: str) -> None:
    text = "CONTACT\tNOMBRE\tMONTO\tFECHA\n+525512340001\tAna\t1350.5\t2026-03-05"
    assert values((text + end).encode(), "x.tsv") == [ANA]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b"\t\t\r\n \t\r\n", b"\xff\xfe"])
def test_nothing_in_a_text_file_is_an_empty_file(content: bytes) -> None:
    assert problem_of(content) == ("empty_file", None)


def test_a_line_or_a_cell_without_end_is_refused() -> None:
    assert problem_of(b"CONTACT\tNOMBRE\n" + b"x" * 20_000_000) == ("too_large", None)
    assert problem_of(b"CONTACT\tNOMBRE\n+525500998877\t" + b"x" * 2_000_000) == ("too_large", None)


def test_the_stream_stays_open_and_can_be_read_again() -> None:
    stream = io.BytesIO(SPANISH.encode())
    for _ in range(2):
        with open_table(stream, "x.tsv") as table:
            assert len(list(table.rows)) == 4
    with open_table(stream, "x.tsv"):
        pass
    assert not stream.closed


def test_progress_goes_from_the_start_to_the_end() -> None:
    content = b"CONTACT\n" + b"+525500998877\n" * 50_000
    with open_table(io.BytesIO(content), "x.tsv") as table:
        seen = [table.progress() for _ in table.rows]
    assert 0 < seen[0] < 0.2
    assert seen[-1] == 1.0
    assert seen == sorted(seen)
