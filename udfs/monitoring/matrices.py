"""Migration matrices in cells: read with or without headers, made complete, raised to powers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from udfs import errors
from udfs.cells import Block, BoolArray, Mixed, blank_cells, decode_numbers, decode_texts
from udfs.errors import CallError, Words
from udfs.kinds import FloatArray
from udfs.parsing import parse_number
from udfs.records import record

_NOT_GRADES: Final = frozenset({"total", "合计", "withdrawn", "退出", "nr"})
_IMAGINARY: Final = 1e-9
_SINGULAR: Final = 1e-10
_ROUNDED: Final = 0.05
"""Rows of a printed matrix miss one, or 100 %, by less than this."""


@record
class MigrationMatrix:
    """A complete one-period matrix: rows add up to one, the last state is default or the worst.

    Attributes:
        names: of the states, the best first.
        values: the probabilities.
        unobserved: the states that nobody started from; they stay as they are.
        moved: the largest correction that making a row add up to one took.
    """

    names: list[str]
    values: FloatArray
    unobserved: BoolArray
    moved: float

    def absorbing(self) -> FloatArray:
        """The matrix with the last state made one that nobody leaves."""
        values = self.values.copy()
        values[-1] = 0.0
        values[-1, -1] = 1.0
        return values


@record
class Generator:
    """The rates of change behind a matrix.

    Attributes:
        values: rates per period; every row adds up to zero and only the diagonal is negative.
        repaired: how many negative rates were set to zero.
        distance: the largest difference between the matrix and what the rates give in a period.
    """

    values: FloatArray
    repaired: int
    distance: float


def read_matrix(columns: list[Mixed], name: str) -> MigrationMatrix:
    """The matrix in a range, with or without headers, as counts, percentages or probabilities.

    Raises:
        CallError: it is not square, a cell is not a number from zero, or a row has gaps.
    """
    cells = np.column_stack([column.block.cells.astype(object) for column in columns])
    if _has_headers(cells):
        names, body = _labelled(cells, name)
    else:
        body = cells
        names = [str(place + 1) for place in range(body.shape[1])]
    rows, width = body.shape
    if width < 2 or rows not in (width, width - 1):  # noqa: PLR2004 - a matrix needs two states
        given = Words(f"{rows}×{width} cells", f"{rows}×{width} 个单元格")
        allowed = Words(
            "a square matrix, with or without headers; the row of the worst grade may be left out",
            "方阵，可带表头；最差等级一行可省略",
        )
        raise CallError(name, given, allowed)
    return _completed(names, _numbers(body, name))


def _has_headers(cells: npt.NDArray[np.object_]) -> bool:
    """Whether the first row and column hold names: the corner is then a text, or blank."""
    if cells.shape[0] < 2:  # noqa: PLR2004 - a header needs a row under it
        return False
    corner = cells[0, 0]
    if isinstance(corner, str) and corner.strip():
        return parse_number(corner) is None
    blank = blank_cells(Block(cells[:1, 0], (1, 1)))[0]
    beside = [cell for cell in cells[0, 1:] if isinstance(cell, str)]
    return bool(blank) and any(parse_number(text) is None for text in beside if text.strip())


def _labelled(
    cells: npt.NDArray[np.object_], name: str
) -> tuple[list[str], npt.NDArray[np.object_]]:
    """The names of the states, and the cells of the columns that are states."""
    heads = _texts(cells[0, 1:], name)
    rows = _texts(cells[1:, 0], name)
    kept = [place for place, text in enumerate(rows) if text]
    names = [rows[place] for place in kept]
    columns = {text.casefold(): place for place, text in reversed([*enumerate(heads)])}
    lacking = [text for text in names if text.casefold() not in columns]
    if lacking or len({text.casefold() for text in names}) != len(names):
        allowed = Words(
            "a matrix with a column for each row, each grade once",
            "每个行等级都有对应列、且等级不重复的矩阵",
        )
        raise CallError(name, ", ".join(lacking or names), allowed)
    known = {text.casefold() for text in names}
    extra = [text for text in heads if text and text.casefold() not in known | _NOT_GRADES]
    if len(extra) > 1:
        allowed = Words("at most one column without a row", "至多一列没有对应的行")
        raise CallError(name, ", ".join(extra), allowed)
    names += extra
    chosen = [columns[text.casefold()] + 1 for text in names]
    return names, cells[np.array(kept) + 1][:, chosen]


def _texts(cells: npt.NDArray[np.object_], name: str) -> list[str]:
    column = decode_texts(Block(cells, (len(cells), 1)), name)
    return [str(text) for text in column.values]


def _numbers(body: npt.NDArray[np.object_], name: str) -> FloatArray:
    column = decode_numbers(Block(body.reshape(-1), body.shape), name)
    values = column.values.reshape(body.shape)
    for place, error in column.faults.items():
        _refuse(name, place, body.shape[1], Words(error.reason, error.why("zh")), error.code)
    gaps = np.isnan(values) & ~np.isnan(values).all(axis=1, keepdims=True)
    for place in np.flatnonzero(gaps)[:1].tolist():
        _refuse(name, place, body.shape[1], Words("a blank cell", "空单元格"), errors.NA)
    for place in np.flatnonzero(values.reshape(-1) < 0)[:1].tolist():
        _refuse(name, place, body.shape[1], float(values.reshape(-1)[place]), errors.NUM)
    return values


def _refuse(name: str, place: int, width: int, given: Any, code: str) -> None:
    row, column = divmod(place, width)
    where = Words(
        f"{name}, row {row + 1} and column {column + 1} of the numbers",
        f"{name} 数字部分第 {row + 1} 行第 {column + 1} 列",
    )
    allowed = Words(
        "a number from 0; a grade nobody had has a blank row",
        "不小于 0 的数字；没有客户的等级整行留空",
    )
    raise CallError(where, given, allowed, code=code)


def _completed(names: list[str], values: FloatArray) -> MigrationMatrix:
    """The matrix with rows that add up to one; a row nobody was in stays in its grade."""
    width = values.shape[1]
    square = np.full((width, width), np.nan)
    square[: len(values)] = values
    sums = np.nansum(square, axis=1)
    unobserved = sums == 0
    moved = _correction(sums[~unobserved])
    square[~unobserved] /= sums[~unobserved, np.newaxis]
    square[unobserved] = np.eye(width)[unobserved]
    return MigrationMatrix(names, square, unobserved, moved)


def _correction(sums: FloatArray) -> float:
    """By how much rows of shares or percentages miss their sum; counts have none to miss."""
    for unit in (1.0, 100.0):
        misses = abs(sums / unit - 1)
        if (misses < _ROUNDED).all():
            largest = float(misses.max(initial=0.0))
            return largest if largest > _IMAGINARY else 0.0
    return 0.0


def power(values: FloatArray, periods: float) -> tuple[FloatArray, Generator | None]:
    """The matrix after a number of periods; a part of a period by the generator.

    Raises:
        CallError: there is no generator for the part of a period.
    """
    whole = int(periods)
    result: FloatArray = np.linalg.matrix_power(values, whole)
    part = periods - whole
    if not part:
        return result, None
    from scipy.linalg import expm  # noqa: PLC0415 - scipy is slow to import

    rates = generator(values)
    later: FloatArray = result @ np.asarray(expm(rates.values * part), dtype=np.float64)
    return later, rates


def generator(values: FloatArray) -> Generator:
    """The generator of a matrix: its logarithm, negative rates set to zero and the diagonal fitted.

    Raises:
        CallError: the matrix has no real logarithm, so that parts of a period mean nothing.
    """
    from scipy.linalg import expm, logm  # noqa: PLC0415 - scipy is slow to import

    roots = np.linalg.eigvals(values)
    if (abs(roots) < _SINGULAR).any() or ((abs(roots.imag) < _IMAGINARY) & (roots.real < 0)).any():
        given = Words("a matrix without a real logarithm", "没有实对数的矩阵")
        allowed = Words(
            "whole periods for this matrix, since it has no generator",
            "整数期（该矩阵没有生成矩阵）",
        )
        raise CallError("years", given, allowed, code=errors.NUM)
    rates = np.real(np.asarray(logm(values)))
    off = ~np.eye(len(rates), dtype=bool)
    negative = off & (rates < 0)
    repaired = int((negative & (rates < -_IMAGINARY)).sum())
    rates = np.where(negative, 0.0, rates)
    np.fill_diagonal(rates, 0.0)
    np.fill_diagonal(rates, 0.0 - rates.sum(axis=1))
    distance = float(abs(np.asarray(expm(rates)) - values).max())
    return Generator(rates, repaired, distance)
