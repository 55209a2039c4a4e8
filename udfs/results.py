"""Results to cells: arrays and tables as columns of what any host writes into its cells."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import EXCEL_EPOCH, MAC_EPOCH, Faults, Shape
from udfs.errors import CellError
from udfs.kinds import DateArray

_EXCEL_ORDINAL: Final = EXCEL_EPOCH.item().toordinal()
_MAC_ORDINAL: Final = MAC_EPOCH.item().toordinal()
_NOT_FINITE: Final = CellError(
    errors.NUM, "The result is not a finite number.", "结果不是有限的数字。"
)
_PLAIN: Final = {str, bool, float, int, CellError, type(None)}


def encode(
    values: npt.NDArray[Any], faults: Faults, shape: Shape, *, date1904: bool
) -> list[list[Any]]:
    """A flat result as columns of plain cells, with the faults in their places.

    Dates become serial numbers, since that is what every host writes into a cell. Not-a-number
    becomes ``#NUM!``: a function that has nothing to say about a row returns None or "".
    """
    flat = _plain_cells(values, date1904=date1904)
    for i, error in faults.items():
        flat[i] = error
    width = shape[1]
    return [flat] if width == 1 else [flat[i::width] for i in range(width)]


def frame_columns(frame: pd.DataFrame, *, date1904: bool) -> list[list[Any]]:
    """The columns of a table as plain cells, without its headers."""
    return [_plain_cells(frame[name].to_numpy(), date1904=date1904) for name in frame.columns]


def rows_of(columns: list[list[Any]]) -> list[list[Any]]:
    """Columns of cells as rows of cells."""
    return list(map(list, zip(*columns, strict=True)))


def _plain_cells(values: npt.NDArray[Any], *, date1904: bool) -> list[Any]:
    kind = values.dtype.kind
    if kind == "M":
        return _serials(values, date1904=date1904)
    flat: list[Any] = values.tolist()
    if kind == "f":
        if len(flat) > 1 or not math.isfinite(flat[0]):
            for i in np.flatnonzero(~np.isfinite(values)):
                flat[i] = _NOT_FINITE
    elif kind == "O":
        kinds = set(map(type, flat))
        numbers = (cell for cell in flat if type(cell) is float)
        if not kinds <= _PLAIN or not all(map(math.isfinite, numbers)):
            return [_plain_cell(cell, date1904=date1904) for cell in flat]
        if str in kinds:
            return [None if cell == "" else cell for cell in flat]
    return flat


def _serials(values: DateArray, *, date1904: bool) -> list[Any]:
    days = values.astype("datetime64[D]") - (MAC_EPOCH if date1904 else EXCEL_EPOCH)
    flat: list[Any] = days.astype(np.float64).tolist()
    for i in np.flatnonzero(np.isnat(values)).tolist():
        flat[i] = None
    return flat


def _plain_cell(cell: Any, *, date1904: bool) -> Any:
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return None
    if isinstance(cell, str | bool | CellError):
        return None if cell == "" else cell
    if isinstance(cell, dt.date):  # of which a datetime is one
        return float(cell.toordinal() - (_MAC_ORDINAL if date1904 else _EXCEL_ORDINAL))
    if isinstance(cell, np.datetime64):
        return _serials(np.array([cell], dtype="datetime64[D]"), date1904=date1904)[0]
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float) and not math.isfinite(cell):
        return _NOT_FINITE
    return cell
