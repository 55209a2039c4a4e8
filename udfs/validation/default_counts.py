"""How likely a number of defaults is if the PD is right: the tests behind the traffic lights."""

from __future__ import annotations

from typing import Final

import numpy as np

from udfs.kinds import Choice, FloatArray

METHODS: Final = Choice(
    {
        "exact": ("binomial", "精确", "二项"),
        "normal": ("正态",),
        "jeffreys": ("杰弗里斯",),
    }
)


def p_values(n: FloatArray, defaults: FloatArray, pd: FloatArray, method: str) -> FloatArray:
    """The chance of at least so many defaults among n customers if the PD is right.

    Args:
        n: number of customers.
        defaults: how many of them defaulted.
        pd: the PD to test.
        method: "exact" the binomial distribution; "normal" its approximation without continuity
            correction; "jeffreys" the chance that the PD is not too low, seen from the defaults
            with Jeffreys' prior; without defaults it is 1, as in the modified interval of Brown,
            Cai and DasGupta.
    """
    from scipy.special import betainc, ndtr  # noqa: PLC0415 - slow to import

    if method == "normal":
        excess = defaults - n * pd
        spread = np.sqrt(n * pd * (1 - pd))
        sure = np.where(excess <= 0, 1.0, 0.0)
        ratio = np.divide(excess, spread, out=np.zeros_like(excess), where=spread > 0)
        return np.where(spread > 0, ndtr(-ratio), sure)
    half = 0.5 if method == "jeffreys" else 0.0
    some = np.maximum(defaults, 1.0)
    rest = np.maximum(n - some, 0.0) + (half or 1.0)
    return np.where(defaults > 0, betainc(some + half, rest, pd), 1.0)


def most_defaults(n: FloatArray, pd: FloatArray, level: float, method: str) -> FloatArray:
    """The largest number of defaults whose p-value still reaches a level.

    The p-value falls as defaults rise, so the number is found by halving.
    """
    low: FloatArray = np.zeros(len(n))
    high: FloatArray = n.copy()
    for _ in range(int(n.max(initial=1)).bit_length() + 1):
        middle = np.ceil((low + high) / 2)
        passes = p_values(n, middle, pd, method) >= level
        low[passes] = middle[passes]
        high[~passes] = np.maximum(middle - 1, low)[~passes]
    return low


def overstated(n: FloatArray, defaults: FloatArray, pd: FloatArray) -> FloatArray:
    """The chance of at most so many defaults if the PD is right: small where the PD is too high."""
    from scipy.special import betainc  # noqa: PLC0415 - slow to import

    rest = np.maximum(n - defaults, 1.0)
    return np.where(defaults < n, betainc(rest, defaults + 1, 1 - pd), 1.0)


_MOST_COUNTED: Final = 3000
"""Up to so many defaults a sum over grades is counted out; beyond, it is all but normal."""


def p_value_of_all(n: FloatArray, defaults: float, pd: FloatArray) -> float:
    """The chance of at least so many defaults in all grades together if every PD is right.

    Up to a few thousand defaults the distribution is exact: the chances of the grades' numbers are
    combined grade by grade. Beyond, the sum is taken as normal, with continuity correction.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import
    from scipy.stats import binom  # noqa: PLC0415 - slow to import

    if not defaults:
        return 1.0
    if defaults > _MOST_COUNTED:
        spread = float(np.sqrt((n * pd * (1 - pd)).sum()))
        excess = defaults - 0.5 - float((n * pd).sum())
        return float(ndtr(-excess / spread)) if spread else float(excess <= 0)
    fewer = np.ones(1)
    counts = np.arange(int(defaults))
    for customers, chance in zip(n, pd, strict=True):
        fewer = np.convolve(fewer, binom.pmf(counts, customers, chance))[: len(counts)]
    return max(1.0 - float(fewer.sum()), 0.0)
