"""The values of a sheet while it is being computed."""

from __future__ import annotations

import math
from typing import Final

from addin.headless.cell_xml import Cell
from addin.headless.grid_read import Rows, read_all
from addin.headless.references import MAX_COLUMN, MAX_ROW, Area
from addin.headless.sheet import Sheet
from udfs.errors import CellError

CLOSE: Final = 1e-14
"""Two numbers nearer than this, relatively, are one number written by two programs."""


class CellGrid:
    """All values of a sheet in memory, with a record of what has changed.

    Attributes:
        sheet: the sheet.
        last_row: the last row with a value.
        last_column: the last column with a value.
        before: what stood in the changed cells, by row and column.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._rows = read_all(sheet)
        self.last_row = len(self._rows)
        self.last_column = len(self._rows[0]) if self._rows else 0
        self.before: dict[tuple[int, int], Cell] = {}

    def value(self, row: int, column: int) -> Cell:
        """The value of one cell."""
        if row > self.last_row or column > self.last_column:
            return None
        return self._rows[row - 1][column - 1]

    def clip(self, area: Area) -> Area:
        """The area without the rows (columns) that a whole column (row) has beyond the last used."""
        last_row, last_column = area.last_row, area.last_column
        if last_row == MAX_ROW:
            last_row = max(self.last_row, area.first_row)
        if last_column == MAX_COLUMN:
            last_column = max(self.last_column, area.first_column)
        return Area(area.first_row, area.first_column, last_row, last_column)

    def block(self, area: Area) -> Rows:
        """The values of a rectangle; a whole column ends with the last used row."""
        area = self.clip(area)
        rows = [
            row[area.first_column - 1 : area.last_column]
            for row in self._rows[area.first_row - 1 : area.last_row]
        ]
        short = area.columns - len(rows[0]) if rows else 0
        if short:
            rows = [row + [None] * short for row in rows]
        rows.extend([None] * area.columns for _ in range(area.rows - len(rows)))
        return rows

    def column(self, column: int, first_row: int, last_row: int) -> list[Cell]:
        """The values of a part of one column, at most to the last used row."""
        if column > self.last_column:
            return []
        return [row[column - 1] for row in self._rows[first_row - 1 : last_row]]

    def set(self, row: int, column: int, value: Cell) -> bool:
        """Gives a cell a value; whether it is another one than before."""
        old = self.value(row, column)
        if same(old, value):
            return False
        self._make_room(row, column)
        self._rows[row - 1][column - 1] = value
        self.before.setdefault((row, column), old)
        return True

    def set_block(self, row: int, column: int, rows: Rows) -> int:
        """Gives the cells from a top left one on their values; how many are others than before."""
        return sum(
            self.set(row + i, column + j, value)
            for i, values in enumerate(rows)
            for j, value in enumerate(values)
        )

    def changes(self) -> dict[tuple[int, int], Cell]:
        """The cells whose value is not what it was at first, with what it is now."""
        now = {cell: self.value(*cell) for cell in self.before}
        return {cell: value for cell, value in now.items() if not same(self.before[cell], value)}

    def _make_room(self, row: int, column: int) -> None:
        if column > self.last_column:
            more = column - self.last_column
            for values in self._rows:
                values.extend([None] * more)
            self.last_column = column
        while row > self.last_row:
            self._rows.append([None] * self.last_column)
            self.last_row += 1


def same(a: Cell, b: Cell) -> bool:
    """Whether two values are one to a user: of one type, numbers but for their last digits."""
    if a is b:
        return True
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a == b or math.isclose(a, b, rel_tol=CLOSE, abs_tol=0.0)
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    return isinstance(a, CellError) and isinstance(b, CellError) and a.code == b.code
