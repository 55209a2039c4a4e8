"""Totals per key of a detail list, aligned with a list of keys."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt

from udfs.catalogue import udf
from udfs.cells import BoolArray, Column, Faults, among, faulty
from udfs.errors import CallError, CellError, Words
from udfs.keys import KeyColumn, Lookup, locate
from udfs.kinds import Choice, FloatArray, Keys, Number, Numbers, TextArray, TextList, Texts

_HOW: Final = Choice(
    {
        "sum": ("total", "求和", "合计"),
        "count": ("n", "计数"),
        "max": ("largest", "最大"),
        "min": ("smallest", "最小"),
        "mean": ("average", "平均"),
        "last": ("最后",),
    }
)


@udf(
    "CR_ROLLUP",
    family="helpers",
    zh="""按编号汇总明细表，结果与编号列对齐；相当于快速的 SUMIFS、COUNTIFS、MAXIFS。

    编号的文字相同即为同一编号（数字 1 与文本 "1" 相同，区分大小写）。空白的编号与空白的数值不计。

    参数：
        keys: 要汇总的编号，如客户编号，单元格或区域。
        row_keys: 明细的编号，每行一个。
        row_values: 明细的数值，每行一个。
        how: "sum" 合计（默认）；"count" 个数；"max" 最大；"min" 最小；"mean" 平均；"last" 最后一行的值。
        where: 明细的条件列，每行一个文本，如事件类型；省略则全部计入。
        equals: 条件：只计条件列为这些文本之一的行，不分大小写。
        blank: 空白数值代表的数，如事件数的 1；省略则空白不计。
    结果：
        每个编号一个数；明细中没有的编号：合计与个数为 0，其余为空白。空表的一个空白行不算明细。
    错误：
        某编号的明细中有无法使用的数值时，该编号显示那个错误；where 与 equals 只给出其一时整个调用为 #VALUE!。
    来源：
        Excel：SUMIFS、COUNTIFS、MAXIFS、MINIFS、AVERAGEIFS。
    """,
)
def rollup(
    keys: Annotated[TextArray, Keys()],
    row_keys: Annotated[KeyColumn, Keys(series="rows")],
    row_values: Annotated[Column, Numbers(series="rows")],
    how: Annotated[str, _HOW] = "sum",
    where: Annotated[Column, Texts(series="rows")] | None = None,
    equals: Annotated[list[str], TextList()] | None = None,
    blank: Annotated[float | None, Number()] = None,
) -> FloatArray | TextArray:
    """Totals per key of a detail list, aligned with the keys: a fast SUMIFS, COUNTIFS or MAXIFS.

    Keys are the same when their texts are (the number 1 and the text "1"; capitals count). Blank
    keys and blank values are not counted.

    Args:
        keys: Keys to total, such as customer numbers, one cell or a range.
        row_keys: Key of each detail row.
        row_values: Number of each detail row.
        how: "sum" (default), "count", "max", "min", "mean", or "last" the value of the last row.
        where: Text of each detail row to choose rows by, such as the kind of event; default all.
        equals: One or more texts: only rows whose text is one of them count, in any case.
        blank: What a blank value stands for, such as 1 for a number of events; default not counted.

    Returns:
        One number per key; for a key without rows 0 as sum and count, otherwise a blank. One blank
        detail row, as a table without rows has, is no row.

    Errors:
        A key with a value that cannot be used shows that value's error. The call is #VALUE! if
        only one of where and equals is given.

    Example:
        =CR_ROLLUP({"C1";"C2";"C3"},{"C1";"C2";"C1"},{10;5;20}) -> {30;5;0}
        =CR_ROLLUP({"C1";"C3"},{"C1";"C2";"C1"},{10;5;20},"max") -> {20;""}
        =CR_ROLLUP("C1",{"C1";"C2";"C1"},{10;5;20},"sum",{"fee";"fee";"deposit"},"fee") -> 10

    Source:
        Excel: SUMIFS, COUNTIFS, MAXIFS, MINIFS, AVERAGEIFS.
    """
    lookup = locate(np.asarray(keys), row_keys, "row_keys")
    numbers = row_values.values
    used = lookup.place >= 0
    if blank is None:
        used &= ~row_values.blank
    else:
        numbers = np.where(row_values.blank, blank, numbers)
    row_faults = dict(row_values.faults)
    if where is not None or equals is not None:
        chosen = _chosen(where, equals, len(row_values))
        used &= chosen
        row_faults = {row: error for row, error in row_faults.items() if chosen[row]}
        row_faults |= {} if where is None else where.faults
    used[list(row_faults)] = False
    everything = bool(used.all())
    place = lookup.place if everything else lookup.place[used]
    values = numbers if everything else numbers[used]
    totals = _total(place, values, lookup.count, how)[lookup.owner]
    faults = _faults(lookup, row_faults)
    missing = np.isnan(totals)
    if not missing.any() and not faults:
        return totals
    mixed = totals.astype(object)
    mixed[missing] = None
    return faulty(mixed, faults.items())


def _chosen(where: Column | None, equals: list[str] | None, rows: int) -> BoolArray:
    """The rows whose text is one of those asked for."""
    if where is None and equals and rows == 1:
        # One blank cell arrives as nothing: the kind of the only row, or of an empty table's row.
        return np.zeros(rows, dtype=bool)
    if where is None or not equals:
        raise CallError(
            Words("where and equals", "where 与 equals"),
            Words("one of them", "其中之一"),
            Words("given together", "同时给出"),
        )
    return among(where, equals)


def _total(place: npt.NDArray[np.intp], values: FloatArray, count: int, how: str) -> FloatArray:
    """The total at each place; NaN where there are no rows and the total needs one."""
    if how == "sum":
        return np.bincount(place, weights=values, minlength=count).astype(np.float64, copy=False)
    if how == "count":
        return np.bincount(place, minlength=count).astype(np.float64)
    if how == "mean":
        sums = np.bincount(place, weights=values, minlength=count)
        sizes = np.bincount(place, minlength=count)
        return np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)
    totals: FloatArray = np.full(count, np.nan)
    if how == "last":
        totals[place] = values
    elif how == "max":
        np.fmax.at(totals, place, values)
    else:
        np.fmin.at(totals, place, values)
    return totals


def _faults(lookup: Lookup, row_faults: Faults) -> Faults:
    """The first fault among the rows of each key, at the places of the result."""
    first: dict[int, CellError] = {}
    for row in sorted(row_faults):
        error = row_faults[row]
        where = CellError(
            error.code,
            f"detail row {row + 1}: {error.why()}",
            f"明细第 {row + 1} 行：{error.why('zh')}",
        )
        first.setdefault(int(lookup.place[row]), where)
    first.pop(-1, None)
    if not first:
        return {}
    return {i: first[int(owner)] for i, owner in enumerate(lookup.owner) if int(owner) in first}
