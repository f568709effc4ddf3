"""The rows of a contact file that a campaign does without: kept for good, with what is wrong in them."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import insert, select

from smartchat.adapters import exports
from smartchat.db import db
from smartchat.domain.contact_file.cells import shown
from smartchat.domain.contact_file.headers import REASON
from smartchat.domain.contact_file.problems import Problem
from smartchat.domain.contact_file.table import COLUMN_LIMIT, Row
from smartchat.domain.contact_file.values import Value
from smartchat.models import LeftOutRow

from .file_checks import problem_from_json, problem_to_json

_CHUNK = 1_000


class LeftOutEntry(NamedTuple):
    """One row as it stood in the file; the header row has no problems."""

    row: int
    cells: Sequence[str]
    problems: Sequence[Problem]


class LeftOutWriter:
    """Keeps wrong rows of one campaign, some thousand a transaction; `close` writes the last."""

    def __init__(self, campaign_id: int) -> None:
        self._campaign_id = campaign_id
        self._rows: list[dict[str, Any]] = []
        self._any = False

    def add(self, number: int, cells: Sequence[Value], problems: Sequence[Problem]) -> None:
        """One wrong row: its number, its cells, its problems."""
        self._any = True
        self._rows.append(
            {
                "campaign_id": self._campaign_id,
                "row": number,
                "cells": [shown(cell) for cell in cells[:COLUMN_LIMIT]],
                "problems": [problem_to_json(problem) for problem in problems],
            }
        )
        if len(self._rows) >= _CHUNK:
            self._write()

    def close(self, header: Row) -> None:
        """The last rows, and the headers above all of them; nothing where no row was left out."""
        if not self._any:
            return
        self.add(header[0], header[1], [])
        self._write()

    def _write(self) -> None:
        if self._rows:
            db.session.execute(insert(LeftOutRow), self._rows)
            db.session.commit()
            self._rows = []


def left_out(campaign_id: int) -> Iterator[LeftOutEntry]:
    """The headers and the rows that a campaign did without, in the order of the file."""
    last = 0
    while True:
        query = (
            select(LeftOutRow)
            .where(LeftOutRow.campaign_id == campaign_id, LeftOutRow.row > last)
            .order_by(LeftOutRow.row)
            .limit(_CHUNK)
        )
        rows = db.session.scalars(query).all()
        for row in rows:
            yield LeftOutEntry(row.row, row.cells, [problem_from_json(problem) for problem in row.problems])
        if len(rows) < _CHUNK:
            return
        last = rows[-1].row
        db.session.expunge_all()


def write(campaign_id: int, file_format: str, stream: BinaryIO, language: str) -> None:
    """The rows as a `tsv` or `xlsx` file with what is wrong in each beside it: corrected it is a contact file."""
    kept = left_out(campaign_id)
    header = next(kept, LeftOutEntry(1, [], []))
    width = max(len(header.cells), 1)
    headers = [*header.cells, *[""] * (width - len(header.cells)), REASON]
    rows = ([*_fitted(row.cells, width), _reasons(row, language)] for row in kept)
    if file_format == "tsv":
        exports.tsv(headers, rows, stream)
    else:
        exports.xlsx([("REASON", chain([headers], rows))], stream)


def _fitted(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _reasons(row: LeftOutEntry, language: str) -> str:
    return " · ".join(problem.reason(language) for problem in row.problems)
