"""The portfolio workbook's sheets, as a refresh reads and writes them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import xlwings

from addin.errors import NOT_A_PORTFOLIO, WorkbookError
from addin.portfolio.data_sheets import read_table, write_table
from addin.portfolio.events import fit_events
from addin.portfolio.model import TableCount
from addin.portfolio.reading import Portfolio, file_name
from addin.portfolio.sheet_tables import SheetTable, find_tables, uses_1904
from udfs.errors import Words
from workbook_templates.fields import TABLES, TableName, fields
from workbook_templates.portfolio.layout import (
    AUDIT_TABLE,
    CHECK_TABLE,
    DATA_TABLES,
    HISTORY_TABLE,
    SHEETS,
)

_LANGUAGES: Final = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Sheets:
    """The tables that a refresh writes to."""

    book: xlwings.Book
    data: dict[TableName, SheetTable]
    checks: SheetTable
    history: SheetTable
    audit: SheetTable
    lang: str

    @classmethod
    def find(cls, book: xlwings.Book) -> Sheets:
        """The tables of a portfolio workbook.

        Raises:
            WorkbookError: it is none.
        """
        names = [*DATA_TABLES.values(), CHECK_TABLE, HISTORY_TABLE, AUDIT_TABLE]
        found = find_tables(book, names)
        return cls(
            book=book,
            data={table: found[name] for table, name in DATA_TABLES.items()},
            checks=found[CHECK_TABLE],
            history=found[HISTORY_TABLE],
            audit=found[AUDIT_TABLE],
            lang=_language(book),
        )

    def read(self, table: TableName) -> Any:
        """The rows that a data sheet holds already."""
        return read_table(self.data[table], table, fields(table), file_name(self.book.fullname))

    def write_data(
        self, portfolio: Portfolio, as_of: dt.date, *, carry: bool
    ) -> tuple[list[TableCount], list[str]]:
        """Write what the sources gave; returns where the rows went, and remarks on it."""
        remarks: list[str] = []
        written: dict[str, int] = {}
        for table in TABLES:
            checked = portfolio.tables[table]
            if table in portfolio.from_sheet:
                written[table] = len(checked.frame)
                continue
            sheet = self.data[table]
            if table == "transactions":
                fitted = fit_events(checked.frame, np.datetime64(as_of, "D"), sheet.capacity)
                checked = replace(checked, frame=fitted.frame)
                if fitted.months:
                    remarks.append(
                        Words(
                            f"transactions added up by {fitted.months} months",
                            f"交易按 {fitted.months} 个月合并",
                        )
                    )
            done = write_table(
                sheet, checked, self.lang, date1904=uses_1904(self.book), carry=carry
            )
            written[table] = done.rows
            if done.without_column:
                absent = done.without_column
                remarks.append(
                    Words(
                        f"{table} have no column for: {', '.join(absent)}",
                        f"{SHEETS[table]['zh']}表无此列：{'、'.join(absent)}",
                    )
                )
            if done.carried:
                remarks.append(
                    Words(
                        f"{table} keep from the sheet: {', '.join(done.carried)}",
                        f"{SHEETS[table]['zh']}表沿用原值：{'、'.join(done.carried)}",
                    )
                )
        return _counts(portfolio, written), remarks


def _counts(portfolio: Portfolio, written: dict[str, int]) -> list[TableCount]:
    log = portfolio.log
    kept_rows: dict[str, int] = {table: len(portfolio.tables[table].frame) for table in TABLES}
    counts = []
    seen: Counter[str] = Counter()
    for read in portfolio.reads:
        table = read.place.table
        kept = kept_rows[table]
        # Added-up events belong to no single source; the first one stands for the table.
        fewer = kept - written[table] if not seen[table] else 0
        seen[table] += 1
        counts.append(
            TableCount(
                table=table,
                source=read.place.source,
                read=read.read,
                kept=read.kept,
                left_out=len(log.left_out.get(read.place, ())),
                faults=log.count(read.place),
                written=read.kept - fewer,
                sha256=read.sha256,
                detail=read.detail,
            )
        )
    return counts


def _language(book: xlwings.Book) -> str:
    lang = policy_cell(book, "lang")
    if lang not in _LANGUAGES:
        raise WorkbookError(
            book.fullname,
            f"cell lang holds {lang!r}.",
            "Write en or zh into it on the policy sheet.",
        )
    return str(lang)


def policy_cell(book: xlwings.Book, name: str) -> Any:
    """The value of a named cell of the policy sheet.

    Raises:
        WorkbookError: there is no such cell.
    """
    if name not in book.names:
        raise WorkbookError(
            book.fullname,
            Words(f"has no cell named {name}.", f"没有名为 {name} 的单元格。"),
            NOT_A_PORTFOLIO,
        )
    return book.names[name].refers_to_range.value
