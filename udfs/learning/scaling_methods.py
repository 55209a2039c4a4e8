"""Ways to bring figures to one scale: a shift and a spread per column, after a logarithm or not."""

from __future__ import annotations

from typing import Final

import numpy as np

from udfs.kinds import FloatArray
from udfs.records import record

NAMES: Final = {
    "zscore": {"en": ("mean", "deviation"), "zh": ("均值", "标准差")},
    "minmax": {"en": ("minimum", "range"), "zh": ("最小值", "极差")},
    "robust": {"en": ("median", "quartile range"), "zh": ("中位数", "四分位距")},
    "log": {"en": ("log mean", "log deviation"), "zh": ("对数均值", "对数标准差")},
}
"""What the shift and the spread of each method are called in a table."""


@record
class Scale:
    """How one column is scaled.

    Attributes:
        method: zscore, minmax, robust, log or none.
        shift: taken off.
        spread: divided by; 0 if the values do not vary.
    """

    method: str
    shift: float = 0.0
    spread: float = 1.0

    def apply(self, values: FloatArray) -> FloatArray:
        """The values on the scale."""
        scaled: FloatArray = (curved(values, self.method) - self.shift) / self.spread
        return scaled


def scale_of(values: FloatArray, method: str) -> Scale:
    """The scale that a population gives.

    Args:
        values: without blanks.
        method: zscore (mean and sample standard deviation), minmax (minimum and range), robust
            (median and distance between the quartiles), log (as zscore, of logarithms) or none.
    """
    if method == "none":
        return Scale(method)
    curve = curved(values, method)
    if method == "minmax":
        low, high = float(curve.min()), float(curve.max())
        return Scale(method, low, high - low)
    if method == "robust":
        lower, median, upper = (float(q) for q in np.percentile(curve, [25, 50, 75]))
        return Scale(method, median, upper - lower)
    mean = float(curve.mean())
    spread = float(curve.std(ddof=1)) if len(curve) > 1 and np.ptp(curve) > 0 else 0.0
    return Scale(method, mean, spread)


def curved(values: FloatArray, method: str) -> FloatArray:
    """The values, or their logarithms: ln(1 + x), and the same below zero with the sign kept."""
    if method != "log":
        return values
    logs: FloatArray = np.sign(values) * np.log1p(np.abs(values))
    return logs


def uncurved(values: FloatArray, method: str) -> FloatArray:
    """The way back from ``curved``."""
    if method != "log":
        return values
    plain: FloatArray = np.sign(values) * np.expm1(np.abs(values))
    return plain
