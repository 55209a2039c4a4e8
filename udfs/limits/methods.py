"""The single methods of the credit limit as arithmetic, and their policy."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.cells import BoolArray
from udfs.errors import CallError, Words, column_of, one_of
from udfs.grading.grade_order import grade_order
from udfs.kinds import FloatArray, Table, TextArray
from udfs.read_once import read_once
from udfs.tables import builtin

LimitMethods = Annotated[pd.DataFrame, Table(builtin="limit_methods")]
LimitMultiples = Annotated[pd.DataFrame, Table(builtin="limit_multiples")]

METHODS: Final = ("working_capital", "leverage", "cash_flow", "equity", "collateral", "regulatory")


def leverage_cap(assets: FloatArray, liabilities: FloatArray, ratio: float) -> FloatArray:
    """New debt D for which (liabilities + D) / (assets + D) is the ratio."""
    return (ratio * assets - liabilities) / (1 - ratio)


def annuity_factor(rate: FloatArray, years: FloatArray) -> FloatArray:
    """What one yuan a year over the years is worth today; the years themselves at rate 0."""
    safe = np.where(rate == 0, 1.0, rate)
    return np.where(rate == 0, years, -np.expm1(-years * np.log1p(safe)) / safe)


def debt_capacity(
    cash_flow: FloatArray, rate: FloatArray, years: FloatArray, dscr: float
) -> FloatArray:
    """Debt that the cash flow serves in equal yearly payments at the coverage ratio."""
    return cash_flow / dscr * annuity_factor(rate, years)


def multiples_of(grade: TextArray, multiples: pd.DataFrame) -> FloatArray:
    """The equity multiple of each grade; NaN where the grade is unknown or blank."""
    order = grade_order(multiples)
    ranks = order.ranks(grade)
    values = multiples["multiple"].to_numpy(dtype=np.float64)
    place = np.ceil(np.nan_to_num(ranks)).astype(np.intp)
    known = ~np.isnan(ranks) & (place < len(values))
    return np.where(known, values[np.minimum(np.maximum(place, 0), len(values) - 1)], np.nan)


@read_once
def parameter(methods: pd.DataFrame | None, method: str) -> float:
    """The parameter of a method in the policy.

    Raises:
        CallError: the policy has none, or one for which the method has no meaning.
    """
    table = builtin("limit_methods").rows if methods is None else methods
    values = table.loc[_codes(table) == method, "parameter"].to_numpy(dtype=np.float64)
    value = float(values[0]) if len(values) else np.nan
    where = column_of("methods", "parameter", "参数", method)
    if np.isnan(value):
        raise CallError(where, Words("nothing", "空"), Words("a number", "数字"))
    if method == "leverage" and not 0 <= value < 1:
        allowed = Words("from 0 to below 1", "不小于 0 且小于 1")
        raise CallError(where, value, allowed, code=errors.NUM)
    if method == "cash_flow" and value <= 0:
        raise CallError(where, value, Words("above 0", "大于 0"), code=errors.NUM)
    return value


@read_once
def active_methods(methods: pd.DataFrame | None) -> pd.DataFrame:
    """The methods of the policy that are switched on, in its order.

    Raises:
        CallError: the policy names an unknown method, one twice, or switches all off.
    """
    table = builtin("limit_methods").rows if methods is None else methods
    codes = _codes(table)
    for row, code in enumerate(codes):
        if code not in METHODS or code in list(codes[:row]):
            where = column_of("methods", "method", "方法", row + 1)
            allowed = one_of(METHODS)
            once = Words(f"{allowed}, each once", f"{allowed.zh}，且各出现一次")
            raise CallError(where, table["method"].iloc[row], once)
    active: BoolArray = table["active"].to_numpy() == 1
    if not active.any():
        where = column_of("methods", "active", "启用")
        allowed = Words("TRUE for at least one method", "至少一种方法为 TRUE")
        raise CallError(where, Words("FALSE everywhere", "全部为 FALSE"), allowed)
    return table.assign(method=codes)[active].reset_index(drop=True)


@read_once
def _codes(table: pd.DataFrame) -> TextArray:
    codes: TextArray = table["method"].str.strip().str.casefold().to_numpy(dtype=object)
    return codes
