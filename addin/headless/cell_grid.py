"""The values of a sheet while it is being computed."""

from __future__ import annotations

import math
from collections.abc import Container
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from addin.headless.array_results import Columns
from addin.headless.cell_xml import Cell
from addin.headless.grid_read import read_columns
from addin.headless.references import MAX_COLUMN, MAX_ROW, Area
from addin.headless.sheet import Sheet
from udfs.cells import Block
from udfs.errors import CellError

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
        self._columns = read_columns(sheet)
        self.last_row = max(map(len, self._columns.values()), default=0)
        self.last_column = max(self._columns, default=0)
        self.before: dict[tuple[int, int], Cell] = {}
        self._blocks: dict[Area, Block] = {}

    def value(self, row: int, column: int) -> Cell:
        """The value of one cell."""
        values = self._columns.get(column, ())
        return values[row - 1] if row <= len(values) else None

    def clip(self, area: Area) -> Area:
        """The area without the rows (columns) that a whole column (row) has beyond the last used."""
        last_row, last_column = area.last_row, area.last_column
        if last_row == MAX_ROW:
            last_row = max(self.last_row, area.first_row)
        if last_column == MAX_COLUMN:
            last_column = max(self.last_column, area.first_column)
        return Area(area.first_row, area.first_column, last_row, last_column)

    def block(self, area: Area) -> Block:
        """The values of a rectangle as Python functions take them, see ``typed``.

        A whole column ends with the last used row.
        """
        area = self.clip(area)
        if area not in self._blocks:
            self._blocks[area] = typed(
                [
                    self.cells(column, area.first_row, area.last_row)
                    for column in range(area.first_column, area.last_column + 1)
                ]
            )
        return self._blocks[area]

    def cells(self, column: int, first_row: int, last_row: int) -> list[Cell]:
        """The values of a part of one column, row by row."""
        values = self.column(column, first_row, last_row)
        return values + [None] * (last_row - first_row + 1 - len(values))

    def column(self, column: int, first_row: int, last_row: int) -> list[Cell]:
        """The values of a part of one column, at most to its last filled cell."""
        return self._columns.get(column, [])[first_row - 1 : last_row]

    @property
    def filled_columns(self) -> Container[int]:
        """The columns that may hold values."""
        return self._columns.keys()

    def set(self, row: int, column: int, value: Cell) -> bool:
        """Gives a cell a value; whether it is another one than before."""
        return bool(self.set_block(row, column, [[value]]))

    def set_block(self, row: int, column: int, columns: Columns) -> int:
        """Gives the cells from a top left one on their values; how many are others than before."""
        last_row = row + len(columns[0]) - 1
        self.last_row = max(self.last_row, last_row)
        self.last_column = max(self.last_column, column + len(columns) - 1)
        count = 0
        for number, values in enumerate(columns, column):
            old = self.cells(number, row, last_row)
            if alike(old, values):
                continue
            for row_number, (before, value) in enumerate(zip(old, values, strict=True), row):
                if not same(before, value):
                    self._set(row_number, number, value)
                    self.before.setdefault((row_number, number), before)
                    count += 1
        if count:
            self._blocks.clear()
        return count

    def _set(self, row: int, column: int, value: Cell) -> None:
        values = self._columns.setdefault(column, [])
        values.extend([None] * (row - len(values)))
        values[row - 1] = value

    def changes(self) -> dict[tuple[int, int], Cell]:
        """The cells whose value is not what it was at first, with what it is now."""
        now = {cell: self.value(*cell) for cell in self.before}
        return {cell: value for cell, value in now.items() if not same(self.before[cell], value)}


def typed(columns: Columns) -> Block:
    """Columns of cells as a block of numbers (a blank is not a number) or flags where all are such.

    Its cells cannot be written to, since several functions may be given the same ones.
    """
    kinds = set(map(type, chain.from_iterable(columns)))
    height, width = len(columns[0]), len(columns)
    square: npt.NDArray[Any]
    if kinds <= NUMBERS and kinds != {type(None)}:
        square = np.array(columns, dtype=np.float64).T
    elif kinds == {bool}:
        square = np.array(columns, dtype=np.bool_).T
    else:
        square = np.empty((height, width), dtype=object)
        for place, column in enumerate(columns):
            square[:, place] = column
    cells = square.reshape(-1)
    cells.flags.writeable = False
    return Block(cells, (height, width))


def alike(old: list[Cell], new: list[Cell]) -> bool:
    """Whether two columns hold exactly the same; TRUE equals 1, but is not the same."""
    if old != new:
        return False
    if bool in set(map(type, old)) or bool in set(map(type, new)):
        return list(map(type, old)) == list(map(type, new))
    return True


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
