"""Log-odds lines: fitted to outcomes, moved to a mean PD, turned into PDs."""

from __future__ import annotations

from typing import Final

import numpy as np

from udfs import errors
from udfs.cells import BoolArray
from udfs.errors import CallError, Words
from udfs.kinds import FloatArray
from udfs.records import record

_STEPS: Final = 100
_HALVINGS: Final = 60
_FLAT: Final = 1e-14
_MISSED: Final = 1e-6
_CLOSE: Final = 1e-13
_MET: Final = 1e-15
"""A mean PD this close to the target is the target: sums of decimals are no closer."""


@record
class Line:
    """Log-odds of default as intercept + slope x.

    Attributes:
        intercept: log-odds at x = 0.
        slope: rise of the log-odds for each unit of x.
        intercept_error: standard error of the intercept; NaN if it was not fitted.
        slope_error: likewise of the slope.
    """

    intercept: float
    slope: float
    intercept_error: float = np.nan
    slope_error: float = np.nan


def chances(x: FloatArray, intercept: float, slope: float) -> FloatArray:
    """The PDs on a line."""
    from scipy.special import expit  # noqa: PLC0415 - slow to import

    pds: FloatArray = expit(intercept + slope * x)
    return pds


def log_odds(pd: FloatArray) -> FloatArray:
    """The log-odds of PDs; infinite for 0 and 1."""
    from scipy.special import logit  # noqa: PLC0415 - slow to import

    odds: FloatArray = logit(pd)
    return odds


def fit_line(x: FloatArray, bad: BoolArray, weights: FloatArray) -> Line:
    """The line of the greatest likelihood.

    Raises:
        CallError: x does not vary, parts all defaulted rows from all others, or no line is found.
    """
    _check_fit(x, bad)
    middle = float(np.average(x, weights=weights))
    with np.errstate(over="ignore"):
        spread = float(np.sqrt(np.average((x - middle) ** 2, weights=weights)))
    if not np.isfinite(spread):
        raise _not_found(0)
    z = (x - middle) / spread
    rate = float(np.average(bad, weights=weights))
    at = np.array([np.log(rate / (1 - rate)), 0.0])
    known = _likelihood(z, bad, weights, at)
    for _ in range(_STEPS):
        p = chances(z, *at)
        gradient = np.array([np.dot(weights, bad - p), np.dot(weights, (bad - p) * z)])
        step = _inverse(z, weights * p * (1 - p)) @ gradient
        at, known, moved = _ascent(z, bad, weights, at, step, known)
        if np.abs(moved).max() <= _CLOSE * (1 + np.abs(at).max()):
            break
    else:
        raise _not_found(_STEPS)
    p = chances(z, *at)
    spreads = _inverse(z, weights * p * (1 - p))
    ratio = middle / spread
    at_zero = float(spreads[0, 0] - 2 * ratio * spreads[0, 1] + ratio**2 * spreads[1, 1])
    return Line(
        intercept=float(at[0] - at[1] * ratio),
        slope=float(at[1]) / spread,
        intercept_error=float(np.sqrt(at_zero)),
        slope_error=float(np.sqrt(spreads[1, 1])) / spread,
    )


def _likelihood(z: FloatArray, bad: BoolArray, weights: FloatArray, at: FloatArray) -> float:
    """The log-likelihood of a line."""
    odds = at[0] + at[1] * z
    return float(np.dot(weights, bad * odds - np.logaddexp(0.0, odds)))


def _ascent(
    z: FloatArray,
    bad: BoolArray,
    weights: FloatArray,
    at: FloatArray,
    step: FloatArray,
    known: float,
) -> tuple[FloatArray, float, FloatArray]:
    """The line after a step, halved until it is no worse, with its likelihood and the step."""
    for _ in range(_HALVINGS):
        found = _likelihood(z, bad, weights, at + step)
        if found >= known:
            return at + step, found, step
        step = step / 2
    return at, known, np.zeros(2)


def _inverse(z: FloatArray, weights: FloatArray) -> FloatArray:
    """The covariance of intercept and slope.

    Raises:
        CallError: the rows do not tell them apart.
    """
    total, first, second = float(weights.sum()), float(np.dot(weights, z)), np.dot(weights, z * z)
    determinant = float(total * second - first**2)
    if not determinant > _FLAT * total * float(second):
        raise _not_found(0)
    return np.array([[second, -first], [-first, total]]) / determinant


def _not_found(steps: int) -> CallError:
    found = Words("values of which no slope can be fitted", "无法拟合斜率的数值")
    if steps:
        found = Words(f"no end after {steps} steps", f"{steps} 步后仍未收敛")
    return CallError(
        "values",
        found,
        Words(
            "values without extreme outliers in which defaulted and other rows overlap",
            "没有极端值、违约与未违约的行有重叠的数值",
        ),
        code=errors.NUM,
    )


def _check_fit(x: FloatArray, bad: BoolArray) -> None:
    if x.max() == x.min():
        raise CallError(
            "values",
            Words(f"{x[0]:.6g} in every row", f"每行都是 {x[0]:.6g}"),
            Words("values that differ", "有差别的数值"),
            code=errors.NUM,
        )
    bads, others = x[bad], x[~bad]
    if bads.min() >= others.max() or bads.max() <= others.min():
        raise CallError(
            "values",
            Words(
                "values that part the two completely (separation)",
                "将两类客户完全分开的数值（完全分离）",
            ),
            Words(
                "values in which defaulted and other rows overlap, or method shift",
                "违约与未违约的行有重叠的数值，否则请用 shift",
            ),
            code=errors.NUM,
        )


def intercept_for(
    x: FloatArray, slope: float, start: float, target: float, weights: FloatArray
) -> float:
    """The intercept at which the mean PD is the target.

    Args:
        x: where the line is read; infinite values keep their PD of 0 or 1.
        slope: of the line.
        start: an intercept to begin with.
        target: the mean PD wanted.
        weights: of the rows.

    Raises:
        CallError: so many PDs are 0 or 1 that no intercept reaches the target.
    """
    share = weights / weights.sum()
    fixed = np.isinf(x)
    least = float(share[fixed & (slope * x > 0)].sum()) if fixed.any() else 0.0
    most = 1.0 - float(share[fixed & (slope * x < 0)].sum()) if fixed.any() else 1.0
    if not least < target < most:
        raise CallError(
            "target_rate",
            f"{target:g}",
            Words(
                f"above {least:g} and below {most:g}, since PDs of 0 and 1 do not move",
                f"大于 {least:g} 且小于 {most:g} 的数（为 0 或 1 的违约概率不变）",
            ),
            code=errors.NUM,
        )
    low, high = -np.inf, np.inf
    intercept = start
    for _ in range(2 * _STEPS):
        p = chances(x, intercept, slope)
        gap = float(np.dot(share, p)) - target
        low, high = (low, intercept) if gap > 0 else (intercept, high)
        if abs(gap) < _MET:
            break
        steepness = float(np.dot(share, p * (1 - p)))
        moved = (
            intercept - np.clip(gap / steepness, -2, 2) if steepness else intercept - np.sign(gap)
        )
        if not low < moved < high:
            moved = (low + high) / 2
        if moved in (intercept, low, high):
            break
        intercept = float(moved)
    if abs(gap) > _MISSED:
        raise CallError(
            "values",
            Words(
                f"a mean PD {abs(gap):.2g} off the target", f"平均违约概率与目标相差 {abs(gap):.2g}"
            ),
            Words("numbers that differ by more than their last digits", "差别不限于末尾几位的数值"),
            code=errors.NUM,
        )
    return intercept
