"""The results sheet: as many rows as there are customers, and what they say after calculating."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import xlwings

from addin.errors import NOT_A_PORTFOLIO, WorkbookError
from addin.portfolio.model import TierLine
from addin.portfolio.sheet_tables import continue_formats, plain
from workbook_templates.portfolio.layout import RESULT_PREFIX, result_name

SNAPSHOT: Final = {
    "customer_id": "text",
    "score": "number",
    "grade": "text",
    "risk_tier": "text",
    "pd": "number",
    "exposure": "number",
    "expected_loss": "number",
}
"""The results that a snapshot keeps."""

_FIXED_RANGE: Final = re.compile(
    r"(?P<head>=.+!\$[A-Z]+\$)(?P<first>\d+)(?P<colon>:\$[A-Z]+\$)(?P<last>\d+)"
)
_FIXED_CELL: Final = re.compile(r"(?P<head>=.+!\$(?P<column>[A-Z]+)\$)(?P<first>\d+)")


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of the results: its defined name and its rows."""

    name: xlwings.main.Name
    cells: xlwings.Range


def resize_results(book: xlwings.Book, customers: int) -> None:
    """Let every array formula of the results, and its name, cover as many rows as customers.

    Raises:
        WorkbookError: a column of the results holds no array formula.
    """
    rows = max(customers, 1)
    columns = _columns(book)
    _make_room(columns, rows)
    for column in columns:
        before = int(column.cells.shape[0])
        if before == rows:
            continue
        first = column.cells[0, 0]
        formula = first.formula_array
        if not isinstance(formula, str) or not formula.startswith("="):
            raise WorkbookError(
                book.fullname,
                f"sheet {first.sheet.name!r}, cell {first.address} holds no array formula.",
                "Restore the column's formula from a new workbook or from the backup.",
            )
        if rows < before:
            column.cells.clear_contents()
        target = first.resize(rows, 1)
        target.formula_array = formula
        if rows > before:
            continue_formats(book, first, first.offset(before, 0).resize(rows - before, 1))
        column.name.refers_to = _longer(str(column.name.refers_to), rows)


def _make_room(columns: list[_Column], rows: int) -> None:
    """Make the new rows' cells in one go, which is far quicker than column by column."""
    cells = [column.cells for column in columns]
    before = max(column.shape[0] for column in cells)
    if before >= rows:
        return
    sheet, top = cells[0].sheet, cells[0].row
    left = min(column.column for column in cells)
    right = max(column.column for column in cells)
    sheet.range((top + before, left), (top + rows - 1, right)).raw_value = None


def _columns(book: xlwings.Book) -> list[_Column]:
    found = [name for name in book.names if str(name.name).startswith(RESULT_PREFIX)]
    if not found:
        raise WorkbookError(
            book.fullname,
            f"has no names that begin with {RESULT_PREFIX}: it has no results.",
            NOT_A_PORTFOLIO,
        )
    return [_Column(name, name.refers_to_range) for name in found]


def _longer(refers_to: str, rows: int) -> str:
    """The reference with another number of rows."""
    match = _FIXED_RANGE.fullmatch(refers_to)
    if match is None:
        cell = _FIXED_CELL.fullmatch(refers_to)
        if cell is None:
            raise ValueError(f"{refers_to!r} is no fixed range.")
        first, column = int(cell["first"]), cell["column"]
        return f"{refers_to}:${column}${first + rows - 1}" if rows > 1 else refers_to
    last = int(match["first"]) + rows - 1
    return f"{match['head']}{match['first']}{match['colon']}{last}"


def read_results(book: xlwings.Book) -> pd.DataFrame:
    """The results that a snapshot keeps, one row per customer; errors are blank."""
    places = {name: book.names[result_name(name)].refers_to_range for name in SNAPSHOT}
    first = min(cells.column for cells in places.values())
    last = max(cells.column for cells in places.values())
    # One read of all columns in between is far quicker than one read per column.
    block = places["customer_id"].offset(0, first - places["customer_id"].column)
    rows = block.resize(column_size=last - first + 1).options(ndim=2).value
    columns = {}
    for name, kind in SNAPSHOT.items():
        position = places[name].column - first
        values = [plain(row[position]) for row in rows]
        columns[name] = _numbers(values) if kind == "number" else _texts(values)
    frame = pd.DataFrame(columns)
    return frame.loc[frame["customer_id"] != ""].reset_index(drop=True)


def _numbers(cells: list[Any]) -> Any:
    return np.array(
        [float(cell) if isinstance(cell, int | float) else np.nan for cell in cells],
        dtype=np.float64,
    )


def _texts(cells: list[Any]) -> Any:
    texts = []
    for cell in cells:
        whole = isinstance(cell, float) and cell.is_integer()
        texts.append("" if cell is None else str(int(cell)) if whole else str(cell))
    return np.array([*texts, None], dtype=object)[:-1]


def tier_lines(results: pd.DataFrame) -> tuple[TierLine, ...]:
    """The portfolio by risk tier, the safest first; customers without a tier last."""
    lines = []
    for tier, rows in results.groupby("risk_tier", sort=False):
        graded = rows["pd"].dropna()
        lines.append(
            TierLine(
                tier=str(tier),
                customers=len(rows),
                exposure=float(rows["exposure"].sum()),
                expected_loss=float(rows["expected_loss"].sum()),
                average_pd=float(graded.mean()) if len(graded) else None,
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.tier == "", line.average_pd or 0.0)))
