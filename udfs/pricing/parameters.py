"""The figures of the pricing policy, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.errors import CallError, Words, column_of
from udfs.kinds import FloatArray, Table
from udfs.tables import builtin

PricingPolicy = Annotated[pd.DataFrame, Table(builtin="pricing_policy")]

_SHARES: Final = ("tax", "vat_rate")
"""Figures that must stay below 1, because something is divided by one less them."""


def parameters(policy: pd.DataFrame | None) -> Mapping[str, float]:
    """The value of each parameter of the pricing policy.

    Args:
        policy: the table, or None for the built-in one.

    Returns:
        Every parameter of the built-in table with its value in the policy.

    Raises:
        CallError: a parameter is missing, stands twice, or is out of range.
    """
    table = builtin("pricing_policy").rows
    given = table if policy is None else policy
    names = [str(name).casefold() for name in given["parameter"]]
    figures = {}
    for name, label in zip(table["parameter"], table["label_zh"], strict=True):
        where = Words(f"policy, parameter {name}", f"policy 的参数 {name}（{label}）")
        if names.count(name) != 1:
            count = names.count(name)
            stands = Words(f"{count} rows", f"{count} 行")
            raise CallError(where, stands, Words("in one row", "恰好一行"))
        figures[str(name)] = _checked(float(given["value"].iloc[names.index(name)]), name)
    return figures


def _checked(value: float, name: str) -> float:
    upper = 1.0 if name in _SHARES else np.inf
    if not 0 <= value < upper:
        allowed = Words("at least 0 and below 1", "不小于 0 且小于 1")
        if name not in _SHARES:
            allowed = Words("at least 0", "不小于 0")
        where = column_of("policy", "value", "数值", name)
        raise CallError(where, f"{value:g}", allowed, code=errors.NUM)
    return value


def or_policy(given: FloatArray | None, count: int, usual: float) -> FloatArray:
    """A figure per row: the one given, or the policy's where none is."""
    if given is None:
        return np.full(count, usual)
    missing = np.isnan(given)
    return np.where(missing, usual, given) if missing.any() else given
