"""Excel workbooks (.xlsx, .xlsm): the first visible sheet with data, streamed with expat.

The dimension that a sheet declares is not believed, error cells keep their error, the CRC of the sheet is checked
at its end: three things that faster libraries do not give.
"""

from dataclasses import dataclass
from itertools import chain
from posixpath import dirname, join, normpath
from typing import Any

from smartchat.adapters.spreadsheets.archive import Archive
from smartchat.adapters.spreadsheets.limits import unreadable
from smartchat.adapters.spreadsheets.serials import is_date_format
from smartchat.adapters.spreadsheets.sheet import Sheet
from smartchat.adapters.spreadsheets.xlsx_sheet import SheetReader, Workbook, unescaped
from smartchat.adapters.spreadsheets.xml_feed import CharacterData, local, make_parser, parse

_USUAL_PARTS = ("xl/workbook.xml", "xl/workbook.bin")


@dataclass(slots=True)
class _Listed:
    name: str
    part: str
    visible: bool


def read_xlsx(archive: Archive, part: str) -> Sheet:
    """Open the workbook whose document is a part. Raises Unreadable, also while its rows are read."""
    related = _related(archive, part)
    workbook, sheets = _read_book(archive, part, related)
    for kind, target in related.values():
        if kind == "sharedStrings" and target in archive:
            workbook.strings = _read_strings(archive, target)
        elif kind == "styles" and target in archive:
            workbook.date_styles = _read_styles(archive, target)
    if not sheets:
        raise unreadable("damaged")
    return _first_with_data(archive, workbook, [sheet for sheet in sheets if sheet.visible] or sheets)


def _first_with_data(archive: Archive, workbook: Workbook, sheets: list[_Listed]) -> Sheet:
    found: Sheet | None = None
    for sheet in sheets:
        reader = SheetReader(archive, sheet.part, workbook)
        rows = reader.rows()
        first = next(rows, None)
        if first is None:
            continue
        if found is None:
            found = Sheet("xlsx", chain([first], rows), sheet.name, progress=reader.progress)
        else:
            found.others.append(sheet.name)
    return found or Sheet("xlsx", iter(()), sheets[0].name)


def book_part(archive: Archive) -> str | None:
    """The part that the package calls its document, wherever it stands; None where there is none."""
    if "_rels/.rels" in archive:
        for kind, part in _related(archive, "").values():
            if kind == "officeDocument" and part in archive:
                return part
    return next((part for part in _USUAL_PARTS if part in archive), None)


def _related(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part refers to: by relationship id, the kind (last word of its type) and the part's name."""
    folder = dirname(part)
    rels = join(folder, "_rels", part.removeprefix(folder).lstrip("/") + ".rels") if part else "_rels/.rels"
    found: dict[str, tuple[str, str]] = {}
    if rels not in archive:
        return found

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            name_of_part = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], name_of_part)

    parser = make_parser()
    parser.StartElementHandler = start
    parse(parser, archive.chunks(rels))
    return found


def _read_book(
    archive: Archive, part: str, related: dict[str, tuple[str, str]]
) -> tuple[Workbook, list[_Listed]]:
    workbook = Workbook()
    sheets: list[_Listed] = []

    above: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if not above and tag != "workbook":
            raise unreadable("kind", kind="document")
        # Extensions of newer versions repeat names of the workbook's own: these count only in their place.
        if tag == "workbookPr" and above == ["workbook"]:
            workbook.since_1904 = attributes.get("date1904", "").lower() in ("1", "true", "on")
        elif tag == "sheet" and above == ["workbook", "sheets"]:
            by_local_name = {local(key): value for key, value in attributes.items()}
            kind, target = related.get(by_local_name.get("id", ""), ("", ""))
            if kind == "worksheet":
                visible = by_local_name.get("state", "visible") == "visible"
                sheets.append(_Listed(by_local_name.get("name", ""), target, visible))
        above.append(tag)

    parser = make_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: above.pop()
    parse(parser, archive.chunks(part))
    return workbook, sheets


def _read_strings(archive: Archive, part: str) -> list[str]:
    strings: list[str] = []
    text = CharacterData()
    parser = make_parser()
    skipping = False

    def start(name: str, _attributes: Any) -> None:
        nonlocal skipping
        tag = local(name)
        if tag == "t" and not skipping:
            parser.CharacterDataHandler = text.add
        elif tag == "rPh":
            skipping = True  # how a name is pronounced

    def end(name: str) -> None:
        nonlocal skipping
        tag = local(name)
        if tag == "t":
            parser.CharacterDataHandler = None
        elif tag == "rPh":
            skipping = False
        elif tag == "si":
            strings.append(unescaped(text.take()))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parse(parser, archive.chunks(part))
    return strings


def _read_styles(archive: Archive, part: str) -> set[str]:
    codes: dict[int, str] = {}
    numbers: list[int] = []
    above: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        tag, parent = local(name), above[-1] if above else ""
        # Formats of conditional styles have the same name, and numbers of their own.
        if tag == "numFmt" and parent == "numFmts" and attributes.get("numFmtId", "").isdecimal():
            codes.setdefault(int(attributes["numFmtId"]), attributes.get("formatCode", ""))
        elif tag == "xf" and parent == "cellXfs":
            number = attributes.get("numFmtId", "0")
            numbers.append(int(number) if number.isdecimal() else 0)
        above.append(tag)

    parser = make_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: above.pop()
    parse(parser, archive.chunks(part))
    return {str(style) for style, number in enumerate(numbers) if is_date_format(number, codes.get(number))}
