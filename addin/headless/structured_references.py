"""Structured references: `Loans[[#This Row],[Balance]]` to the cells it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from addin.headless.references import Area
from addin.headless.tables import Table
from addin.headless.uncomputable import UncomputableError

PIECE: Final = re.compile(r"\[((?:[^\[\]']|'.)*)\]|(@)|(:)|[,\s]+")
ESCAPE: Final = re.compile(r"'(.)")
PARTS: Final = ("#all", "#data", "#headers", "#totals", "#this row")


def locate(
    text: str, tables: Mapping[str, Table], sheet: str, row: int, column: int
) -> tuple[str, Area]:
    """The sheet and the cells that a structured reference means.

    Args:
        text: as stored or as typed: `T[a]`, `T[[#This Row],[a]:[b]]`, `T[@a]`, `[@a]`.
        tables: all tables of the workbook by their name in small letters.
        sheet: the sheet of the formula.
        row: its row.
        column: its column.

    Raises:
        UncomputableError: no such table, column or row.
    """
    name, _, inside = text.partition("[")
    table = _table(name, tables, sheet, row, column)
    wanted, columns = _read(inside[:-1])
    area = _rows(table, wanted, row, text)
    if columns:
        places = [_column(table, c, text) for c in columns]
        left = table.area.first_column
        area = replace(area, first_column=left + min(places), last_column=left + max(places))
    return table.sheet, area


def _table(name: str, tables: Mapping[str, Table], sheet: str, row: int, column: int) -> Table:
    if name:
        try:
            return tables[name.casefold()]
        except KeyError:
            raise UncomputableError(f"There is no table {name!r} in the workbook.") from None
    for table in tables.values():
        if table.sheet == sheet and (row, column) in table.area:
            return table
    raise UncomputableError("A reference such as [@column] stands outside of any table.")


def _read(inside: str) -> tuple[set[str], list[str]]:
    """The parts (such as #headers) and the columns that the brackets name."""
    this_row = inside.startswith("@")
    if "[" not in ESCAPE.sub("", inside):
        inside = f"[{inside.removeprefix('@')}]"
    wanted: set[str] = {"#this row"} if this_row else set()
    columns: list[str] = []
    for found in PIECE.finditer(inside):
        piece = found[1]
        if not piece:
            continue
        if piece.casefold() in PARTS:
            wanted.add(piece.casefold())
        else:
            columns.append(ESCAPE.sub(r"\1", piece))
    return wanted or {"#data"}, columns


def _rows(table: Table, wanted: set[str], row: int, text: str) -> Area:
    area, body = table.area, table.body
    if "#this row" in wanted:
        if not body.first_row <= row <= body.last_row:
            raise UncomputableError(f"{text} stands in a row outside of table {table.name!r}.")
        return replace(area, first_row=row, last_row=row)
    if "#all" in wanted:
        return area
    spans = []
    if "#headers" in wanted and table.header_rows:
        spans.append((area.first_row, body.first_row - 1))
    if "#data" in wanted:
        spans.append((body.first_row, body.last_row))
    if "#totals" in wanted and table.totals_rows:
        spans.append((body.last_row + 1, area.last_row))
    if not spans:
        raise UncomputableError(f"Table {table.name!r} has no such row as {text} names.")
    return replace(area, first_row=spans[0][0], last_row=spans[-1][1])


def _column(table: Table, column: str, text: str) -> int:
    folded = [c.casefold() for c in table.columns]
    try:
        return folded.index(column.casefold())
    except ValueError:
        raise UncomputableError(
            f"{text} names a column {column!r} that table {table.name!r} does not have."
        ) from None
