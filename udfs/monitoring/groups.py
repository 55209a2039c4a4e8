"""Rows by group, with a total: the ground of default and churn rates."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs import errors
from udfs.cells import BoolArray, Column
from udfs.errors import CallError, Words
from udfs.grading.grade_order import grade_order
from udfs.kinds import FloatArray, TextArray
from udfs.monitoring.series_columns import refuse_empty, refuse_faults, row_of
from udfs.records import record
from udfs.tables import builtin

_TOTAL: Final = {"en": "total", "zh": "合计"}
_NO_GROUP: Final = {"en": "no group", "zh": "未分组"}


@record
class Groups:
    """The group of each row that counts.

    Attributes:
        place: of the group of each row; -1 for a row that does not count.
        found: the groups, grades in the order of the scale and others by their text; "" last,
            for rows without a group.
        weights: of each row; zero where the row does not count.
        is_split: whether groups were given at all.
    """

    place: npt.NDArray[np.intp]
    found: TextArray
    weights: FloatArray
    is_split: bool

    def names(self, lang: str) -> TextArray:
        """The names of the groups and of the total, which stands last."""
        named = [str(name) or _NO_GROUP[lang] for name in self.found] if self.is_split else []
        return np.array([*named, _TOTAL[lang]], dtype=object)

    def total(self, values: FloatArray) -> FloatArray:
        """The sum of the values in each group, and of all of them."""
        there = self.place >= 0
        sums = np.bincount(self.place[there], weights=values[there], minlength=len(self.found))
        everything = float(sums.sum())
        return np.array([*(sums if self.is_split else []), everything], dtype=np.float64)

    def count(self, chosen: BoolArray) -> FloatArray:
        """How many of the rows chosen are in each group, and in all."""
        return self.total(chosen.astype(np.float64))


def group_rows(
    group: Column | None,
    weights: Column | None,
    filled: BoolArray,
    needed: str,
    weights_name: str = "weights",
) -> Groups:
    """The rows by group; a row that is blank in every column does not count.

    Args:
        group: the group of each row; None for the total only.
        weights: the amount of each row; None for one each.
        filled: which rows have the value that is looked at.
        needed: the argument that has that value.
        weights_name: the argument that has the amounts.

    Raises:
        CallError: a cell cannot be used, or an amount is missing.
    """
    there = filled.copy()
    for column, name in ((group, "group"), (weights, weights_name)):
        if column is not None:
            refuse_faults(column, name)
            there |= ~column.blank
    refuse_empty(there, needed)
    amounts = np.ones(len(there))
    if weights is not None:
        gaps = np.flatnonzero(weights.blank & there)
        if len(gaps):
            blank = Words("a blank cell", "空单元格")
            allowed = Words("an amount for every row", "每行的金额")
            raise CallError(row_of(weights_name, int(gaps[0])), blank, allowed, code=errors.NA)
        amounts = weights.values
    names = np.full(len(there), "", dtype=object) if group is None else group.values
    place = np.full(len(there), -1, dtype=np.intp)
    codes, texts = pd.factorize(names[there])
    order = np.array(_in_order([str(text) for text in texts]), dtype=np.intp)
    place[there] = np.argsort(order)[codes]
    found = texts[order]
    return Groups(place, found, np.where(there, amounts, 0.0), group is not None)


def _in_order(texts: list[str]) -> list[int]:
    """The places of the texts in the order in which groups stand, whatever the order of rows."""
    scale = grade_order(builtin("grade_scale").rows)
    ranks = [scale.rank(text) if text else np.inf for text in texts]
    if np.isnan(ranks).any():
        return sorted(range(len(texts)), key=lambda place: (not texts[place], texts[place]))
    return sorted(range(len(texts)), key=lambda place: (ranks[place], texts[place]))
