"""Least squares with standard errors, collinear columns left out and named."""

from __future__ import annotations

from typing import Final

import numpy as np

from udfs.errors import CallError, Words
from udfs.kinds import FloatArray
from udfs.learning.factor_columns import MISSING, FactorColumn
from udfs.records import record

_DEPENDENT: Final = 1e-7
"""A column of length one that is left with less than this beside the others adds nothing."""

_NO_ROOM: Final = 1e-9
"""A row that determines its own fitted value leaves no residual to judge by."""


@record
class Column:
    """One column of the design: a factor's numbers, or whether a row is of a category.

    Attributes:
        factor: its name.
        category: empty for numbers.
        values: of each row.
    """

    factor: str
    category: str
    values: FloatArray


@record
class Fit:
    """A linear model by least squares; the constant is the first coefficient.

    Attributes:
        used: which columns are in the model.
        coefficients: of the constant and each column used.
        standard_errors: likewise.
        inflation: variance inflation factor of each column used.
        fitted: expected value of each row.
        residuals: actual less expected.
        freedom: rows less coefficients.
    """

    used: list[int]
    coefficients: FloatArray
    standard_errors: FloatArray
    inflation: FloatArray
    fitted: FloatArray
    residuals: FloatArray
    freedom: int

    @property
    def deviation(self) -> float:
        """Standard deviation of the residuals."""
        return float(np.sqrt((self.residuals**2).sum() / self.freedom))


def reference(factor: FactorColumn) -> str:
    """The category that the others are compared with: the most frequent, of equals the first."""
    counts = np.bincount(
        factor.values[factor.values != MISSING].astype(np.intp), minlength=len(factor.labels)
    )
    return factor.labels[int(counts.argmax())]


def design(factors: list[FactorColumn]) -> list[Column]:
    """The columns of the factors: numbers as they are, a column of 0 and 1 per category."""
    columns = []
    for factor in factors:
        if not factor.labels:
            columns.append(Column(factor.name, "", factor.values.astype(np.float64)))
            continue
        base = reference(factor)
        columns += [
            Column(factor.name, label, (factor.values == place).astype(np.float64))
            for place, label in enumerate(factor.labels)
            if label != base
        ]
    return columns


def least_squares(actual: FloatArray, columns: list[Column], *, robust: bool) -> Fit:
    """Fit the actual values by the columns and a constant.

    Args:
        actual: what is to be explained.
        columns: the design; columns that the ones before them determine are left out.
        robust: standard errors that hold where residuals spread unevenly (HC3).

    Raises:
        CallError: no more rows than coefficients, or robust errors where a row stands alone.
    """
    values = np.column_stack([column.values for column in columns])
    means = values.mean(axis=0)
    centred = values - means
    lengths = np.sqrt((centred**2).sum(axis=0))
    used = _independent(centred, lengths)
    freedom = len(actual) - len(used) - 1
    if freedom < 1:
        raise CallError(
            "values",
            Words(f"{len(actual)} usable rows", f"{len(actual)} 行可用数据"),
            Words(
                f"more than {len(used) + 1} rows, as there are {len(used) + 1} coefficients",
                f"多于 {len(used) + 1} 行的数据（系数有 {len(used) + 1} 个）",
            ),
        )
    unit = centred[:, used] / lengths[used]
    q, r = np.linalg.qr(unit)
    inverse = np.linalg.solve(r, np.eye(len(used)))
    slopes = (inverse @ (q.T @ (actual - actual.mean()))) / lengths[used]
    constant = actual.mean() - slopes @ means[used]
    fitted = constant + values[:, used] @ slopes
    residuals = actual - fitted
    # How each coefficient moves with each actual value; the constant first.
    pull = (inverse @ q.T) / lengths[used][:, None]
    pull = np.vstack([1 / len(actual) - means[used] @ pull, pull])
    if robust:
        spread = pull * (residuals / _room(q, columns, used))
    else:
        spread = pull * np.sqrt((residuals**2).sum() / freedom)
    return Fit(
        used,
        np.concatenate(([constant], slopes)),
        np.sqrt((spread**2).sum(axis=1)),
        (inverse**2).sum(axis=1),
        fitted,
        residuals,
        freedom,
    )


def _independent(centred: FloatArray, lengths: FloatArray) -> list[int]:
    """The columns that those before them do not determine."""
    used: list[int] = []
    basis = np.empty((len(centred), 0))
    for place, length in enumerate(lengths.tolist()):
        if not length > 0:
            continue
        rest = centred[:, place] / length
        # Twice, since once leaves rounding errors of the size that is looked for.
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        left = float(np.sqrt((rest**2).sum()))
        if left > _DEPENDENT:
            used.append(place)
            basis = np.column_stack([basis, rest / left])
    return used


def _room(q: FloatArray, columns: list[Column], used: list[int]) -> FloatArray:
    """What each row leaves to its residual: one less its leverage."""
    room: FloatArray = 1 - 1 / len(q) - (q**2).sum(axis=1)
    alone = int(room.argmin())
    if room[alone] < _NO_ROOM:
        column = columns[used[int(np.abs(q[alone]).argmax())]]
        name = f"{column.factor} {column.category}".strip()
        raise CallError(
            "errors",
            Words(f'"robust" where one row alone has {name}', f"“robust”，而仅有一行取 {name}"),
            Words(
                'classic", or values in which every category has at least two rows'.replace(
                    '"', ""
                ),
                "classic，或每个类别至少两行的数据",
            ),
        )
    return room
