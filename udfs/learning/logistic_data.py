"""The rows and columns a logistic model is fitted on: numbers as they are, or bins as WoE."""

from __future__ import annotations

import numpy as np
import pandas as pd

from udfs import errors
from udfs.cells import Column, Mixed
from udfs.errors import CallError, Words
from udfs.kinds import FloatArray
from udfs.learning.binning_samples import IntArray, Sample, check_both_classes
from udfs.learning.binning_tables import card_of, woe_of
from udfs.records import record


@record
class ModelData:
    """What is fitted.

    Attributes:
        names: the factors.
        values: rows and columns without gaps.
        bad: 1 or 0 for each row.
        weights: how often each row counts.
        unusable: rows left out because a factor has no number or no bin.
        worst: the factor that has most such rows.
        unknown: rows left out because they have no outcome.
    """

    names: list[str]
    values: FloatArray
    bad: IntArray
    weights: FloatArray
    unusable: int
    worst: str
    unknown: int


def model_data(sample: Sample, bins: pd.DataFrame | None, weights: Column | None) -> ModelData:
    """The rows that can be fitted.

    Raises:
        CallError: too few rows are left, or all of them are alike.
    """
    if bins is None:
        names = sample.names
        columns = [_numbers(column) for column in sample.columns]
    else:
        names, columns = _evidence(sample, bins)
    values = np.column_stack(columns)
    gaps = np.isnan(values)
    counts = np.ones(len(values)) if weights is None else _weights(weights)[sample.rows]
    usable = ~gaps.any(axis=1) & (counts > 0)
    worst = names[int(np.argmax(gaps.sum(axis=0)))]
    if usable.sum() < len(names) + 2:
        _refuse(int(usable.sum()), len(names), worst, int(gaps.sum(axis=0).max()))
    bad = sample.bad[usable]
    check_both_classes(bad)
    return ModelData(
        names,
        values[usable],
        bad,
        counts[usable],
        int((~usable).sum()),
        worst if gaps.any() else "",
        sample.unknown,
    )


def _refuse(rows: int, factors: int, worst: str, gaps: int) -> None:
    """Say that too few rows are left, and which factor costs most of them."""
    lost = lost_zh = ""
    if gaps:
        lost = f"; {worst} is no number in {gaps} rows: bin it with CR_BINNING and pass bins"
        lost_zh = f"；{worst} 有 {gaps} 行不是数字，可用 CR_BINNING 分箱并传入 bins"
    raise CallError(
        "values",
        Words(f"{rows} usable rows", f"{rows} 行可用"),
        Words(
            f"at least {factors + 2} usable rows{lost}", f"至少 {factors + 2} 行可用样本{lost_zh}"
        ),
        code=errors.NUM,
    )


def _numbers(column: Mixed) -> FloatArray:
    """The numbers of a column; NaN where there is none."""
    numbers: FloatArray = column.numbers().values
    return numbers


def _evidence(sample: Sample, bins: pd.DataFrame) -> tuple[list[str], list[FloatArray]]:
    """The factors that have both a column and bins, with the WoE of each row."""
    card = card_of(bins, woe_of(bins))
    factors = {
        name.casefold(): factor
        for factor in card.factors
        for name in (factor.name, *factor.labels.values())
    }
    names, columns = [], []
    for name, column in zip(sample.names, sample.columns, strict=True):
        factor = factors.get(name.casefold())
        if factor is None:
            known = ", ".join(each.name for each in card.factors)
            raise CallError(
                "factors",
                Words(name, name),
                Words(f"names of factors in bins ({known})", f"分箱表中的因子（{known}）"),
            )
        names.append(factor.name)
        columns.append(factor.place(column).look_up(factor.points))
    return names, columns


def _weights(weights: Column) -> FloatArray:
    """The weight of each row; NaN where it is blank.

    Raises:
        CallError: a weight is no number or negative.
    """
    for row, fault in weights.faults.items():
        raise CallError(
            Words(f"weights, row {row + 1}", f"weights 第 {row + 1} 行"),
            Words(fault.reason, fault.why("zh")),
            Words("a number at least 0", "不小于 0 的数字"),
            code=fault.code,
        )
    values: FloatArray = weights.values
    return values
