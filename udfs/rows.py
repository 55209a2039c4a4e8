"""Arguments by row: decoded, brought to one shape, with blank and faulty rows told apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.catalogue import Argument
from udfs.cells import (
    Block,
    BoolArray,
    Column,
    Faults,
    Mixed,
    Shape,
    blank_cells,
    decode_dates,
    decode_flags,
    decode_numbers,
    decode_texts,
)
from udfs.chinese import joined
from udfs.errors import CallError, CellError, Words, numbered_column, one_of, shorten
from udfs.keys import decode_keys
from udfs.kinds import Bounds, Choice, Dates, Flags, Grid, Keys, Numbers, Texts


@dataclass(slots=True)
class Rows:
    """The row arguments of a call, put together.

    Attributes:
        columns: by argument: a flat array, or a list of ``Mixed`` for a grid.
        shape: rows and columns of the result.
        blank: which rows are blank.
        faults: the error of each row that cannot be computed.
    """

    columns: dict[str, Any]
    shape: Shape
    blank: BoolArray
    faults: Faults

    @property
    def good(self) -> npt.NDArray[np.intp]:
        """The rows that can be computed."""
        usable = ~self.blank
        usable[list(self.faults)] = False
        return np.flatnonzero(usable)


def join_rows(given: list[tuple[Argument, Block]], *, date1904: bool) -> Rows:
    """Decode the row arguments of a call and bring them to one shape.

    Raises:
        CallError: the ranges do not fit each other.
    """
    shape = _common_shape(given)
    count = shape[0] * shape[1]
    columns: dict[str, Any] = {}
    faults: Faults = {}
    lacking: list[tuple[str, BoolArray]] = []
    for argument, cells in given:
        if isinstance(argument.kind, Grid):
            grid, blank = _grid(argument.name, cells, shape)
            columns[argument.name] = grid
            if argument.required:
                lacking.append((argument.name, blank))
            continue
        column = decode_row(argument, cells, date1904=date1904)
        values, blank = _spread(column, cells.shape, shape)
        columns[argument.name] = values
        _spread_faults(column.faults, cells.shape, shape, faults)
        if getattr(argument.kind, "blanks", False):
            continue
        if argument.required:
            lacking.append((argument.name, blank))
        else:
            columns[argument.name] = _filled(values, blank, argument)
    blank_rows = _blank_rows(given, lacking, count)
    for name, blank in lacking:
        for i in np.flatnonzero(blank & ~blank_rows):
            faults.setdefault(int(i), CellError(errors.NA, f"{name} is missing.", f"缺少 {name}。"))
    return Rows(columns, shape, _without(blank_rows, faults), faults)


def _common_shape(given: list[tuple[Argument, Block]]) -> Shape:
    shapes = {
        argument.name: (cells.shape[0], 1) if isinstance(argument.kind, Grid) else cells.shape
        for argument, cells in given
    }
    try:
        rows, width = np.broadcast_shapes(*shapes.values())
    except ValueError:
        sizes = [f"{name} {rows}×{width}" for name, (rows, width) in shapes.items()]
        names = Words(" and ".join(shapes), "、".join(shapes))
        allowed = Words("ranges of one size, or single cells", "大小相同的区域或单个单元格")
        raise CallError(names, Words(", ".join(sizes), "、".join(sizes)), allowed) from None
    return rows, width


def decode_row(argument: Argument, cells: Block, *, date1904: bool) -> Column:
    """A column of the argument's kind, values out of its bounds or options marked."""
    kind = argument.kind
    if isinstance(kind, Numbers):
        return _within(decode_numbers(cells, argument.name), kind.bounds, argument.name)
    if isinstance(kind, Dates):
        return decode_dates(cells, argument.name, date1904=date1904)
    if isinstance(kind, Flags):
        return decode_flags(cells, argument.name)
    if isinstance(kind, Keys):
        column = decode_keys(cells, argument.name)
        return column if argument.required else _none_as_text(column)
    column = decode_texts(cells, argument.name)
    if isinstance(kind, Texts) and kind.options is not None:
        return _among(column, kind.options, argument.name)
    return column


def _none_as_text(column: Column) -> Column:
    """Identifiers some of which may be missing: no whole number can say so, "" can."""
    if not column.blank.any():
        return column
    values = column.values.astype(object)
    values[column.blank] = ""
    return replace(column, values=values)


def _within(column: Column, bounds: Bounds, name: str) -> Column:
    outside = bounds.outside(column.values)
    if not outside.any():
        return column
    faults = dict(column.faults)
    allowed = bounds.describe()
    for i in np.flatnonzero(outside):
        given = f"{column.values[i]:.15g}"
        faults[int(i)] = CellError(
            errors.NUM,
            f"{name} must be {allowed}; got {given}.",
            joined(name, "应为", allowed.zh, "，实际为", given, "。"),
        )
    return Column(column.values, column.blank, faults, column.shape)


def _among(column: Column, options: Choice, name: str) -> Column:
    codes, uniques = pd.factorize(column.values)
    found = [options.find(text) if text else "" for text in uniques]
    values = np.array([text or "" for text in found], dtype=object)[codes]
    faults = dict(column.faults)
    for unique, option in enumerate(found):
        if option is None:
            allowed = one_of(options.options)
            given = shorten(uniques[unique])
            error = CellError(
                errors.VALUE,
                f"{name} must be {allowed}; got {given}.",
                joined(name, "应为", allowed.zh, "，实际为", given, "。"),
            )
            faults.update((int(i), error) for i in np.flatnonzero(codes == unique))
    return Column(values, column.blank, faults, column.shape)


def _grid(name: str, cells: Block, shape: Shape) -> tuple[list[Mixed], BoolArray]:
    """The columns of a grid and which of its rows are blank, at the rows of the result."""
    blocks = cells.columns()
    blank = _blank_grid_rows(blocks, cells.shape[0])
    columns = [Mixed(block, numbered_column(name, j)) for j, block in enumerate(blocks)]
    if (cells.shape[0], 1) == shape:
        return columns, blank
    origin = np.broadcast_to(np.arange(cells.shape[0])[:, np.newaxis], shape).reshape(-1)
    return [column.take(origin) for column in columns], blank[origin]


def _spread(column: Column, own: Shape, shape: Shape) -> tuple[npt.NDArray[Any], BoolArray]:
    if own == shape:
        return column.values, column.blank
    values = np.broadcast_to(column.values.reshape(own), shape).reshape(-1)
    blank = np.broadcast_to(column.blank.reshape(own), shape).reshape(-1)
    return values, blank


def _spread_faults(own_faults: Faults, own: Shape, shape: Shape, faults: Faults) -> None:
    if not own_faults:
        return
    if own == shape:
        for i, error in own_faults.items():
            faults.setdefault(i, error)
        return
    origin = np.broadcast_to(np.arange(own[0] * own[1]).reshape(own), shape).reshape(-1)
    for i, source in enumerate(origin):
        if int(source) in own_faults:
            faults.setdefault(i, own_faults[int(source)])


def _filled(values: npt.NDArray[Any], blank: BoolArray, argument: Argument) -> npt.NDArray[Any]:
    """The column with an optional argument's default in its blanks, where that is a value."""
    if argument.default is None or not blank.any():
        return values
    filled = values.copy()
    filled[blank] = argument.default
    return filled


def _blank_grid_rows(columns: list[Block], count: int) -> BoolArray:
    """Which rows are blank in every column; few rows are left to look at after the first."""
    blank = blank_cells(columns[0]) if columns else np.ones(count, dtype=bool)
    for column in columns[1:]:
        left = np.flatnonzero(blank)
        if not len(left):
            break
        blank[left] = blank_cells(Block(column.cells[left], (len(left), 1)))
    return blank


def _blank_rows(
    given: list[tuple[Argument, Block]], lacking: list[tuple[str, BoolArray]], count: int
) -> BoolArray:
    """Which rows are blank: all that varies from row to row and is needed is blank there."""
    varying = {a.name for a, cells in given if cells.shape[0] * cells.shape[1] > 1}
    needed = [blank for name, blank in lacking if name in varying] or [b for _, b in lacking]
    if not needed:
        return np.zeros(count, dtype=bool)
    return np.asarray(np.all(needed, axis=0), dtype=bool)


def _without(blank: BoolArray, faults: Faults) -> BoolArray:
    rows = blank.copy()
    rows[list(faults)] = False
    return rows
