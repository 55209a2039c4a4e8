"""The policy in the workbook: replaced from files on request, and told apart by a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xlwings

from addin.errors import SourceError, no_such_file
from addin.portfolio.delimited import read_delimited
from addin.portfolio.model import Source
from addin.portfolio.rows import RawRows, normalise
from addin.portfolio.sheet_tables import SheetTable, find_tables, number_cells, text_cells
from addin.portfolio.sources import read_source
from udfs import tables
from udfs.cells import Block
from udfs.errors import CallError
from udfs.kinds import UNKNOWN, TableColumn
from workbook_templates.portfolio.layout import POLICY_TABLES

_FINGERPRINT_LENGTH = 12
_NOT_POLICY = frozenset({"asof", "lang"})


def load_policy(book: xlwings.Book, files: Mapping[str, Path]) -> None:
    """Replace policy tables of the workbook by the tables in CSV or Excel files.

    Args:
        book: the workbook.
        files: a file per table, by the name of the built-in table ("scorecard_corporate") or of
            the workbook's ("tblScorecard"). It has the built-in table's columns, headers in
            either language; the three header rows and notes of a built-in file are fine, too.

    Raises:
        SourceError: there is no such policy table, or the file does not fit it.
    """
    # All files are read before the first table is written.
    read = [_chosen(book, name, file) for name, file in files.items()]
    for sheet, builtin, rows in read:
        _write(sheet, builtin, rows)


def _chosen(book: xlwings.Book, name: str, file: Path) -> tuple[SheetTable, str, Any]:
    """The table of a name on its sheet, and what the file has for it."""
    builtin = next((key for key, label in POLICY_TABLES.items() if name in (key, label)), None)
    if builtin is None:
        raise SourceError(
            file,
            f"there is no policy table {name!r}.",
            f"The workbook's are {', '.join(POLICY_TABLES)}.",
        )
    sheet = find_tables(book, [POLICY_TABLES[builtin]])[POLICY_TABLES[builtin]]
    return sheet, builtin, _read(file, builtin)


def _read(file: Path, builtin: str) -> Any:
    columns = tables.builtin(builtin).columns
    raw = _rows(file, columns)
    cells = [list(raw.frame.columns), *raw.frame.astype(object).to_numpy().tolist()]
    if raw.broken:
        row = raw.broken[0]
        raise SourceError(file, f"row {row.row}: {row.rule}.", "Correct that row.")
    square = np.array(cells, dtype=object).reshape(len(cells), raw.frame.shape[1])
    try:
        return tables.table_argument(Block(square.reshape(-1), square.shape), columns, builtin)
    except CallError as problem:
        raise SourceError(file, f"is no {builtin} table: {problem}", "Correct the file.") from None


def _rows(file: Path, columns: tuple[TableColumn, ...]) -> RawRows:
    known = frozenset(normalise(name) for column in columns for name in (column.name, column.zh))
    if not file.is_file():
        raise no_such_file(SourceError, file)
    source = Source(location=str(file), name=file.name)
    with file.open("rb") as content:
        built_in = content.read(8).startswith((b"# title", b"\xef\xbb\xbf# tit"))
    if not built_in:
        return read_source(source, None, known)
    lines = file.read_bytes().decode("utf-8-sig").splitlines()
    comments = sum(line.startswith("#") for line in lines)
    raw = read_delimited(
        Source(location=str(file), name=file.name, header_row=comments + 1, delimiter=","),
        file,
        known,
    )
    # Chinese headers and kinds stand below the English headers.
    return RawRows(raw.source, "", raw.frame.iloc[2:].reset_index(drop=True), raw.rows[2:])


def _write(sheet: SheetTable, builtin: str, rows: Any) -> None:
    cells = {}
    for column in tables.builtin(builtin).columns:
        position = sheet.position((column.name, column.zh))
        if position is not None:
            cells[position] = _cells(rows[column.name].to_numpy(), column)
    sheet.resize(len(rows))
    sheet.write(cells)


def _cells(values: Any, column: TableColumn) -> list[Any]:
    if column.kind == "number":
        return list(number_cells(values.astype(np.float64)))
    if column.kind == "flag":
        return [None if value == UNKNOWN else bool(value) for value in values]
    return list(text_cells(["" if value is None else str(value) for value in values]))


def policy_fingerprint(book: xlwings.Book) -> str:
    """Twelve hexadecimal digits that change with any policy table or policy cell."""
    # A workbook from an earlier template may lack a table that the newest one has.
    found = find_tables(book, list(POLICY_TABLES.values()), all_of_them=False)
    content: dict[str, Any] = {name: table.body() for name, table in sorted(found.items())}
    policy_sheets = {table.sheet.name for table in found.values()}
    for name in book.names:
        text = str(name.refers_to).lstrip("=")
        sheet, _, cell = text.rpartition("!")
        single = cell.count("$") == 2 and ":" not in cell  # noqa: PLR2004 - one cell, $B$7
        if single and sheet.strip("'") in policy_sheets and name.name not in _NOT_POLICY:
            content[name.name] = name.refers_to_range.value
    packed = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(packed.encode()).hexdigest()[:_FINGERPRINT_LENGTH]
