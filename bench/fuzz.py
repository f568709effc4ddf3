"""Mutated contact files of all formats: every one ends in contacts or in a sentence, never in an exception of ours.

`make bench ARGS="fuzz --inputs 100000 --seed 1"`. What is mutated are the files of tests/contact_files and examples/
and the odd workbooks of the tests: bytes, and in packages the bytes of one part. The same seed makes the same files.

Files are read as the reading process reads them, in processes that may die of it: that is what the product does, where
the death of its reader is a sentence. Each file whose reader died is given to the product itself afterwards.
"""

import argparse
import faulthandler
import io
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from smartchat.adapters.spreadsheets import Limits, open_table
from smartchat.adapters.spreadsheets.cells import decode_row, encode
from smartchat.adapters.spreadsheets.child import read
from smartchat.adapters.spreadsheets.kinds import HEAD_BYTES, kind_of
from smartchat.adapters.spreadsheets.limits import MEGABYTE, too_large, unreadable
from smartchat.adapters.spreadsheets.text import open_text
from smartchat.blueprints.contact_file.file_answers import file_answer
from smartchat.domain.contact_file.check import ContactFileCheck, Unreadable
from smartchat.domain.contact_file.mending import Mending
from smartchat.domain.contact_file.table import Row, Table
from smartchat.domain.script.custom_data import DataColumn
from smartchat.services.contact_file import file_checks, repairing

ROOT = Path(__file__).parent.parent
COLUMNS = (DataColumn("NOMBRE", "TEXT"), DataColumn("MONTO", "NUMBER"), DataColumn("FECHA", "DATE"))
LIMITS = Limits(inflated_bytes=16 * MEGABYTE, cpu_seconds=20, waiting_seconds=30.0)
MENDINGS = (
    (),
    ("dates-dmy", "numbers-point", "first", "letters", "phones"),
    ("dates-mdy", "numbers-comma", "others-52"),
)
AT_ONCE = 200
SECONDS_EACH = 20
PIECES = (
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\t", b"\r", b"\n", b'"', b"'", b"=", b"\x1a", b"\x1f", b"&eacute;"),
    *(b"9" * 400, b"-1", b"1e400", b"nan", b"A1048577", b"<", b">", b"</c>", b"<is>", b"]]>", b"&#0;", b"_xD800_"),
)  # fmt: skip


class Source(NamedTuple):
    """A file that is right, or wrong in a known way."""

    name: str
    content: bytes


class Report(NamedTuple):
    """What came of the inputs: how many of each outcome, and the faults with the number of their input."""

    outcomes: Counter[str]
    faults: list[str]
    dead: list[int]
    """Inputs whose reader died."""


def sources() -> list[Source]:
    """All of them, in one order."""
    from tests.adapters import test_odd_workbooks as odd

    folders = (ROOT / "tests" / "contact_files" / "files", ROOT / "examples")
    paths = sorted(path for folder in folders for path in folder.iterdir() if path.suffix != ".json")
    found = [Source(path.name, path.read_bytes()) for path in paths]
    found += [Source(f"{name}.xls", content) for name, content in odd.ODD_XLS.items()]
    found.append(Source("binary.xlsb", odd.good_xlsb()))
    found.append(Source("flat.fods", odd.ods(odd.ods_row(*odd.ods_values(*odd.HEADERS)))))
    found.append(Source("locked.xlsx", odd.locked(odd.xlsx(odd.sheet(odd.GOOD)), "VelvetSweatshop")))
    return found


def mutated(seed: int, number: int, among: list[Source]) -> Source:
    """The input of a number: one source, changed in one to eight places."""
    chance = random.Random(f"{seed}:{number}")
    name, content = chance.choice(among)
    if content.startswith(b"PK\x03\x04") and chance.random() < 0.8:
        return Source(name, _with_part(content, chance))
    return Source(name, _changed(content, chance))


def _with_part(content: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w") as target:
        names = package.namelist()
        wanted = chance.choice(names)
        for name in names:
            part = package.read(name)
            if name == wanted:
                if chance.random() < 0.1:
                    continue
                part = _changed(part, chance)
            target.writestr(name, part)
    return out.getvalue()


def _changed(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 2, 4, 16, 200)))
        match chance.randrange(6):
            case 0:
                data[at:end] = chance.randbytes(end - at)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * chance.choice((1, 2, 50))
            case 3:
                data[at:at] = chance.choice(PIECES)
            case 4 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case _:
                del data[chance.choice((at, len(data), len(data), len(data))) :]
    return bytes(data)


def outcome(source: Source, thorough: bool) -> str:
    """`contacts`, or the code of the first problem. Raises only what is a fault of ours."""
    mending = Mending.of(MENDINGS[len(source.content) % len(MENDINGS)])
    try:
        with _opened(source) as table:
            checking = ContactFileCheck(table, COLUMNS, mending=mending)
            for _ in checking.batches():
                pass
    except Unreadable as refusal:
        check = file_checks.unreadable(refusal.problem)
    else:
        check = file_checks.of(checking)
    kept = file_checks.from_json(json.loads(json.dumps(file_checks.to_json(check))))
    for language in ("es", "en"):
        file_answer(check, source.name, language, mending=mending)
        file_answer(kept, source.name, language, mending=mending)
    if thorough:
        repairing.repair(io.BytesIO(source.content), source.name, COLUMNS, "es", io.BytesIO(), limits=LIMITS)
    errors = [problem.code for problem in check.problems[:1000] if problem.severity == "error"]
    return errors[0] if errors else "contacts"


class _opened:  # noqa: N801 - a context
    """As open_table, with the reader of workbooks in this process."""

    def __init__(self, source: Source) -> None:
        self._stream = io.BytesIO(source.content)
        kind = kind_of(source.content[:HEAD_BYTES])
        self._text = open_text(self._stream, source.name) if kind == "text" else None
        self._kind = kind

    def __enter__(self) -> Table:
        return self._text.__enter__() if self._text else Table(self._rows(), "xlsx")

    def __exit__(self, *fault: Any) -> None:
        if self._text:
            self._text.__exit__(*fault)

    def _rows(self) -> Iterator[Row]:
        try:
            for number, cells in read(self._stream, self._kind, LIMITS).rows:
                number, cells = json.loads(encode([number, cells]))
                yield number, decode_row(cells)
        except Unreadable:
            raise
        except (MemoryError, RecursionError):
            raise too_large("resources") from None
        except Exception:  # noqa: BLE001 - as the reading process: a damaged file makes a library raise anything
            raise unreadable("damaged") from None


def run(seed: int, inputs: int, processes: int) -> Report:
    """All inputs, some at a time in processes of their own."""
    among = sources()
    report = Report(Counter(), [], [])
    with ThreadPoolExecutor(processes) as pool:
        for part in pool.map(
            lambda start: _some(seed, start, min(inputs, start + AT_ONCE), among), range(0, inputs, AT_ONCE)
        ):
            report.outcomes.update(part.outcomes)
            report.faults.extend(part.faults)
            report.dead.extend(part.dead)
            print(
                f"\r{report.outcomes.total():,} inputs, {len(report.faults)} faults",
                end="",
                file=sys.stderr,
                flush=True,
            )
    print(file=sys.stderr)
    return report


def _some(seed: int, start: int, end: int, among: list[Source]) -> Report:
    report = Report(Counter(), [], [])
    context = multiprocessing.get_context("fork")
    while start < end:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(seed, start, end, among, theirs), daemon=True)
        process.start()
        theirs.close()
        while start < end:
            try:
                found, fault = ours.recv()
            except EOFError:
                report.dead.append(start)
                report.outcomes["reader died"] += 1
                start += 1
                break
            report.outcomes[found] += 1
            if fault:
                report.faults.append(f"input {start} of seed {seed}: {fault}")
            start += 1
        ours.close()
        process.join()
    return report


def _work(seed: int, start: int, end: int, among: list[Source], results: Any) -> None:
    most = _address_space() + LIMITS.memory_bytes  # it is forked from one that may be large already
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.disable()  # that a reader dies is an outcome here
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number in range(start, end):
        signal.alarm(SECONDS_EACH)
        try:
            results.send((outcome(mutated(seed, number, among), thorough=number % 100 == 0), ""))
        except BaseException:  # noqa: BLE001 - whatever it is, it is what is looked for
            results.send(("fault", traceback.format_exc(limit=-4)))


def _address_space() -> int:
    """In bytes (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def said_by_the_product(seed: int, number: int) -> str:
    """What the product itself says of an input whose reader died."""
    source = mutated(seed, number, sources())
    try:
        with open_table(io.BytesIO(source.content), source.name, LIMITS) as table:
            list(table.rows)
    except Unreadable as refusal:
        return f"{refusal.problem.code} ({refusal.problem.params.get('reason')})"
    return "read"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args(arguments or [])
    began = time.monotonic()
    report = run(chosen.seed, chosen.inputs, chosen.processes)
    print(f"{chosen.inputs:,} inputs of seed {chosen.seed} in {time.monotonic() - began:,.0f} s\n")
    print("| outcome | inputs |\n|---|---:|")
    for found, count in report.outcomes.most_common():
        print(f"| {found} | {count:,} |")
    for number in report.dead[:50]:
        print(
            f"\nThe reader of input {number} died; the product says: {said_by_the_product(chosen.seed, number)}"
        )
    for fault in report.faults:
        print(f"\n{fault}")
    sys.exit(1 if report.faults else 0)
