"""The values of a sheet while it is being computed."""

from __future__ import annotations

import math
from collections.abc import Container
from functools import cached_property
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from addin.headless.cell_xml import Cell
from addin.headless.grid_read import Rows, read_all
from addin.headless.references import MAX_COLUMN, MAX_ROW, Area
from addin.headless.sheet import Sheet
from udfs.errors import CellError

MANY_COLUMNS: Final = 1000
NUMBERS: Final = {float, int, type(None)}
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
        self.last_column = max(map(len, self._rows), default=0)
        self.before: dict[tuple[int, int], Cell] = {}
        self._arrays: dict[Area, npt.NDArray[Any]] = {}

    def value(self, row: int, column: int) -> Cell:
        """The value of one cell."""
        if row > self.last_row:
            return None
        values = self._rows[row - 1]
        return values[column - 1] if column <= len(values) else None

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
        first, last = area.first_column - 1, area.last_column
        rows = [
            row[first:last] if len(row) >= last else _padded(row[first:], area.columns)
            for row in self._rows[area.first_row - 1 : area.last_row]
        ]
        rows.extend([None] * area.columns for _ in range(area.rows - len(rows)))
        return rows

    def array(self, area: Area) -> npt.NDArray[Any]:
        """The values of a rectangle as Python functions take them quickest, see ``typed``."""
        area = self.clip(area)
        if area not in self._arrays:
            self._arrays[area] = typed(self.block(area))
        return self._arrays[area]

    def column(self, column: int, first_row: int, last_row: int) -> list[Cell]:
        """The values of a part of one column, at most to the last used row."""
        if column not in self.filled_columns:
            return []
        rows = self._rows[first_row - 1 : last_row]
        return [row[column - 1] if len(row) >= column else None for row in rows]

    @cached_property
    def filled_columns(self) -> Container[int]:
        """The columns that may hold values: all, but in a sheet of very many columns."""
        if self.last_column <= MANY_COLUMNS:
            return range(1, self.last_column + 1)
        return {
            column for row in self._rows for column, value in enumerate(row, 1) if value is not None
        }

    def set(self, row: int, column: int, value: Cell) -> bool:
        """Gives a cell a value; whether it is another one than before."""
        return bool(self.set_block(row, column, [[value]]))

    def set_block(self, row: int, column: int, rows: Rows) -> int:
        """Gives the cells from a top left one on their values; how many are others than before."""
        self._make_room(row + len(rows) - 1, column + len(rows[0]) - 1)
        count = 0
        for row_number, values in enumerate(rows, row):
            target = self._rows[row_number - 1]
            short = column + len(values) - 1 - len(target)
            if short > 0:
                target.extend([None] * short)
            for column_number, value in enumerate(values, column):
                old = target[column_number - 1]
                if not same(old, value):
                    target[column_number - 1] = value
                    self.before.setdefault((row_number, column_number), old)
                    count += 1
        if count:
            self._arrays.clear()
        return count

    def changes(self) -> dict[tuple[int, int], Cell]:
        """The cells whose value is not what it was at first, with what it is now."""
        now = {cell: self.value(*cell) for cell in self.before}
        return {cell: value for cell, value in now.items() if not same(self.before[cell], value)}

    def _make_room(self, row: int, column: int) -> None:
        if column > self.last_column:
            self.last_column = column
            vars(self).pop("filled_columns", None)
        while row > self.last_row:
            self._rows.append([])
            self.last_row += 1


def typed(rows: Rows) -> npt.NDArray[Any]:
    """Rows of cells as an array: of numbers (a blank is not a number) or flags where all are such.

    It cannot be written to, since several functions may be given the same one.
    """
    flat = list(chain.from_iterable(rows))
    types = set(map(type, flat))
    array: npt.NDArray[Any]
    if types <= NUMBERS and types != {type(None)}:
        array = np.array(flat, dtype=np.float64)
    elif types == {bool}:
        array = np.array(flat, dtype=np.bool_)
    else:
        array = np.empty(len(flat), dtype=object)
        array[:] = flat
    array = array.reshape(len(rows), -1)
    array.flags.writeable = False
    return array


def _padded(values: list[Cell], length: int) -> list[Cell]:
    return values + [None] * (length - len(values))


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
