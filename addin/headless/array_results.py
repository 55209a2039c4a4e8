"""Arrays that a formula gives, fitted into cells as Excel does it."""

from __future__ import annotations

from addin.headless.cell_xml import Cell
from addin.headless.grid_read import Rows
from udfs.errors import NA, CellError

MISSING = CellError(NA)


def fit(rows: Rows, height: int, width: int) -> Rows:
    """An array in a rectangle of fixed size.

    A single value fills it, a single row is repeated downwards, a single column to the right; what
    is too large is cut, what is too small is filled up with #N/A.

    Example:
        >>> fit([[1.0], [2.0]], 3, 2)[1:]
        [[2.0, 2.0], [CellError(code='#N/A', reason=''), CellError(code='#N/A', reason='')]]
    """
    if len(rows) == 1:
        rows = rows * height
    if len(rows[0]) == 1:
        rows = [row * width for row in rows]
    wide = [[*row[:width], *[MISSING] * (width - len(row))] for row in rows[:height]]
    return wide + [[MISSING] * width for _ in range(height - len(wide))]


def shown(value: Cell) -> Cell:
    """A function's result as a cell shows it: nothing is an empty text, as xlwings gives it."""
    return "" if value is None else value
