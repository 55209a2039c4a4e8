"""A call: cells to columns, the function on the rows that can be computed, results to cells.

Rows that cannot be computed never reach a function. A blank row stays blank; a row with an
error cell shows that error; text in a number shows #VALUE!, a number out of bounds #NUM!, a
missing needed value #N/A. With ``out="why"`` such a row shows the reason instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.arguments import bind, check_series
from udfs.catalogue import Argument, Function, function, is_row_argument
from udfs.cells import Block, BoolArray, Faults, Shape, block
from udfs.errors import CallError, CellError, Words
from udfs.last_errors import remember
from udfs.one_row import UNUSUAL, plan_of
from udfs.records import record
from udfs.results import encode, frame_columns, rows_of
from udfs.rows import Rows, join_rows


@record
class Whole:
    """A result about all rows together, such as the cut-offs, which is not one value per row.

    A DataFrame spills with its headers; ``headers`` gives them in the language asked for.
    """

    value: Any
    headers: tuple[str, ...] = ()


_TABLES: Final = (Whole, pd.DataFrame)


@dataclass(slots=True)
class Result:
    """What a call gives before it becomes cells.

    Attributes:
        values: one value per row, or a DataFrame with one row per row, or a ``Whole``.
        faults: the error of each row that has no value.
        shape: rows and columns of the result.
        blank: which rows are blank; None if none is.
    """

    values: Any
    faults: Faults
    shape: Shape
    blank: BoolArray | None = None


def call(name: str, *cells: Any, date1904: bool = False) -> list[list[Any]]:
    """Compute a function on cells, as a host hands them over, and return rows of cells.

    Args:
        name: the function, such as CR_GRADE.
        *cells: one value, flat list or nested list per argument; None leaves an optional
            argument out.
        date1904: whether serial numbers count from 1904, as in workbooks of old Macs.

    Returns:
        Rows of None, bool, float, str and ``CellError``. A bad call is one error cell that
        carries the message.

    Raises:
        UnknownFunctionError: the name is not in the catalogue.

    Example:
        >>> import udfs
        >>> udfs.call("CR_PD2GRADE", [[0.0018], [None], ["n/a"]])
        [['A'], [None], [CellError(code='#VALUE!', reason="pd: 'n/a' is not a number.")]]
    """
    return rows_of(call_columns(name, *cells, date1904=date1904))


def call_columns(name: str, *cells: Any, date1904: bool = False) -> list[list[Any]]:
    """Compute a function on cells as ``call`` does, and return columns of cells."""
    wanted = function(name)
    try:
        result = evaluate(wanted, cells, date1904=date1904)
        values = result.values
        if type(values) is np.ndarray and values.shape == (1,) and values.dtype.char == "d":
            number = values.item()
            if not result.faults and math.isfinite(number):
                return [[number]]  # as nearly always where each cell is a call
        columns = to_columns(result, date1904=date1904)
    except CallError as error:
        columns = [[error.as_cell()]]
    remember(wanted.name, columns)
    return columns


def evaluate(wanted: Function, cells: tuple[Any, ...], *, date1904: bool = False) -> Result:
    """Compute a function on cells, arrays or pandas columns, and keep the result as columns.

    Raises:
        CallError: the call as a whole cannot give a result.
    """
    plan = plan_of(wanted)
    bound = plan.bound(wanted, cells, date1904=date1904)
    if bound is UNUSUAL:
        return evaluate_rows(wanted, cells, date1904=date1904)
    values = wanted.compute(**bound)
    if not plan.by_row or isinstance(values, _TABLES):
        return Result(values, {}, (1, 1))
    if len(values) != 1:
        raise AssertionError(f"1 row went in and {len(values)} came out.")
    if bound.get("out") == "why":
        values = np.array([_in_words(values[0], bound.get("lang", "en"))], dtype=object)
    return Result(values, {}, (1, 1))


def evaluate_rows(wanted: Function, cells: tuple[Any, ...], *, date1904: bool = False) -> Result:
    """What ``evaluate`` gives, computed in the way that suits any cells.

    Raises:
        CallError: the call as a whole cannot give a result.
    """
    if len(cells) > len(wanted.arguments):
        most = len(wanted.arguments)
        given_number = Words(f"{len(cells)} arguments", f"{len(cells)} 个参数")
        allowed = Words(f"at most {most} arguments", f"至多 {most} 个参数")
        raise CallError(Words("the call", "函数调用"), given_number, allowed)
    given = dict(zip((a.name for a in wanted.arguments), cells, strict=False))
    bound: dict[str, Any] = {}
    rows: list[tuple[Argument, Block]] = []
    for argument in wanted.arguments:
        raw = given.get(argument.name)
        if is_row_argument(argument) and (argument.required or raw is not None):
            rows.append((argument, block(raw, argument.name)))
        else:
            bound[argument.name] = bind(argument, raw, date1904=date1904)
    check_series(wanted, bound)
    if not rows:
        return Result(wanted.compute(**bound), {}, (1, 1))
    return _by_row(wanted, bound, join_rows(rows, date1904=date1904))


def _by_row(wanted: Function, bound: dict[str, Any], rows: Rows) -> Result:
    good = rows.good
    faults = rows.faults
    if bound.get("out") == "why":
        return _with_reasons(wanted, bound, rows)
    if not len(good) and bound.get("out") != "table":  # a table has its headers at least
        return Result(np.full(len(rows.blank), None, dtype=object), faults, rows.shape)
    values = wanted.compute(**bound, **_take(wanted, rows, good))
    if isinstance(values, Whole):
        return Result(values, {}, (1, 1))
    return Result(_scatter(values, good, rows), faults, rows.shape, rows.blank)


def _with_reasons(wanted: Function, bound: dict[str, Any], rows: Rows) -> Result:
    """The reason of each row; a row without a result shows why it has none."""
    good = rows.good
    reasons = np.full(len(rows.blank), None, dtype=object)
    if len(good):
        reasons[good] = wanted.compute(**bound, **_take(wanted, rows, good))
    lang = bound.get("lang", "en")
    for i, error in rows.faults.items():
        reasons[i] = error.why(lang)
    for i in good:
        reasons[i] = _in_words(reasons[i], lang)
    return Result(reasons, {}, rows.shape)


def _in_words(reason: Any, lang: str) -> Any:
    return reason.why(lang) if isinstance(reason, CellError) else reason


def _take(wanted: Function, rows: Rows, good: npt.NDArray[np.intp]) -> dict[str, Any]:
    """The usable rows of every row argument; the columns themselves when all rows are."""
    everything = len(good) == len(rows.blank)
    taken = {}
    for argument in wanted.arguments:
        column = rows.columns.get(argument.name)
        if column is None or everything:
            if column is not None:
                taken[argument.name] = column
        elif isinstance(column, list):
            taken[argument.name] = [mixed.take(good) for mixed in column]
        else:
            taken[argument.name] = column[good]
    return taken


def _scatter(values: Any, good: npt.NDArray[np.intp], rows: Rows) -> Any:
    count = len(rows.blank)
    if isinstance(values, pd.DataFrame):
        return values if len(good) == count else values.set_index(good).reindex(range(count))
    array = np.asarray(values)
    if len(array) != len(good):
        raise AssertionError(f"{len(good)} rows went in and {len(array)} came out.")
    if len(good) == count:
        return array
    spread = np.full(count, None, dtype=object)
    spread[good] = array if array.dtype.kind == "M" else array.tolist()
    return spread


# --- cells out ------------------------------------------------------------------------------


def to_cells(result: Result, *, date1904: bool = False) -> list[list[Any]]:
    """A result as rows of plain cells; a table gets its header row."""
    return rows_of(to_columns(result, date1904=date1904))


def to_columns(result: Result, *, date1904: bool = False) -> list[list[Any]]:
    """A result as columns of plain cells; a table gets its headers."""
    values = result.values
    if isinstance(values, np.ndarray):
        array = values if values.ndim else values.reshape(1)
        return encode(array, result.faults, result.shape, date1904=date1904)
    if isinstance(values, Whole):
        return _whole_columns(values, date1904=date1904)
    if isinstance(values, pd.DataFrame):
        blank = () if result.blank is None else np.flatnonzero(result.blank).tolist()
        columns = frame_columns(values, date1904=date1904)
        for cells in columns:
            for i in blank:
                cells[i] = None
            for i, error in result.faults.items():
                cells[i] = error
        return _headed(list(values.columns), columns)
    return encode(np.atleast_1d(np.asarray(values)), result.faults, result.shape, date1904=date1904)


def _headed(headers: list[Any], columns: list[list[Any]]) -> list[list[Any]]:
    return [[header, *cells] for header, cells in zip(headers, columns, strict=True)]


def _whole_columns(whole: Whole, *, date1904: bool) -> list[list[Any]]:
    value = whole.value
    if isinstance(value, pd.DataFrame):
        headers = list(whole.headers or value.columns)
        return _headed(headers, frame_columns(value, date1904=date1904))
    array = np.asarray(value, dtype=None if isinstance(value, np.ndarray) else object)
    shape = array.shape if array.ndim == 2 else (array.size, 1)  # noqa: PLR2004 - rows and columns
    return encode(array.reshape(-1), {}, shape, date1904=date1904)
