"""Makes the corpus anew: LibreOffice, gnumeric, xlwt and openpyxl save the same workbooks in all their formats.

`.venv/bin/python tests/contact_files/make.py` with `soffice` and `ssconvert` on the PATH (Debian:
libreoffice-calc-nogui, gnumeric). The files and manifest.json are committed; the tests need no program.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))
import sources

FOLDER = Path(__file__).parent
FILES = FOLDER / "files"
CSV = "Text - txt - csv (StarCalc)"


class Saved(NamedTuple):
    """One way to save a workbook: the file's ending, the program's name for the format."""

    ending: str
    saved_as: str
    filter: str


# The numbers are LibreOffice's: delimiter 9 is the tab, 34 the quote; 76 UTF-8, 65535 UTF-16, 1, 2 and 4 code pages.
LIBREOFFICE_WORKBOOKS = [
    Saved("xlsx", "xlsx", "Calc MS Excel 2007 XML"),
    Saved("xls", "xls", "MS Excel 97"),
    Saved("ods", "ods", "calc8"),
]
LIBREOFFICE_TEXTS = [
    Saved("utf8.tsv", "csv", f"{CSV}:9,34,76,1"),
    Saved("utf16.tsv", "csv", f"{CSV}:9,34,65535,1"),
    Saved("cp1252.tsv", "csv", f"{CSV}:9,34,1,1"),
    Saved("macroman.tsv", "csv", f"{CSV}:9,34,2,1"),
    Saved("cp850.tsv", "csv", f"{CSV}:9,34,4,1"),
    Saved("semicolon.csv", "csv", f"{CSV}:59,34,1,1"),
    Saved("comma.csv", "csv", f"{CSV}:44,34,76,1,,0,true"),
    Saved("html", "html", "HTML (StarCalc)"),
]
GNUMERIC_XLSX = Saved("xlsx", "xlsx", "Gnumeric_Excel:xlsx2")
GNUMERIC_CSV = Saved("comma.csv", "csv", "Gnumeric_stf:stf_csv")
GNUMERIC_WORKBOOKS = [
    GNUMERIC_XLSX,
    Saved("biff8.xls", "xls", "Gnumeric_Excel:excel_biff8"),
    Saved("biff7.xls", "xls", "Gnumeric_Excel:excel_biff7"),
    Saved("ods", "ods", "Gnumeric_OpenCalc:odf"),
]
GNUMERIC_TEXTS = [
    Saved("html", "html", "Gnumeric_html:html40"),
    Saved("xhtml.xls", "html", "Gnumeric_html:xhtml"),
    GNUMERIC_CSV,
]


def libreoffice(source: Path, saved: Saved, target: Path, scratch: Path) -> None:
    """Save through LibreOffice."""
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{scratch}/profile", "--convert-to"]
    subprocess.run(
        [*command, f"{saved.saved_as}:{saved.filter}", "--outdir", str(scratch / "out"), str(source)],
        check=True,
        capture_output=True,
    )
    shutil.move(scratch / "out" / f"{source.stem}.{saved.saved_as}", target)


def gnumeric(source: Path, saved: Saved, target: Path, scratch: Path) -> None:
    """Save through gnumeric."""
    out = scratch / f"out.{saved.saved_as}"
    subprocess.run(["ssconvert", "-T", saved.filter, str(source), str(out)], check=True, capture_output=True)
    shutil.move(out, target)


def jobs() -> Iterator[tuple[str, Any, Saved, dict[str, Any]]]:
    """(name of the source, program, how to save, what must come of it)."""
    plain = {"contacts": sources.PLAIN_CONTACTS, "problems": []}
    typed = {"contacts": sources.TYPED_CONTACTS, "problems": []}
    wrong = {"contacts": None, "problems": sources.WRONG_PROBLEMS}
    # gnumeric writes days as 2026/03/05 into text files.
    other_days = {"contacts": [], "problems": [[row, "FECHA", "invalid_date"] for row in range(2, 7)]}
    arranged = {"contacts": sources.ARRANGED_CONTACTS, "problems": [[None, None, "other_sheets"]]}
    for program, workbooks, texts in (
        (libreoffice, LIBREOFFICE_WORKBOOKS, LIBREOFFICE_TEXTS),
        (gnumeric, GNUMERIC_WORKBOOKS, GNUMERIC_TEXTS),
    ):
        for saved in [*workbooks, *texts]:
            yield "plain", program, saved, other_days if saved == GNUMERIC_CSV else plain
        for saved in workbooks:
            yield "typed", program, saved, typed
            yield "wrong", program, saved, wrong
            # gnumeric forgets in .xlsx which sheets are hidden.
            if saved != GNUMERIC_XLSX:
                yield "arranged", program, saved, arranged


def main() -> None:
    """Write the files and the manifest."""
    shutil.rmtree(FILES, ignore_errors=True)
    FILES.mkdir()
    manifest = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for name in ("plain", "typed", "wrong", "arranged"):
            getattr(sources, name)(scratch / f"{name}.xlsx")
        for name, program, saved, expected in jobs():
            target = FILES / f"{name}_{program.__name__}.{saved.ending}"
            program(scratch / f"{name}.xlsx", saved, target, scratch)
            columns = sources.COLUMNS
            manifest.append({"file": target.name, "columns": columns, **expected})
            print(target.name, target.stat().st_size)
    text = json.dumps({"files": manifest}, ensure_ascii=False, indent=1)
    (FOLDER / "manifest.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
