"""Trend rules: read from their table and tested on series of periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
import pandas as pd

from udfs.cells import BoolArray
from udfs.errors import CallError, Words, column_of
from udfs.kinds import Choice, FloatArray, Table
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Series:
    """Series of periods, one per row, the oldest first.

    Attributes:
        values: as given; NaN where a period has no value.
        known: the same moved to the right, so that the last columns are the latest known values.
        count: how many periods are known.
        sign: 1 if higher values are better, -1 if lower ones are.
    """

    values: FloatArray
    known: FloatArray
    count: np.ndarray
    sign: int

    @classmethod
    def of(cls, values: FloatArray, better: str) -> Series:
        """The series of the rows of a block of numbers."""
        blank = np.isnan(values)
        known = values
        if blank.any():
            rows = np.flatnonzero(blank.any(axis=1))
            order = np.argsort(~blank[rows], axis=1, kind="stable")
            known = values.copy()
            known[rows] = np.take_along_axis(values[rows], order, axis=1)
        return cls(values, known, (~blank).sum(axis=1), 1 if better == "higher" else -1)

    @property
    def latest(self) -> FloatArray:
        """The latest known value."""
        column: FloatArray = self.known[:, -1]
        return column

    def earlier(self, periods: int) -> FloatArray:
        """The known values before the latest: the last so many, or all for 0."""
        start = -1 - periods if periods else -self.known.shape[1]
        block: FloatArray = self.known[:, max(start, -self.known.shape[1]) : -1]
        return block

    def missing(self, periods: int) -> FloatArray:
        """The share of the last so many periods, or of all, that has no value."""
        block = self.values[:, -periods:] if periods else self.values
        share: FloatArray = np.isnan(block).mean(axis=1)
        return share


@dataclass(frozen=True, slots=True)
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
        moves = np.diff(series.known[:, -1 - rule.periods :], axis=1)
        enough = moves.shape[1] >= rule.periods
        holds &= (series.sign * moves < 0).all(axis=1) if enough else False
    return Tested(rule, np.asarray(holds, dtype=bool), testable, base)


def _base(rule: TrendRule, earlier: FloatArray, sign: int) -> FloatArray:
    """What the latest value is compared with; NaN where nothing is known."""
    blank = np.isnan(earlier)
    known = (~blank).sum(axis=1)
    if rule.kind == "run":
        first: FloatArray = earlier[:, 0]
        return first
    if rule.kind == "average":
        return mean(earlier)
    if rule.kind == "worst":
        worst = np.where(blank, np.inf, sign * earlier).min(axis=1, initial=np.inf)
        return np.where(known > 0, sign * worst, np.nan)
    ordered = np.sort(earlier, axis=1)  # the blanks go last
    rows = np.arange(len(ordered))
    low, high = np.maximum(known - 1, 0) // 2, known // 2
    high = np.minimum(high, ordered.shape[1] - 1)
    middle: FloatArray = (ordered[rows, low] + ordered[rows, high]) / 2
    return np.where(known > 0, middle, np.nan)


def mean(block: FloatArray) -> FloatArray:
    """The mean of the known values of each row; NaN where there is none."""
    known = (~np.isnan(block)).sum(axis=1)
    total = np.nansum(block, axis=1)
    means: FloatArray = np.full(len(block), np.nan)
    np.divide(total, known, out=means, where=known > 0)
    return means
