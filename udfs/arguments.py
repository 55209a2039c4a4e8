"""Arguments that hold for the whole call: single values, lists, tables, and other series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
)
from udfs.errors import CallError, Words, numbered_column, one_of
from udfs.keys import key_column
from udfs.kinds import (
    ROW_KINDS,
    AnyCells,
    Choice,
    Date,
    Flag,
    Grid,
    Keys,
    Kind,
    Matrix,
    Number,
    NumberList,
    Table,
    TableColumn,
    TextList,
)
from udfs.one_cell import error_of
from udfs.read_once import lasting
from udfs.rows import decode_row

_NOTHING: Final = Words("nothing", "空")
_BLANK: Final = Words("a blank cell", "空单元格")
_A_VALUE: Final = Words("a value", "有效值")
_A_TABLE: Final = Words("a table with headers", "带表头的表")
_ONE_CELL: Final = Words("one cell", "一个单元格")
_NO_BLANKS: Final = Words("a number in every cell", "全部为数字、没有空单元格的区域")
_NO_ERRORS: Final = Words("without errors", "没有错误的单元格")
_ASCENDING: Final = Words("numbers in ascending order", "由小到大的数字")
_SQUARE: Final = Words("as many rows as columns", "行数与列数相等的区域")
_AS_MANY_ROWS: Final = Words("ranges with as many rows", "行数相同的区域")


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
    if isinstance(kind, ROW_KINDS):
        return _bind_series(argument, raw, date1904=date1904)
    cells = block(raw, name)
    if isinstance(kind, AnyCells):
        return cells.cells.tolist()
    if isinstance(kind, NumberList | TextList | Matrix):
        return _bind_list(kind, cells, name)
    return _bind_single(argument, kind, cells, date1904=date1904)


def _bind_series(argument: Argument, raw: Any, *, date1904: bool) -> Any:
    """The rows of another list than the result's."""
    kind, name = argument.kind, argument.name
    if isinstance(kind, Keys):
        return key_column(raw, name)
    cells = block(raw, name)
    if isinstance(kind, Grid):
        return [Mixed(column, numbered_column(name, j)) for j, column in enumerate(cells.columns())]
    return decode_row(argument, cells, date1904=date1904)


def _bind_table(argument: Argument, kind: Table, raw: Any) -> pd.DataFrame | None:
    if raw is None:
        if kind.builtin:
            return tables.builtin(kind.builtin).rows
        if argument.required:
            raise CallError(argument.name, _NOTHING, _A_TABLE)
        return None
    columns = tables.builtin(kind.builtin).columns if kind.builtin else kind.columns
    if isinstance(raw, pd.DataFrame):
        raw = [list(raw.columns), *raw.astype(object).to_numpy().tolist()]
    cells = block(raw, argument.name)
    first = cells.cells[0] if cells.size == 1 else None
    if kind.builtin and isinstance(first, str) and error_of(first) is None:
        return _named_table(first.strip(), columns, argument.name)
    return tables.table_argument(cells, columns, argument.name, further=kind.further)


def _named_table(text: str, columns: tuple[TableColumn, ...], argument: str) -> pd.DataFrame:
    """Another built-in table of the same columns, by its name."""
    wanted = [column.name for column in columns]
    alike = [name for name in tables.names() if tables.has_columns(name, wanted)]
    if text.casefold() in alike:
        return lasting(tables.builtin(text.casefold()).rows[wanted])
    listed, listed_zh = ", ".join(alike), "、".join(alike)
    allowed = Words(
        f"a table with headers, or the name of a built-in one: {listed}",
        f"带表头的表，或内置表名称之一：{listed_zh}",
    )
    raise CallError(argument, text, allowed)


def _bind_list(kind: NumberList | TextList | Matrix, cells: Block, name: str) -> Any:
    if isinstance(kind, TextList):
        texts = decode_texts(cells, name)
        _refuse_faults(texts, name)
        return [str(text) for text in texts.values[~texts.blank]]
    numbers = decode_numbers(cells, name)
    _refuse_faults(numbers, name)
    outside = np.flatnonzero(kind.bounds.outside(numbers.values))
    if len(outside):
        raise CallError(
            name, float(numbers.values[outside[0]]), kind.bounds.describe(), code=errors.NUM
        )
    if isinstance(kind, Matrix):
        return _square(kind, numbers, cells.shape, name)
    values = numbers.values[~numbers.blank]
    if kind.ascending and (np.diff(values) <= 0).any():
        raise CallError(name, values.tolist(), _ASCENDING, code=errors.NUM)
    return values


def _square(kind: Matrix, numbers: Column, shape: Shape, name: str) -> npt.NDArray[Any]:
    if numbers.blank.any():
        raise CallError(name, _BLANK, _NO_BLANKS, code=errors.NA)
    if kind.square and shape[0] != shape[1]:
        raise CallError(name, _size(shape), _SQUARE)
    return numbers.values.reshape(shape)


def _refuse_faults(column: Column, name: str) -> None:
    for i, error in column.faults.items():
        raise CallError(
            Words(f"{name}, cell {i + 1}", f"{name} 第 {i + 1} 格"),
            Words(error.reason, error.why("zh")),
            _NO_ERRORS,
            code=error.code,
        )


def _bind_single(argument: Argument, kind: Kind, cells: Block, *, date1904: bool) -> Any:
    name = argument.name
    if cells.size != 1:
        raise CallError(name, _size(cells.shape), _ONE_CELL)
    error = error_of(cells.cells[0])
    if error is not None:
        raise CallError(name, Words(str(error), str(error)), _A_VALUE, code=error.code)
    column = _decode_single(kind, cells, name, date1904=date1904)
    for fault in column.faults.values():
        raise CallError(name, cells.cells[0], _allowed(kind), code=fault.code)
    if column.blank[0]:
        if argument.required:
            raise CallError(name, _BLANK, _allowed(kind), code=errors.NA)
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
            raise CallError(name, _figure(number), kind.bounds.describe(), code=errors.NUM)
        return number
    if isinstance(kind, Flag):
        return bool(value)
    if isinstance(kind, Choice):
        option = kind.find(value)
        if option is None:
            raise CallError(name, value, _allowed(kind))
        return option
    return value


def _allowed(kind: Kind) -> Words:
    if isinstance(kind, Number):
        return kind.bounds.describe()
    if isinstance(kind, Choice):
        return one_of(kind.options)
    if isinstance(kind, Date):
        return Words("a date such as 2026-03-31", "日期，如 2026-03-31")
    if isinstance(kind, Flag):
        return Words("TRUE or FALSE", "TRUE 或 FALSE")
    return Words("a text", "文本")


def _size(shape: Shape) -> Words:
    rows, width = shape
    return Words(f"{rows}×{width} cells", f"{rows}×{width} 个单元格")


def _figure(number: float) -> Words:
    return Words(f"{number:.15g}", f"{number:.15g}")


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
            given = Words(f"{length} and {count} rows", f"{length} 行与 {count} 行")
            names = Words(f"{first} and {argument.name}", f"{first} 与 {argument.name}")
            raise CallError(names, given, _AS_MANY_ROWS)
