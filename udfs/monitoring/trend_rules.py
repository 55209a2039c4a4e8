"""Trend rules: read from their table and tested on series of periods."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from udfs.cells import BoolArray
from udfs.errors import CallError, Words, column_of
from udfs.kinds import Choice, FloatArray, Table
from udfs.monitoring.shares import share_of
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

TrendRules = Annotated[pd.DataFrame, Table(builtin="trend_rules")]

RULES: Final = Choice(
    {
        "run": ("连续",),
        "average": ("均值",),
        "jump": ("突变",),
        "worst": ("最差",),
        "gaps": ("缺失",),
        "stable": ("平稳",),
    }
)
ADVERSE: Final = ("run", "average", "jump", "worst")
_SLACK: Final = 1e-9


@record
class TrendRule:
    """One row of the rules.

    Attributes:
        kind: one of ``RULES``.
        labels: English and Chinese label.
        periods: how many earlier periods count; 0 for all.
        least: how many of them must be known.
        threshold: how much worse the latest must be, as a share.
    """

    kind: str
    labels: dict[str, str]
    periods: int
    least: int
    threshold: float


@read_once
def read_trend_rules(table: pd.DataFrame | None) -> list[TrendRule]:
    """The rules of a table, checked.

    Raises:
        CallError: a rule that there is not, or numbers that it cannot have.
    """
    table = builtin("trend_rules").rows if table is None else table
    rules = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        kind = RULES.find(str(row["trend_rule"]))
        if kind is None:
            where = column_of("rules", "trend_rule", "趋势规则", number)
            options = ", ".join(RULES.options)
            allowed = Words(f"one of {options}", f"{options} 之一")
            raise CallError(where, str(row["trend_rule"]), allowed)
        periods = _whole(row["periods"], "periods", "期数", number)
        least = _whole(row["least"], "least", "最少期数", number)
        threshold = 0.0 if np.isnan(row["threshold"]) else float(row["threshold"])
        if threshold < 0:
            where = column_of("rules", "threshold", "阈值", number)
            raise CallError(where, threshold, Words("a share from 0", "不小于 0 的比例"))
        if kind == "run":
            periods = max(periods, 1)
        labels = {"en": str(row["label_en"]), "zh": str(row["label_zh"])}
        rules.append(
            TrendRule(kind, labels, periods, max(least, periods * (kind == "run"), 1), threshold)
        )
    return rules


def _whole(value: float, english: str, chinese: str, number: int) -> int:
    if np.isnan(value):
        return 0
    if value < 1 or value != int(value):
        where = column_of("rules", english, chinese, number)
        raise CallError(
            where, value, Words("a whole number from 1, or blank", "不小于 1 的整数或空白")
        )
    return int(value)


@record
class Series:
    """Series of periods: one row per period, the oldest first, and one column per series.

    Attributes:
        values: as given; NaN where a period has no value.
        known: the same moved down over the gaps, so that the last rows are the latest known values.
        count: how many periods are known.
        sign: 1 if higher values are better, -1 if lower ones are.
    """

    values: FloatArray
    known: FloatArray
    count: npt.NDArray[np.int64]
    sign: int

    @classmethod
    def of(cls, periods: list[FloatArray], better: str) -> Series:
        """The series whose values stand in one array per period."""
        values = np.stack(periods)
        sign = 1 if better == "higher" else -1
        there = ~np.isnan(values)
        if there.all():
            return cls(values, values, np.full(values.shape[1], len(values)), sign)
        known = np.full_like(values, np.nan)
        count = np.zeros(values.shape[1], dtype=np.int64)
        for period in reversed(range(len(values))):
            series = np.flatnonzero(there[period])
            known[len(values) - 1 - count[series], series] = values[period, series]
            count[series] += 1
        return cls(values, known, count, sign)

    @property
    def latest(self) -> FloatArray:
        """The latest known value."""
        row: FloatArray = self.known[-1]
        return row

    def earlier(self, periods: int) -> FloatArray:
        """The known values before the latest: the last so many, or all for 0."""
        block: FloatArray = self.known[:-1]
        return block[-periods:] if periods else block

    def missing(self, periods: int) -> FloatArray:
        """The share of the last so many periods, or of all, that has no value."""
        block = self.values[-periods:] if periods else self.values
        share: FloatArray = np.isnan(block).mean(axis=0)
        return share


@record
class Tested:
    """A rule on all series: for which it holds, for which it could be tested, and the figures.

    Attributes:
        rule: the rule.
        holds: where it holds.
        testable: where enough periods are known.
        base: what the latest value is compared with.
    """

    rule: TrendRule
    holds: BoolArray
    testable: BoolArray
    base: FloatArray


def relative(values: FloatArray, base: FloatArray) -> FloatArray:
    """By which share of the base the values differ from it; from nothing it is without limit."""
    moved = values - base
    with np.errstate(divide="ignore", invalid="ignore"):
        share: FloatArray = np.where(moved == 0, 0.0, moved / np.abs(base))
    return share


def examine_trend(rule: TrendRule, series: Series) -> Tested:
    """Test one adverse rule on all series."""
    earlier = series.earlier(rule.periods)
    testable = series.count - 1 >= rule.least
    base = _base(rule, earlier, series.sign)
    worse = -series.sign * relative(series.latest, base)
    holds = testable & (worse > rule.threshold + _SLACK)
    if rule.kind == "run":
        moves = np.diff(series.known[-1 - rule.periods :], axis=0)
        enough = len(moves) >= rule.periods
        holds &= (series.sign * moves < 0).all(axis=0) if enough else False
    return Tested(rule, np.asarray(holds, dtype=bool), testable, base)


def _base(rule: TrendRule, earlier: FloatArray, sign: int) -> FloatArray:
    """What the latest value is compared with; NaN where nothing is known."""
    if rule.kind == "run":
        first: FloatArray = earlier[0]
        return first
    if rule.kind == "average":
        return mean(earlier)
    if rule.kind == "worst":
        worst: FloatArray = (np.fmin if sign > 0 else np.fmax).reduce(earlier, axis=0)
        return worst
    known = (~np.isnan(earlier)).sum(axis=0)
    # Sorting goes along rows of neighbours in memory; the blanks go last.
    ordered = np.sort(np.ascontiguousarray(earlier.T), axis=1)
    rows = np.arange(len(ordered))
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, len(earlier) - 1)
    middle: FloatArray = (ordered[rows, low] + ordered[rows, high]) / 2
    return middle


def mean(block: FloatArray) -> FloatArray:
    """The mean of the known values of each series; NaN where there is none."""
    known = (~np.isnan(block)).sum(axis=0)
    return share_of(np.where(np.isnan(block), 0.0, block).sum(axis=0), known.astype(np.float64))
