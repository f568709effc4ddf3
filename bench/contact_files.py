"""Contact files: check and import, against the raw floor and against what one would write first.

Each measurement is a process of its own (its peak memory counts, with that of its children); three rounds, taken in
turns so that a slow moment of the machine hits all alike; the median counts. BENCH_ROWS makes it smaller.
"""

import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
SHEET_ROWS = min(100_000, ROWS)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
HEADERS = ("CONTACT", "NOMBRE", "MONTO", "FECHA")
TSV = ("floor", "ours", "pandas", "floor-postgresql", "ours-postgresql")
SHEET = ("openpyxl", "ours")


def rows(count: int) -> "list[tuple[str, str, str, str]]":
    """Contacts as a business has them: Mexican mobile numbers, names with accents, amounts, dates."""
    dice = random.Random(1)
    names = ("José Núñez", "María García", "Iñaki Peña", "Ana López", "Óscar Díaz", "Sofía Ruiz")
    numbers = dice.sample(range(10_000_000, 100_000_000), count)
    return [
        (
            f"+5255{n}",
            dice.choice(names),
            f"{dice.randrange(9_000_000) / 100:.2f}",
            f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}",
        )
        for n in numbers
    ]


def write_tsv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(HEADERS) + "\r\n")
        for row in rows(count):
            file.write("\t".join(row) + "\r\n")


def write_xlsx(path: Path, count: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Contactos")
    sheet.append(HEADERS)
    for phone, name, amount, day in rows(count):
        sheet.append((phone, name, float(amount), day))
    book.save(path)


def measure(what: str, path: Path) -> dict[str, float]:
    """Runs one measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.contact_files_one", what, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{what} failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def table(
    title: str, kinds: tuple[str, ...], path: Path, peers: dict[str, tuple[str, Callable[[float], str]]]
) -> None:
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
    for _ in range(ROUNDS):
        for kind in kinds:
            found[kind].append(measure(kind, path))
    seconds = {kind: statistics.median(one["seconds"] for one in runs) for kind, runs in found.items()}
    print(title)
    print(f"{'':18} {'seconds':>9} {'peak MB':>9}")
    for kind in kinds:
        peak = statistics.median(one["peak_mb"] for one in found[kind])
        print(f"{kind:18} {seconds[kind]:9.2f} {peak:9.0f}")
    for kind, (peer, word) in peers.items():
        if kind in seconds and peer in seconds:
            print(f"  {kind} / {peer}: {word(seconds[kind] / seconds[peer])}")
    print(flush=True)


def ratio(aim: str) -> Callable[[float], str]:
    return lambda value: f"{value:.2f} (aim: {aim})"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="smartchat-bench-") as folder:
        tsv, xlsx = Path(folder) / "contacts.tsv", Path(folder) / "contacts.xlsx"
        # In processes of their own: what is started from a large process counts its memory as its own peak.
        for write, path, count in ((write_tsv, tsv, ROWS), (write_xlsx, xlsx, SHEET_ROWS)):
            writer = multiprocessing.get_context("spawn").Process(target=write, args=(path, count))
            writer.start()
            writer.join()
        megabytes = tsv.stat().st_size / 1e6
        table(
            f"{ROWS:,} rows of TSV ({megabytes:.0f} MB), checked and imported",
            TSV,
            tsv,
            {
                "ours": ("floor", ratio("at most 2.5")),
                "pandas": ("ours", ratio("at least 4")),
                "ours-postgresql": ("floor-postgresql", ratio("the same through COPY")),
            },
        )
        table(
            f"{SHEET_ROWS:,} rows of xlsx, checked and imported (openpyxl: read only)",
            SHEET,
            xlsx,
            {"ours": ("openpyxl", ratio("at most 0.50"))},
        )
