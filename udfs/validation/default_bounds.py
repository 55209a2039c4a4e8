"""The largest PD that agrees with few defaults, customers independent or moved by a factor."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from udfs.kinds import FloatArray
from udfs.records import record
from udfs.validation.default_counts import factor_grid

_THRESHOLDS: Final = (-38.0, 9.0)
"""Between these normal quantiles lies every PD that a number other than 0 can write."""

_POWER: Final = 13
"""Paths of the factor over several years: 2 to this power, evenly spread by a Sobol sequence."""

_ALL_BUT_ONE: Final = 1.0 - 2.0**-53


@record
class Economy:
    """What moves customers together.

    Attributes:
        correlation: asset correlation of customers within a year.
        years: over how many years the defaults came about.
        year_correlation: correlation of the factor from one year to the next.
    """

    correlation: float = 0.0
    years: int = 1
    year_correlation: float = 0.0


def upper_bound(n: float, defaults: float, confidence: float, economy: Economy) -> float:
    """The PD of one year at which so few defaults have the chance 1 - confidence."""
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to import

    if defaults == n:
        return 1.0
    if economy.correlation:
        return _bound_together(n, defaults, confidence, economy)
    over_years = float(betaincinv(defaults + 1, n - defaults, confidence))
    return float(-np.expm1(np.log1p(-over_years) / economy.years))


def _bound_together(n: float, defaults: float, confidence: float, economy: Economy) -> float:
    """Likewise where one factor moves all customers together, as in the capital formula."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import
    from scipy.special import betainc, ndtr  # noqa: PLC0415 - slow to import

    factor, weight = _paths(economy)
    loading, own = np.sqrt(economy.correlation), np.sqrt(1 - economy.correlation)

    def excess(threshold: float) -> float:
        yearly = ndtr((threshold + loading * factor) / own)
        survived = np.log1p(-np.minimum(yearly, _ALL_BUT_ONE)).sum(axis=1)
        more = betainc(defaults + 1, n - defaults, -np.expm1(survived))
        return float(np.dot(weight, more)) - confidence

    return float(ndtr(brentq(excess, *_THRESHOLDS, xtol=1e-13)))


def _paths(economy: Economy) -> tuple[FloatArray, FloatArray]:
    """Values of the factor, a row per path and a column per year, with the weight of each path."""
    if economy.years == 1:
        factor, density = factor_grid()
        return factor[:, None], density
    paths = _sobol_paths(economy.years, economy.year_correlation)
    return paths, np.full(len(paths), 1.0 / len(paths))


@cache
def _sobol_paths(years: int, year_correlation: float) -> FloatArray:
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import
    from scipy.stats.qmc import Sobol  # noqa: PLC0415 - slow to import

    points = Sobol(years, scramble=False).random_base2(_POWER)
    # Half a step keeps the first point, which is 0 in all years, off the edge.
    shocks = ndtri(points + 0.5 ** (_POWER + 1))
    paths: FloatArray = shocks.copy()
    fresh = np.sqrt(1 - year_correlation**2)
    for year in range(1, years):
        paths[:, year] = year_correlation * paths[:, year - 1] + fresh * shocks[:, year]
    return paths
