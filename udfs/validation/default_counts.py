"""How likely a number of defaults is if the PD is right: the tests behind the traffic lights."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from udfs.errors import CallError, Words
from udfs.kinds import Bounds, Choice, FloatArray

METHODS: Final = Choice(
    {
        "exact": ("binomial", "精确", "二项"),
        "normal": ("正态",),
        "jeffreys": ("杰弗里斯",),
    }
)
CORRELATION: Final = Bounds(lower=0, upper=1, upper_open=True)
_ENDS: Final = 9.0
_NODES: Final = 2401
"""The factor is summed at this many points between -9 and 9: beyond lies less than 1e-18."""

_MOST_COUNTED: Final = 3000
_MOST_COUNTED_TOGETHER: Final = 150
"""Up to so many defaults a sum over grades is counted out; beyond, it is all but normal."""

_COARSE: Final = 8
"""Of the points of the factor, every eighth is enough for a sum over grades."""


def check_method(method: str, correlation: float) -> None:
    """Refuse a correlation with a method that has none.

    Raises:
        CallError: it is given with a method other than "exact".
    """
    if correlation and method != "exact":
        raise CallError(
            "method",
            method,
            Words("exact when correlation is above 0", "exact（correlation 大于 0 时）"),
        )


def p_values(
    n: FloatArray, defaults: FloatArray, pd: FloatArray, method: str, correlation: float = 0.0
) -> FloatArray:
    """The chance of at least so many defaults among n customers if the PD is right.

    Args:
        n: number of customers.
        defaults: how many of them defaulted.
        pd: the PD to test.
        method: "exact" the binomial distribution; "normal" its approximation without continuity
            correction; "jeffreys" the chance that the PD is not too low, seen from the defaults
            with Jeffreys' prior; without defaults it is 1, as in the modified interval of Brown,
            Cai and DasGupta.
        correlation: asset correlation of the customers, of method "exact".
    """
    from scipy.special import betainc, ndtr  # noqa: PLC0415 - slow to import

    if method == "normal":
        excess = defaults - n * pd
        spread = np.sqrt(n * pd * (1 - pd))
        sure = np.where(excess <= 0, 1.0, 0.0)
        ratio = np.divide(excess, spread, out=np.zeros_like(excess), where=spread > 0)
        return np.where(spread > 0, ndtr(-ratio), sure)
    if correlation:
        rows = zip(n, defaults, pd, strict=True)
        return np.array([_at_least(*row, correlation) for row in rows], dtype=np.float64)
    half = 0.5 if method == "jeffreys" else 0.0
    some = np.maximum(defaults, 1.0)
    rest = np.maximum(n - some, 0.0) + (half or 1.0)
    return np.where(defaults > 0, betainc(some + half, rest, pd), 1.0)


def most_defaults(
    n: FloatArray, pd: FloatArray, level: float, method: str, correlation: float = 0.0
) -> FloatArray:
    """The largest number of defaults whose p-value still reaches a level.

    The p-value falls as defaults rise, so the number is found by halving.
    """
    low: FloatArray = np.zeros(len(n))
    high: FloatArray = n.copy()
    for _ in range(int(n.max(initial=1)).bit_length() + 1):
        middle = np.ceil((low + high) / 2)
        passes = p_values(n, middle, pd, method, correlation) >= level
        low[passes] = middle[passes]
        high[~passes] = np.maximum(middle - 1, low)[~passes]
    return low


def overstated(
    n: FloatArray, defaults: FloatArray, pd: FloatArray, correlation: float = 0.0
) -> FloatArray:
    """The chance of at most so many defaults if the PD is right: small where the PD is too high."""
    from scipy.special import betainc  # noqa: PLC0415 - slow to import

    if correlation:
        return 1.0 - p_values(n, defaults + 1, pd, "exact", correlation)
    rest = np.maximum(n - defaults, 1.0)
    return np.where(defaults < n, betainc(rest, defaults + 1, 1 - pd), 1.0)


def p_value_of_all(
    n: FloatArray, defaults: float, pd: FloatArray, correlation: float = 0.0
) -> float:
    """The chance of at least so many defaults in all grades together if every PD is right.

    As long as defaults are few the distribution is exact: the chances of the grades' numbers are
    combined grade by grade. Beyond, the sum is taken as normal, with continuity correction. With
    correlation this holds at each value of the factor, which moves all grades together.
    """
    if not defaults:
        return 1.0
    if not correlation:
        return _sum_at_least(n, defaults, pd, _MOST_COUNTED)
    factor, density = (each[::_COARSE] for each in factor_grid())
    given = conditional_pd(pd[:, None], correlation, factor)
    chances = [
        _sum_at_least(n, defaults, column, _MOST_COUNTED_TOGETHER) if weight > _TINY else 0.0
        for column, weight in zip(given.T, density, strict=True)
    ]
    return float(np.dot(density, chances) / density.sum())


_TINY: Final = 1e-12


@cache
def factor_grid() -> tuple[FloatArray, FloatArray]:
    """Values of the standard normal factor and their weights, which sum to 1."""
    factor = np.linspace(-_ENDS, _ENDS, _NODES)
    density = np.exp(-(factor**2) / 2)
    return factor, density / density.sum()


def conditional_pd(pd: FloatArray, correlation: float, factor: FloatArray) -> FloatArray:
    """The PD at each value of the factor, which drives it up, in the one-factor model."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - slow to import

    moved = ndtri(pd) + np.sqrt(correlation) * factor
    given: FloatArray = ndtr(moved / np.sqrt(1 - correlation))
    return given


def _at_least(n: float, defaults: float, pd: float, correlation: float) -> float:
    """The chance of at least so many defaults where one factor moves all customers together."""
    from scipy.special import betainc  # noqa: PLC0415 - slow to import

    if not defaults:
        return 1.0
    if defaults > n:
        return 0.0
    factor, density = factor_grid()
    given = conditional_pd(np.array([pd]), correlation, factor)
    return float(np.dot(density, betainc(defaults, n - defaults + 1, given)))


def _sum_at_least(n: FloatArray, defaults: float, pd: FloatArray, counted: int) -> float:
    """The chance of at least so many defaults in independent grades."""
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import

    if defaults > counted:
        spread = float(np.sqrt((n * pd * (1 - pd)).sum()))
        excess = defaults - 0.5 - float((n * pd).sum())
        return float(ndtr(-excess / spread)) if spread else float(excess <= 0)
    counts = np.arange(defaults)
    chances = np.diff(overstated(n[:, None], counts, pd[:, None]), axis=1, prepend=0.0)
    fewer = np.ones(1)
    for row in range(len(n)):
        fewer = np.convolve(fewer, chances[row])[: len(counts)]
    return max(1.0 - float(fewer.sum()), 0.0)
