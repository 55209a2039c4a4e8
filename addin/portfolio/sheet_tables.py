"""Excel tables of the workbook: read and rewritten by column, in Excel and without it.

Everything goes through ``xlwings.Book``, so the same code runs in both. Mass data is written
with ``raw_value``: rows of None, numbers, booleans and text, with days as serial numbers, which
cells that are formatted as dates show as dates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import xlwings

from addin.errors import NOT_A_PORTFOLIO, WorkbookError
from addin.portfolio.rows import normalise
from udfs.errors import Words

Cells: TypeAlias = Sequence[Any]

LAST_SHEET_ROW: Final = 1_048_576
_EPOCH_1900: Final = np.datetime64("1899-12-30", "D")
_EPOCH_1904: Final = np.datetime64("1904-01-01", "D")
_NEEDS_APOSTROPHE: Final = frozenset("=+-@'")


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One table of the workbook.

    Attributes:
        book: the workbook.
        table: the table itself.
        headers: its column headers, from left to right.
    """

    book: xlwings.Book
    table: xlwings.main.Table
    headers: tuple[str, ...]

    @property
    def sheet(self) -> xlwings.Sheet:
        """The sheet that it stands on."""
        return self.table.range.sheet

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.table.name)

    @property
    def first_row(self) -> int:
        """The sheet row of its first body row."""
        return int(self.table.range.row) + 1

    @property
    def first_column(self) -> int:
        """The sheet column of its first column."""
        return int(self.table.range.column)

    @property
    def rows(self) -> int:
        """Its body rows; an empty table has one, which is blank."""
        return int(self.table.range.shape[0]) - 1

    @property
    def capacity(self) -> int:
        """How many body rows the sheet has room for."""
        return LAST_SHEET_ROW - self.first_row + 1

    def position(self, names: Sequence[str]) -> int | None:
        """The column with one of the names as its header; None if there is none."""
        wanted = {normalise(name) for name in names}
        for position, header in enumerate(self.headers):
            if normalise(header) in wanted:
                return position
        return None

    def column(self, position: int) -> list[Any]:
        """The values of a body column: None, text, numbers, booleans, datetimes, error texts."""
        values = self._body(position, position, self.rows)
        return [plain(row[0]) for row in values.options(ndim=2, err_to_str=True).value]

    def body(self) -> list[list[Any]]:
        """All body rows."""
        values = self._body(0, len(self.headers) - 1, self.rows)
        rows = values.options(ndim=2, err_to_str=True).value
        return [[plain(cell) for cell in row] for row in rows]

    def has_formula(self, position: int) -> bool:
        """Whether a column is calculated: its first cell holds a formula."""
        cell = self._body(position, position, 1)
        text = cell.formula
        # A text that looks like a formula is its own value.
        return isinstance(text, str) and text.startswith("=") and cell.value != text

    def resize(self, rows: int) -> None:
        """Give the table another number of body rows, at least one.

        Raises:
            WorkbookError: it would not fit on the sheet, something stands in its way below it,
                or it has a totals row.
        """
        rows = max(rows, 1)
        if rows == self.rows:
            return
        if self.table.show_totals:
            raise self._error("has a totals row.", "Turn the totals row off.")
        if rows > self.capacity:
            raise self._error(
                f"cannot hold {rows:,} rows: the sheet has room for {self.capacity:,}.",
                "Split the portfolio over several workbooks.",
            )
        before = self.rows
        if rows < before:
            self._block(rows, before - rows).clear_contents()
        else:
            self._check_room(before, rows)
        sheet, last_column = self.sheet, self.first_column + len(self.headers) - 1
        corner = (self.first_row - 1, self.first_column)
        self.table.resize(sheet.range(corner, (self.first_row + rows - 1, last_column)))
        if rows > before:
            continue_formats(self.book, self._block(0, 1), self._block(before, rows - before))

    def write(self, columns: Mapping[int, Cells], *, offset: int = 0) -> None:
        """Write columns of equal length, from the body row at ``offset`` on.

        Neighbouring columns are written in one go.
        """
        positions = sorted(columns)
        start = 0
        while start < len(positions):
            end = start
            while end + 1 < len(positions) and positions[end + 1] == positions[end] + 1:
                end += 1
            run = positions[start : end + 1]
            rows = [list(row) for row in zip(*(columns[position] for position in run), strict=True)]
            if rows:
                target = self._body(run[0], run[-1], len(rows), offset)
                target.raw_value = rows
            start = end + 1

    def _body(self, first: int, last: int, rows: int, offset: int = 0) -> xlwings.Range:
        top = self.first_row + offset
        left = self.first_column
        return self.sheet.range((top, left + first), (top + rows - 1, left + last))

    def _block(self, offset: int, rows: int) -> xlwings.Range:
        return self._body(0, len(self.headers) - 1, rows, offset)

    def _check_room(self, before: int, rows: int) -> None:
        last_used = int(self.sheet.used_range.last_cell.row)
        below = self.first_row + before
        if last_used < below:
            return
        depth = min(last_used - below + 1, rows - before)
        cells = self._block(before, depth).options(ndim=2).value
        for row, values in enumerate(cells, below):
            if any(value not in (None, "") for value in values):
                raise self._error(
                    f"needs {rows:,} rows, but something stands below it in row {row}.",
                    "Move it beside the table or to another sheet.",
                )

    def _error(self, problem: str, remedy: str) -> WorkbookError:
        return WorkbookError(
            self.book.fullname, f"sheet {self.sheet.name!r}, table {self.name}, {problem}", remedy
        )


def plain(cell: Any) -> Any:
    """A cell's value, where Excel hands cells with a currency format over as ``Decimal``."""
    return float(cell) if isinstance(cell, Decimal) else cell


def find_tables(
    book: xlwings.Book, names: Sequence[str], *, all_of_them: bool = True
) -> dict[str, SheetTable]:
    """The workbook's tables of the given names.

    Raises:
        WorkbookError: one of them is not there, and all are asked for.
    """
    found = {}
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name in names:
                header = table.header_row_range
                texts = [] if header is None else header.options(ndim=1).value
                found[table.name] = SheetTable(book, table, tuple(map(str, texts)))
    absent = [name for name in names if name not in found]
    if absent and all_of_them:
        raise WorkbookError(
            book.fullname,
            Words(f"has no table {', '.join(absent)}.", f"没有数据表 {'、'.join(absent)}。"),
            NOT_A_PORTFOLIO,
        )
    return found


def continue_formats(book: xlwings.Book, first: xlwings.Range, others: xlwings.Range) -> None:
    """Give further rows the formats of the first one.

    Excel must be told; the engine over a file does so by itself.
    """
    if book.app.engine.name == "excel":
        first.copy()
        others.paste("formats")


def uses_1904(book: xlwings.Book) -> bool:
    """Whether the workbook counts its days from 1904."""
    return bool(getattr(book.api, "date1904", False) or getattr(book.api, "Date1904", False))


def day_cells(days: npt.NDArray[np.datetime64], *, date1904: bool = False) -> list[int | None]:
    """Days as serial numbers; None where there is none."""
    blank = np.isnat(days)
    epoch = _EPOCH_1904 if date1904 else _EPOCH_1900
    serials = np.where(blank, epoch, days).astype("datetime64[D]") - epoch
    cells: list[int | None] = serials.astype(np.int64).tolist()
    for position in np.flatnonzero(blank):
        cells[position] = None
    return cells


def number_cells(numbers: npt.NDArray[np.float64]) -> list[float | None]:
    """Numbers, with None where there is none."""
    cells: list[float | None] = numbers.tolist()
    for position in np.flatnonzero(~np.isfinite(numbers)):
        cells[position] = None
    return cells


def text_cells(texts: Sequence[str]) -> list[str | None]:
    """Texts that stay text even if they look like a formula, with None for blank ones.

    A leading apostrophe says so to Excel and does not become part of the text.
    """
    return [
        None if not text else "'" + text if text[0] in _NEEDS_APOSTROPHE else text for text in texts
    ]
