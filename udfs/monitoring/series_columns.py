"""Columns of whole populations: what cannot be used is refused with its row, never left out.

A total over all rows has no place to show the error of one of them, so that leaving the row out
would hide it. Rows that are blank in every column are no rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from udfs import errors
from udfs.cells import BoolArray, Column
from udfs.errors import CallError, Words

_BLANK = Words("a blank cell", "空单元格")
_A_VALUE = Words("filled in, or the whole row blank", "填写齐全，或整行留空")


def refuse_faults(column: Column, name: str, passing: str = "") -> None:
    """Refuse a column with cells that cannot be used, naming the first.

    Args:
        column: the decoded cells.
        name: the argument.
        passing: an error code that stands for a blank, such as #N/A of a lookup that found nothing.

    Raises:
        CallError: a cell cannot be used.
    """
    for row, error in sorted(column.faults.items()):
        if error.code != passing:
            shown = Words(error.reason or str(error), error.reason_zh or str(error))
            allowed = Words("cells that can be used", "可用的单元格")
            raise CallError(row_of(name, row), shown, allowed, code=error.code)


def row_of(name: str, row: int) -> Words:
    """A row of an argument as messages name it, counted from 1."""
    return Words(f"{name}, row {row + 1}", f"{name} 第 {row + 1} 行")


def filled_rows(columns: Mapping[str, Column | None]) -> BoolArray:
    """Which rows count: all but those blank in every column; a gap in a row is refused.

    Args:
        columns: the needed columns by argument; None is one that was not given.

    Raises:
        CallError: a cell cannot be used, or a row has some of its cells only.
    """
    given = {name: column for name, column in columns.items() if column is not None}
    for name, column in given.items():
        refuse_faults(column, name)
    blank = np.array([column.blank for column in given.values()])
    nothing: BoolArray = np.all(blank, axis=0)
    for name, column in given.items():
        gaps = np.flatnonzero(column.blank & ~nothing)
        if len(gaps):
            raise CallError(row_of(name, int(gaps[0])), _BLANK, _A_VALUE, code=errors.NA)
    return ~nothing


def refuse_empty(rows: BoolArray, name: str) -> None:
    """Refuse a population without a single row.

    Raises:
        CallError: there is no row.
    """
    if not rows.any():
        nothing = Words("no filled row", "没有数据行")
        allowed = Words("a range with at least one filled row", "至少有一行数据的区域")
        raise CallError(name, nothing, allowed, code=errors.NA)
