"""What became of the customers of each tier: counts, rates, and how far the tiers part them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from udfs.kinds import FloatArray, TextArray
from udfs.labels import IndexArray
from udfs.records import record
from udfs.validation.rankings import Ranking, area
from udfs.validation.samples import LeftOut


@record(caches=True)
class TierFigures:
    """The tiers that occur, from the best to the worst.

    Attributes:
        names: the name of each tier.
        customers: how many customers each has.
        defaults: how many of them defaulted.
        sums: total exposure, loss, profit and churned customers of each tier, where given.
        left_out: the rows that could not be used.
    """

    names: TextArray
    customers: FloatArray
    defaults: FloatArray
    sums: Mapping[str, FloatArray]
    left_out: LeftOut

    @property
    def rate(self) -> FloatArray:
        """Default rate of each tier."""
        rates: FloatArray = self.defaults / self.customers
        return rates

    @property
    def overall(self) -> float:
        """Default rate of all customers."""
        return float(self.defaults.sum() / self.customers.sum())

    @cached_property
    def gini(self) -> float:
        """Gini of the tiers as a score."""
        bad, good = self.defaults[::-1], (self.customers - self.defaults)[::-1]
        places = np.arange(len(bad), dtype=np.float64)
        return 2 * area(Ranking(places, bad, good, bad, good, "better")) - 1

    @cached_property
    def information_value(self) -> float:
        """IV of the tiers; a tier without defaults, or without others, counts as half a customer."""
        bad = np.maximum(self.defaults, 0.5)
        good = np.maximum(self.customers - self.defaults, 0.5)
        bad, good = bad / bad.sum(), good / good.sum()
        return float(np.dot(bad - good, np.log(bad / good)))

    @cached_property
    def neighbours(self) -> FloatArray:
        """Two-sided p-value by Fisher of each tier and the next worse having the same rate."""
        from scipy.stats import fisher_exact  # noqa: PLC0415 - slow to import

        counts = np.column_stack([self.defaults, self.customers - self.defaults])
        pairs = range(len(self.names) - 1)
        return np.array([float(fisher_exact(counts[i : i + 2]).pvalue) for i in pairs])

    @property
    def inverted(self) -> list[int]:
        """The places of tiers that defaulted less than the better tier before them."""
        falls: list[int] = (np.flatnonzero(np.diff(self.rate) < 0) + 1).tolist()
        return falls

    def alike(self, significance: float) -> list[int]:
        """The places of tiers whose rate rises to the next one, but by no more than chance may."""
        rises = np.diff(self.rate) >= 0
        places: list[int] = np.flatnonzero(rises & (self.neighbours >= significance)).tolist()
        return places


def totals(places: IndexArray, values: FloatArray, number: int) -> FloatArray:
    """The sum of the values at each place."""
    return np.bincount(places, weights=values, minlength=number).astype(np.float64)
