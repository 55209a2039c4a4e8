"""Arguments that hold for the whole call: single values, lists, tables, and other series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors, tables
from udfs.catalogue import Argument, Function
from udfs.cells import (
    Block,
    Column,
    Mixed,
    Shape,
    block,
    decode_dates,
    decode_flags,
    decode_numbers,
    decode_texts,
    error_of,
)
from udfs.errors import CallError
from udfs.kinds import (
    Choice,
    Date,
    Dates,
    Flag,
    Flags,
    Grid,
    Kind,
    Matrix,
    Number,
    NumberList,
    Numbers,
    Table,
    TextList,
    Texts,
)
from udfs.rows import decode_row


def bind(argument: Argument, raw: Any, *, date1904: bool) -> Any:
    """What a function receives for an argument that is not a row of the result.

    Raises:
        CallError: the cells are not what the argument's kind asks for.
    """
    kind, name = argument.kind, argument.name
    if isinstance(kind, Table):
        return _bind_table(argument, kind, raw)
    if raw is None and not argument.required:
        return argument.default
    cells = block(raw, name)
    if isinstance(kind, Numbers | Texts | Dates | Flags):
        return decode_row(argument, cells, date1904=date1904)
    if isinstance(kind, Grid):
        return [
            Mixed(column, f"{name}, column {j + 1}") for j, column in enumerate(cells.columns())
        ]
    if isinstance(kind, NumberList | TextList | Matrix):
        return _bind_list(kind, cells, name)
    return _bind_single(argument, kind, cells, date1904=date1904)


def _bind_table(argument: Argument, kind: Table, raw: Any) -> pd.DataFrame | None:
    if raw is None:
        if kind.builtin:
            return tables.builtin(kind.builtin).rows
        if argument.required:
            raise CallError(argument.name, "nothing", "a table with headers")
        return None
    columns = tables.builtin(kind.builtin).columns if kind.builtin else kind.columns
    if isinstance(raw, pd.DataFrame):
        raw = [list(raw.columns), *raw.astype(object).to_numpy().tolist()]
    return tables.table_argument(block(raw, argument.name), columns, argument.name)


def _bind_list(kind: NumberList | TextList | Matrix, cells: Block, name: str) -> Any:
    if isinstance(kind, TextList):
        texts = decode_texts(cells, name)
        _refuse_faults(texts, name)
        return [str(text) for text in texts.values[~texts.blank]]
    numbers = decode_numbers(cells, name)
    _refuse_faults(numbers, name)
    outside = np.flatnonzero(kind.bounds.outside(numbers.values))
    if len(outside):
        raise CallError(name, numbers.values[outside[0]], str(kind.bounds), code=errors.NUM)
    if isinstance(kind, Matrix):
        return _square(kind, numbers, cells.shape, name)
    values = numbers.values[~numbers.blank]
    if kind.ascending and (np.diff(values) <= 0).any():
        raise CallError(name, values.tolist(), "numbers in ascending order", code=errors.NUM)
    return values


def _square(kind: Matrix, numbers: Column, shape: Shape, name: str) -> npt.NDArray[Any]:
    if numbers.blank.any():
        raise CallError(name, "a blank cell", "a number in every cell", code=errors.NA)
    if kind.square and shape[0] != shape[1]:
        raise CallError(name, f"{shape[0]}×{shape[1]} cells", "as many rows as columns")
    return numbers.values.reshape(shape)


def _refuse_faults(column: Column, name: str) -> None:
    for i, error in column.faults.items():
        raise CallError(f"{name}, cell {i + 1}", error.reason, "without errors", code=error.code)


def _bind_single(argument: Argument, kind: Kind, cells: Block, *, date1904: bool) -> Any:
    name = argument.name
    if cells.size != 1:
        raise CallError(name, f"{cells.shape[0]}×{cells.shape[1]} cells", "one cell")
    error = error_of(cells.cells[0])
    if error is not None:
        raise CallError(name, str(error), "a value", code=error.code)
    column = _decode_single(kind, cells, name, date1904=date1904)
    for fault in column.faults.values():
        raise CallError(name, cells.cells[0], _allowed(kind), code=fault.code)
    if column.blank[0]:
        if argument.required:
            raise CallError(name, "a blank cell", _allowed(kind), code=errors.NA)
        return argument.default
    return _single_value(kind, column.values[0], name)


def _decode_single(kind: Kind, cells: Block, name: str, *, date1904: bool) -> Column:
    if isinstance(kind, Number):
        return decode_numbers(cells, name)
    if isinstance(kind, Date):
        return decode_dates(cells, name, date1904=date1904)
    if isinstance(kind, Flag):
        return decode_flags(cells, name)
    return decode_texts(cells, name)


def _single_value(kind: Kind, value: Any, name: str) -> Any:
    if isinstance(kind, Number):
        number = float(value)
        if kind.bounds.outside(np.array([number]))[0]:
            raise CallError(name, f"{number:.15g}", str(kind.bounds), code=errors.NUM)
        return number
    if isinstance(kind, Flag):
        return bool(value)
    if isinstance(kind, Choice):
        option = kind.find(value)
        if option is None:
            raise CallError(name, value, _allowed(kind))
        return option
    return value


def _allowed(kind: Kind) -> str:
    if isinstance(kind, Number):
        return str(kind.bounds)
    if isinstance(kind, Choice):
        return "one of " + ", ".join(kind.options)
    if isinstance(kind, Date):
        return "a date such as 2026-03-31"
    if isinstance(kind, Flag):
        return "TRUE or FALSE"
    return "a text"


def check_series(wanted: Function, bound: Mapping[str, Any]) -> None:
    """Columns of one series must have as many rows as each other.

    Raises:
        CallError: they have not.
    """
    lengths: dict[str, tuple[str, int]] = {}
    for argument in wanted.arguments:
        series = getattr(argument.kind, "series", "")
        value = bound.get(argument.name)
        if not series or value is None:
            continue
        count = len(value[0]) if isinstance(value, list) else len(value)
        first, length = lengths.setdefault(series, (argument.name, count))
        if count != length:
            given = f"{length} and {count} rows"
            raise CallError(f"{first} and {argument.name}", given, "ranges with as many rows")
