"""The data check and the audit log on their sheets."""

from __future__ import annotations

import csv
import datetime as dt
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlwings

from addin.portfolio.faults import FaultLog
from addin.portfolio.model import TableCount
from addin.portfolio.sheet_tables import SheetTable, text_cells
from udfs.errors import in_language
from workbook_templates.fields import TABLES, TableName
from workbook_templates.portfolio.layout import (
    AUDIT_COLUMNS,
    CHECK_COLUMNS,
    KEPT_NAMES,
    READ_NAMES,
    SHEETS,
    UNLISTED_NAMES,
    WRITTEN_NAMES,
    Column,
)

MOST_LISTED: Final = 10_000
"""Entries on the data-check sheet; more of them stand in a file beside the workbook."""
_SHA_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Listed:
    """What the data check holds.

    Attributes:
        entries: entries on the sheet.
        unlisted: rows left out whose entries are not on the sheet, by table.
        rest: all entries, if they did not fit on the sheet.
    """

    entries: int
    unlisted: Mapping[TableName, int]
    rest: pd.DataFrame | None


def write_checks(
    book: xlwings.Book, table: SheetTable, log: FaultLog, counts: Sequence[TableCount], lang: str
) -> Listed:
    """List what was found, as far as it fits, and the counts that must add up."""
    entries = log.entries(lang)
    shown = _with_titles(entries.iloc[:MOST_LISTED], table)
    hidden = entries.iloc[MOST_LISTED:]
    unlisted = {name: int(hidden.loc[hidden["table"] == name, "left_out"].sum()) for name in TABLES}
    cells: dict[int, Sequence[Any]] = {}
    for column in CHECK_COLUMNS:
        position = table.position((column.en, column.zh))
        if position is not None:
            cells[position] = _cells(column, shown)
    table.resize(len(shown))
    table.write(cells if len(shown) else {position: [None] for position in cells})
    for name in TABLES:
        parts = [count for count in counts if count.table == name]
        _set(book, READ_NAMES[name], sum(part.read for part in parts))
        _set(book, KEPT_NAMES[name], sum(part.kept for part in parts))
        _set(book, WRITTEN_NAMES[name], sum(part.written for part in parts))
        _set(book, UNLISTED_NAMES[name], unlisted[name])
    return Listed(len(shown), unlisted, entries if len(hidden) else None)


def _with_titles(entries: pd.DataFrame, table: SheetTable) -> pd.DataFrame:
    """The entries with each data table called as its sheet is in the workbook's own language."""
    own = "zh" if CHECK_COLUMNS[0].zh in table.headers else "en"
    titles = {name: SHEETS[name][own] for name in TABLES}
    return entries.assign(table=entries["table"].map(titles))


def _cells(column: Column, entries: pd.DataFrame) -> Sequence[Any]:
    values = entries[column.name].tolist()
    return text_cells(values) if column.kind == "text" else values


def _set(book: xlwings.Book, name: str, value: int) -> None:
    book.names[name].refers_to_range.value = value


def overflow_path(book: Path) -> Path:
    """Where the whole data check stands if it does not fit on its sheet.

    That is beside the workbook, or in the folder for temporary files if Excel has the workbook
    open from a web address.
    """
    folder = book.parent if book.parent.is_dir() else Path(tempfile.gettempdir())
    return folder / f"{book.stem}.data-check.csv"


def write_overflow(book: Path, rest: pd.DataFrame | None) -> Path | None:
    """Write all entries to a file beside the workbook, or remove the one of an earlier run.

    Values that a spreadsheet would take for a formula get an apostrophe before them.
    """
    file = overflow_path(book)
    if rest is None:
        file.unlink(missing_ok=True)
        return None
    fresh = file.with_suffix(".tmp")
    with fresh.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(rest.columns)
        for row in rest.itertuples(index=False):
            cells = text_cells([str(cell) for cell in row])
            writer.writerow(["" if cell is None else cell for cell in cells])
    fresh.replace(file)
    return file


@dataclass(frozen=True, slots=True)
class Run:
    """One refresh, as the audit log keeps it."""

    at: dt.datetime
    user: str
    as_of: dt.date
    sources: str
    policy: str
    version: str


def write_audit(
    table: SheetTable,
    run: Run,
    counts: Sequence[TableCount],
    results: pd.DataFrame,
    *,
    clear: bool,
) -> int:
    """Add a row to the audit log; returns its place. ``clear`` drops the worked case's rows."""
    figures: dict[str, Any] = {
        "run_at": run.at,
        "run_by": run.user,
        "as_of": dt.datetime.combine(run.as_of, dt.time()),
        "sources": run.sources,
        "policy": run.policy,
        "left_out": sum(count.left_out for count in counts),
        "faults": sum(count.faults for count in counts),
        "exposure": float(results["exposure"].sum()),
        "expected_loss": float(results["expected_loss"].sum()),
        "version": run.version,
    }
    figures |= {
        name: sum(count.written for count in counts if count.table == name) for name in TABLES
    }
    first = table.position((AUDIT_COLUMNS[0].en, AUDIT_COLUMNS[0].zh)) or 0
    used = [] if clear else [cell for cell in table.column(first) if cell not in (None, "")]
    table.resize(len(used) + 1)
    _write_row(table, figures, len(used))
    return len(used)


def note_unreconciled(table: SheetTable, row: int, difference: float) -> None:
    """Note in an audit row what did not add up; "?" if that could not be computed."""
    _write_row(table, {"unreconciled": "?" if math.isnan(difference) else difference}, row)


def _write_row(table: SheetTable, figures: Mapping[str, Any], row: int) -> None:
    cells: dict[int, Sequence[Any]] = {}
    for column in AUDIT_COLUMNS:
        position = table.position((column.en, column.zh))
        if position is not None and column.name in figures:
            value = figures[column.name]
            cells[position] = text_cells([value]) if isinstance(value, str) else [value]
    table.write(cells, offset=row)


def describe_sources(counts: Sequence[TableCount], remarks: Sequence[str], lang: str) -> str:
    """The audit log's text on what was read."""
    table_mark, part_mark, mark = ("：", "，", "；") if lang == "zh" else (": ", ", ", "; ")
    texts = []
    for count in counts:
        parts = [
            count.source,
            f"{count.read:,} 行" if lang == "zh" else f"{count.read:,} rows",
            f"sha256 {count.sha256[:_SHA_SHOWN]}" if count.sha256 else "",
            in_language(count.detail, lang),
        ]
        table = SHEETS[count.table][lang] if lang == "zh" else count.table
        texts.append(table + table_mark + part_mark.join(part for part in parts if part))
    return mark.join([*texts, *(in_language(remark, lang) for remark in remarks)])
