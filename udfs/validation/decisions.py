"""The outcomes of accepting and refusing customers at one or several cut-offs."""

from __future__ import annotations

import numpy as np

from udfs.kinds import FloatArray
from udfs.records import record
from udfs.validation.rankings import Ranking
from udfs.validation.samples import Sample


@record
class Effect:
    """What one or several cut-offs do.

    Attributes:
        refused_bad: weight of defaulted customers that are refused.
        refused_good: weight of other customers that are refused.
        bads: weight of all defaulted customers.
        goods: weight of all other customers.
        costs: cost of accepting a bad customer and of refusing a good one, if known.
    """

    refused_bad: FloatArray
    refused_good: FloatArray
    bads: float
    goods: float
    costs: tuple[float, float] | None

    @property
    def accepted_bad(self) -> FloatArray:
        """Weight of defaulted customers that are accepted."""
        return self.bads - self.refused_bad

    @property
    def accepted_good(self) -> FloatArray:
        """Weight of other customers that are accepted."""
        return self.goods - self.refused_good

    @property
    def accuracy(self) -> FloatArray:
        """Share of right decisions."""
        right: FloatArray = (self.refused_bad + self.accepted_good) / (self.bads + self.goods)
        return right

    @property
    def precision(self) -> FloatArray:
        """Share of the refused who defaulted; NaN if none is refused."""
        return _ratio(self.refused_bad, self.refused_bad + self.refused_good)

    @property
    def recall(self) -> FloatArray:
        """Share of the defaulted who are refused."""
        return self.refused_bad / self.bads

    @property
    def specificity(self) -> FloatArray:
        """Share of the others who are accepted."""
        return self.accepted_good / self.goods

    @property
    def f1(self) -> FloatArray:
        """Harmonic mean of precision and recall."""
        total = self.refused_bad + self.refused_good + self.bads
        harmonic: FloatArray = 2 * self.refused_bad / total
        return harmonic

    @property
    def approval_rate(self) -> FloatArray:
        """Share of all customers who are accepted."""
        rate: FloatArray = (self.accepted_bad + self.accepted_good) / (self.bads + self.goods)
        return rate

    @property
    def default_rate_accepted(self) -> FloatArray:
        """Default rate of the accepted; NaN if none is."""
        return _ratio(self.accepted_bad, self.accepted_bad + self.accepted_good)

    @property
    def cost(self) -> FloatArray:
        """Total cost of the wrong decisions; NaN where the costs are not known."""
        if self.costs is None:
            return np.full(len(self.refused_bad), np.nan)
        cost_bad, cost_good = self.costs
        total: FloatArray = cost_bad * self.accepted_bad + cost_good * self.refused_good
        return total

    def at(self, place: int) -> Effect:
        """The effect of one of the cut-offs."""
        one = slice(place, place + 1)
        return Effect(
            self.refused_bad[one], self.refused_good[one], self.bads, self.goods, self.costs
        )

    def best(self, best: str) -> int:
        """The place of the best cut-off; of several equally good, the one that refuses fewest."""
        figures = {
            "ks": self.recall - self.refused_good / self.goods,
            "accuracy": self.accuracy,
            "f1": self.f1,
            "cost": -self.cost,
        }[best]
        slack = 1e-12 * (1 + np.abs(figures).max())
        return int(np.argmax(figures >= figures.max() - slack))


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """The part of the whole, NaN of nothing."""
    shares: FloatArray = np.full(len(whole), np.nan)
    return np.divide(part, whole, out=shares, where=whole > 0)


def along_scores(ranking: Ranking, costs: tuple[float, float] | None) -> Effect:
    """The effect of every cut-off, from accepting all to refusing all."""
    bad = np.append(0.0, np.cumsum(ranking.bad))
    good = np.append(0.0, np.cumsum(ranking.good))
    return Effect(bad, good, float(bad[-1]), float(good[-1]), costs)


def at_cut_off(
    sample: Sample, cut: float, higher: str, costs: tuple[float, float] | None
) -> Effect:
    """The effect of one cut-off."""
    refused = sample.values < cut if higher == "better" else sample.values >= cut
    weights = np.ones(len(refused)) if sample.weights is None else sample.weights
    bads = float(weights[sample.bad].sum())
    bad = np.array([weights[refused & sample.bad].sum()])
    good = np.array([weights[refused & ~sample.bad].sum()])
    return Effect(bad, good, bads, float(weights[~sample.bad].sum()), costs)
