"""Merton's two equations solved for asset value and asset volatility, all rows at once.

With e = E / (D exp(-rT)), s = σE √T, w = σV √T and y = d2 the equations

    E = V N(d1) - D exp(-rT) N(d2)        σE E = N(d1) σV V

say that w = s e / (N(y) + e) and V / (D exp(-rT)) = (N(y) + e) / N(y + w), so that what is left
is one equation in the one unknown y:

    h(y) = ln(N(y) + e) - ln N(y + w) - y w - w² / 2 = 0

It keeps its digits where d2 is large, which is where most firms are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from udfs.cells import BoolArray
from udfs.kinds import FloatArray
from udfs.records import record

_ROUNDS: Final = 200
_CLOSE: Final = 1e-9
_LEFT: Final = 1e-6
_ROOT: Final = math.sqrt(2 * math.pi)


@record
class Assets:
    """The assets behind the equity.

    Attributes:
        value: asset value, in the money of equity and debt.
        volatility: of the asset value, per year.
        solved: which rows have a solution.
    """

    value: FloatArray
    volatility: FloatArray
    solved: BoolArray


def solve_assets(
    equity: FloatArray,
    volatility: FloatArray,
    debt: FloatArray,
    rate: FloatArray,
    years: FloatArray,
) -> Assets:
    """Asset value and volatility that give the equity its value and its volatility.

    Args:
        equity: market value of equity, above zero.
        volatility: of equity, per year, above zero.
        debt: what is due at the horizon, above zero.
        rate: risk-free, continuous.
        years: horizon, above zero.
    """
    from scipy.special import log_ndtr, ndtr  # noqa: PLC0415 - slow to import

    # Figures out of all proportion overflow here and come out as not solved.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        due = debt * np.exp(-rate * years)
        e = equity / due
        s = volatility * np.sqrt(years)
        y = _root(e, s, _Normal(ndtr, log_ndtr))
        share = ndtr(y) + e
        w = s * e / share
        value = due * np.exp(np.log(share) - log_ndtr(y + w))
        again = value * ndtr(y + w) - due * ndtr(y)
        solved = np.isfinite(value) & (np.abs(again - equity) <= _LEFT * equity)
    return Assets(value, w / np.sqrt(years), solved)


@record
class _Normal:
    """The normal distribution and its logarithm, which are slow to import."""

    share: Callable[[FloatArray], FloatArray]
    log_share: Callable[[FloatArray], FloatArray]


def _gap_and_slope(
    y: FloatArray, e: FloatArray, s: FloatArray, normal: _Normal
) -> tuple[FloatArray, FloatArray]:
    """h(y) and its derivative."""
    share = normal.share(y) + e
    w = s * e / share
    d1 = y + w
    log_share = normal.log_share(d1)
    gap = np.log(share) - log_share - w * (y + w / 2)
    density = np.exp(-y * y / 2) / _ROOT
    hazard = np.exp(-d1 * d1 / 2 - log_share) / _ROOT
    w_slope = -w * density / share
    slope = density / share - hazard * (1 + w_slope) - w - d1 * w_slope
    return gap, slope


def _root(e: FloatArray, s: FloatArray, normal: _Normal) -> FloatArray:
    """Newton's steps, halving the bracket where a step leaves it; rows that stand still drop out."""
    narrow = s * e / (1 + e)
    high = np.log1p(e) / narrow + 1
    # Far enough to the left h is about y² / 2 + ln e, which is above zero.
    low = -(np.sqrt(2 * np.maximum(-np.log(e), 0)) + s + 2)
    root = (np.log1p(e) - narrow * narrow / 2) / narrow
    rows = np.arange(len(e))
    y = root.copy()
    for _ in range(_ROUNDS):
        gap, slope = _gap_and_slope(y, e, s, normal)
        step = y - gap / slope
        above = gap > 0
        low, high = np.where(above, y, low), np.where(above, high, y)
        # A step onto an end of the bracket stays: there the root is met exactly.
        inside = (step >= low) & (step <= high)
        following = np.where(inside, step, (low + high) / 2)
        root[rows] = following
        moving = np.flatnonzero(np.abs(following - y) > _CLOSE * np.maximum(1, np.abs(y)))
        if not len(moving):
            break
        rows, y = rows[moving], following[moving]
        e, s, low, high = e[moving], s[moving], low[moving], high[moving]
    return root
