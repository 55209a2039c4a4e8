"""A portfolio added up by key: by industry, region, group or customer."""

from __future__ import annotations

import numpy as np

from udfs import errors
from udfs.cells import BoolArray, Column
from udfs.errors import CallError, Words
from udfs.keys import KeyColumn, unique_keys
from udfs.kinds import FloatArray, TextArray
from udfs.records import record


@record
class Portfolio:
    """The total of each key, the largest first; rows without a key make up one of their own.

    Attributes:
        keys: the keys; "" for the rows without one.
        totals: the total of each.
        unnamed: whether a place is that of the rows without a key.
    """

    keys: TextArray
    totals: FloatArray
    unnamed: BoolArray

    @property
    def total(self) -> float:
        """The whole portfolio."""
        return float(self.totals.sum())

    @property
    def shares(self) -> FloatArray:
        """The share of each key in the whole."""
        shares: FloatArray = self.totals / self.total
        return shares


def portfolio(amounts: Column, keys: KeyColumn | None) -> Portfolio:
    """Add the amounts up by key.

    Args:
        amounts: the amounts; blank ones count for nothing.
        keys: the key of each amount; None makes each amount its own key.

    Raises:
        CallError: an amount cannot be used, or they add up to nothing.
    """
    for row, error in amounts.faults.items():
        where = Words(f"amounts, row {row + 1}", f"amounts 第 {row + 1} 行")
        value = amounts.values[row]
        reason = Words(error.why().rstrip("."), error.why("zh").rstrip("。"))
        allowed = Words("an amount of at least 0, or blank", "不小于 0 的金额或空白")
        raise CallError(where, reason if np.isnan(value) else value, allowed, code=error.code)
    values = np.where(amounts.blank, 0.0, amounts.values)
    if not values.sum() > 0:
        raise CallError(
            "amounts",
            Words("a sum of 0", "合计为 0"),
            Words("amounts that add up to more than 0", "合计大于 0 的金额"),
            code=errors.NUM,
        )
    if keys is None:
        names = np.array([str(i + 1) for i in range(len(values))], dtype=object)
        return _ranked(names, values, np.zeros(len(values), dtype=bool))
    uniques, lookup = unique_keys(keys, "keys")
    named = lookup.place >= 0
    totals = np.bincount(lookup.place[named], weights=values[named], minlength=len(uniques))
    names = np.empty(len(uniques) + 1, dtype=object)
    names[:] = [*(str(key) for key in uniques.tolist()), ""]
    return _ranked(names, np.append(totals, values[~named].sum()), names == "")


def _ranked(names: TextArray, totals: FloatArray, unnamed: BoolArray) -> Portfolio:
    """The largest first; equal ones in the order of their names."""
    order = np.lexsort((np.arange(len(names)), -totals))
    order = order[totals[order] > 0]
    return Portfolio(names[order], totals[order], unnamed[order])
