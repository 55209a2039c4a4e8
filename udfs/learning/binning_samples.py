"""What a model learns from: the rows whose outcome is known, with their factors by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import Column, Mixed, blank_cells
from udfs.errors import CallError, Words
from udfs.kinds import Grid, TextArray, TextList, Texts
from udfs.parsing import parse_flag
from udfs.records import record

IntArray: TypeAlias = npt.NDArray[np.int64]
RowArray: TypeAlias = npt.NDArray[np.intp]

# The rows of a sample are no rows of the result, so they come as a series of their own.
Outcomes = Annotated[Column, Texts(series="sample")]
Values = Annotated[list[Mixed], Grid(series="sample")]
_WORDS: Final = dict.fromkeys(
    ("bad", "default", "坏", "坏样本", "坏客户", "违约"), 1
) | dict.fromkeys(("good", "no default", "好", "好样本", "好客户", "正常", "未违约"), 0)
FactorNames = Annotated[list[str], TextList()]


@record
class Sample:
    """Rows to learn from.

    Attributes:
        bad: 1 for default and 0 for none, for each row.
        columns: the values of each factor.
        names: the name of each factor.
        rows: where the rows stood in the range.
        unknown: how many more rows have values but no outcome.
    """

    bad: IntArray
    columns: list[Mixed]
    names: list[str]
    rows: RowArray
    unknown: int

    def __len__(self) -> int:
        return len(self.bad)


def read_sample(bad: Column, values: list[Mixed], factors: Sequence[str] | None) -> Sample:
    """The rows whose outcome is known; a row without outcome cannot teach anything.

    Raises:
        CallError: an outcome is neither yes nor no, all are alike, or the names do not fit.
    """
    flags = _flags(bad)
    names = factor_names(values, factors)
    columns = [Mixed(column.block, name) for column, name in zip(values, names, strict=True)]
    rows = np.arange(len(bad))
    unknown = 0
    if bad.blank.any():
        unknown = _filled_rows([column.take(np.flatnonzero(bad.blank)) for column in columns])
        rows = np.flatnonzero(~bad.blank)
        columns = [column.take(rows) for column in columns]
    outcome = flags[rows]
    check_both_classes(outcome)
    return Sample(outcome, columns, names, rows, unknown)


def _flags(bad: Column) -> IntArray:
    """1 for bad and 0 for good; blanks count as neither.

    Raises:
        CallError: an outcome is neither.
    """
    allowed = Words("1 (default) or 0 (no default)", "1（违约）或 0（未违约）")
    for row, fault in bad.faults.items():
        given = Words(fault.reason, fault.why("zh"))
        raise CallError(_row(row), given, allowed, code=fault.code)
    texts: TextArray = bad.values
    codes, spellings = pd.factorize(texts)
    said = [str(text) for text in spellings]
    plain = {place: parse_flag(text) for place, text in enumerate(said) if text}
    # Words count only among words, lest a header "bad" above ones and zeros count as a default.
    words = _WORDS if not any(flag is not None for flag in plain.values()) else {}
    flags = [0] * len(said)
    for place, flag in plain.items():
        found = words.get(said[place].casefold()) if flag is None else flag
        if found is None:
            raise CallError(_row(int(np.argmax(codes == place))), said[place], allowed)
        flags[place] = int(found)
    return np.array(flags, dtype=np.int64)[codes]


def _row(row: int) -> Words:
    return Words(f"bad, row {row + 1}", f"bad 第 {row + 1} 行")


def check_both_classes(outcome: IntArray) -> None:
    """Refuse to learn from good or bad rows alone.

    Raises:
        CallError: all rows are alike, or there are none.
    """
    bads = int(outcome.sum())
    if 0 < bads < len(outcome):
        return
    goods = len(outcome) - bads
    raise CallError(
        "bad",
        Words(f"{bads} bad and {goods} good rows", f"{bads} 行违约、{goods} 行未违约"),
        Words("outcomes with both 1 and 0 among them", "既有 1 也有 0 的结果列"),
        code=errors.NUM,
    )


def factor_names(values: list[Mixed], factors: Sequence[str] | None) -> list[str]:
    """The name of each column: as given, or x1, x2 and so on.

    Raises:
        CallError: there are more or fewer names than columns, or a name stands twice.
    """
    if factors is None:
        return [f"x{place + 1}" for place in range(len(values))]
    names = [name.strip() for name in factors]
    if len(names) != len(values):
        raise CallError(
            "factors",
            Words(f"{len(names)} names", f"{len(names)} 个名称"),
            Words(
                f"one name for each of the {len(values)} columns of values",
                f"与 values 的 {len(values)} 列一一对应的名称",
            ),
        )
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise CallError(
                "factors",
                Words(f"{name} twice", f"{name} 出现两次"),
                Words("each name once", "每个名称只出现一次"),
            )
        seen.add(name.casefold())
    return names


def names_in_order(values: list[Mixed], names: Sequence[str], argument: str) -> list[str]:
    """The names of a table's factors, for columns that stand in the table's order.

    Raises:
        CallError: there are more or fewer columns than factors.
    """
    if len(values) == len(names):
        return list(names)
    raise CallError(
        "values",
        Words(f"{len(values)} columns", f"{len(values)} 列"),
        Words(
            f"{len(names)} columns in the order of {argument} ({', '.join(names)}), or columns "
            "named by the argument factors",
            f"按 {argument} 顺序的 {len(names)} 列（{'、'.join(names)}），或用参数 factors 给出列名",
        ),
    )


def _filled_rows(columns: list[Mixed]) -> int:
    """How many rows hold anything."""
    blank = np.ones(len(columns[0]), dtype=bool)
    for column in columns:
        blank &= blank_cells(column.block)
    return int((~blank).sum())
