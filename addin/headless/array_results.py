"""Arrays that a formula gives, fitted into cells as Excel does it."""

from __future__ import annotations

from typing import TypeAlias

from addin.headless.cell_xml import Cell
from udfs.errors import NA, CellError

Columns: TypeAlias = list[list[Cell]]
"""A rectangle of cells column by column."""

MISSING = CellError(NA)


def fit(columns: Columns, height: int, width: int) -> Columns:
    """An array in a rectangle of fixed size.

    A single value fills it, a single row is repeated downwards, a single column to the right; what
    is too large is cut, what is too small is filled up with #N/A.

    Example:
        >>> fit([[1.0, 2.0]], 3, 2)[1]
        [1.0, 2.0, CellError(code='#N/A', reason='')]
    """
    if len(columns[0]) == 1:
        columns = [column * height for column in columns]
    if len(columns) == 1:
        columns = columns * width
    tall = [[*column[:height], *[MISSING] * (height - len(column))] for column in columns[:width]]
    return tall + [[MISSING] * height for _ in range(width - len(tall))]


def shown(columns: Columns) -> Columns:
    """A function's result as cells show it: nothing is an empty text, as xlwings gives it."""
    return [
        ["" if value is None else value for value in column] if None in column else column
        for column in columns
    ]
